from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.views import admin_login


class PortalAdminSite(admin.AdminSite):
    """The stock admin; signing in goes through the one door with its second factor."""

    site_title = _("CINGA portal")
    site_header = _("CINGA portal")
    index_title = _("What must be done next")
    site_url = "/"

    def login(self, request, extra_context=None):
        return admin_login(request)
