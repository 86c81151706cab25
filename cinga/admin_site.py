from functools import partial

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.views import admin_login
from cinga import board_views, yearly_views


class PortalAdminSite(admin.AdminSite):
    """The stock admin with the board as its first page.

    Signing in goes through the one door with its second factor.
    """

    site_title = _("CINGA portal")
    site_header = _("CINGA portal")
    index_title = _("What must be done next")
    index_template = "cinga/board.html"
    site_url = "/"

    def login(self, request, extra_context=None):
        return admin_login(request)

    def index(self, request, extra_context=None):
        context = {**board_views.board_context(request), **(extra_context or {})}
        return super().index(request, context)

    def get_urls(self):
        view = self.admin_view
        return [
            path(
                "board/calls/<int:notice_id>/",
                view(partial(board_views.call, site=self)),
                name="cinga_board_call",
            ),
            path(
                "board/calls/<int:notice_id>/<str:fate>/",
                view(board_views.report),
                name="cinga_board_report",
            ),
            path(
                "board/letters/<int:notice_id>/<str:act>/",
                view(board_views.letter),
                name="cinga_board_letter",
            ),
            path(
                "board/sessions/<int:booking_id>/here/<str:side>/",
                view(board_views.here),
                name="cinga_board_here",
            ),
            path("yearly/", view(partial(yearly_views.yearly, site=self)), name="cinga_yearly"),
            *super().get_urls(),
        ]
