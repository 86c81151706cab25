"""Requests for a call: read here, answered by acts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services import record_access
from cases.admin import RELATED
from cases.models import CaseEvent
from consultations.models import CallRequest
from consultations.services.call_requests import close_call_request
from consultations.services.calls import report_call
from history.sentences import lines_of
from languages import registry
from languages.formatting import format_moment
from notifications.admin import ShortCountPaginator
from notifications.models import Notice, NoticeChanged, TransitionNotAllowed

REACHED, LATER, CLOSE = "reached", "later", "close"


def call_request_of(case):
    """A link for the page of the case, which knows no requests."""
    found = CallRequest.objects.filter(case=case).values_list("pk", flat=True)
    return [
        (_("Request for a call"), reverse("admin:consultations_callrequest_change", args=[number]))
        for number in found
    ]


RELATED.append(call_request_of)


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("still to be called")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.open()
        return queryset.filter(answered_at__isnull=False) if self.value() == "no" else queryset


@admin.register(CallRequest)
class CallRequestAdmin(admin.ModelAdmin):
    list_display = ["reference", "asked", "state", "language", "safe_hours", "owner"]
    list_filter = [OpenFilter]
    ordering = ["-asked_at", "-pk"]
    sortable_by = []
    actions = None
    paginator = ShortCountPaginator
    show_full_result_count = False

    def get_queryset(self, request):
        return CallRequest.objects.visible_to(request.user).with_story().sealed()

    def get_ordering(self, request):
        return self.ordering

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # COLUMNS

    @admin.display(description=gettext_lazy("number"))
    def reference(self, call_request):
        return str(call_request.case)

    @admin.display(description=gettext_lazy("asked"))
    def asked(self, call_request):
        return format_moment(call_request.asked_at, get_language())

    @admin.display(description=gettext_lazy("state"))
    def state(self, call_request):
        if call_request.is_open:
            return format_html('<span class="tag tag--red">{}</span>', _("to be called"))
        return format_html('<span class="tag">{}</span>', _("done"))

    @admin.display(description=gettext_lazy("speaks"))
    def language(self, call_request):
        return call_request.case.resident.speaking_language.label_for(get_language())

    @admin.display(description=gettext_lazy("safe for a call"))
    def safe_hours(self, call_request):
        labels = call_request.case.resident.safe_hours_labels
        return ", ".join(str(label) for label in labels) or _("not said")

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, call_request):
        owner = call_request.case.owner
        return owner.get_full_name() if owner else "–"

    # PAGES

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:call_request_id>/show/",
                require_POST(view(self.show)),
                name="consultations_callrequest_show",
            ),
            path(
                "<int:call_request_id>/act/<str:name>/",
                require_POST(view(self.act)),
                name="consultations_callrequest_act",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        call_request = self._found(request, int(object_id))
        self._note(request, call_request, "call_request_opened")
        return self._page(request, call_request)

    def history_view(self, request, object_id, extra_context=None):
        """The history of the case stands on the page itself."""
        return redirect("admin:consultations_callrequest_change", object_id)

    def show(self, request, call_request_id):
        """The number and what the person wrote, for one look; the access log says so."""
        call_request = self._found(request, call_request_id)
        self._note(request, call_request, "call_number_shown")
        return self._page(request, call_request, shown=True)

    def act(self, request, call_request_id, name):
        """What came of the call."""
        call_request = self._found(request, call_request_id, to_change=True)
        if name not in {REACHED, LATER, CLOSE}:
            raise Http404
        try:
            self._do(request, call_request, name, timezone.now())
        except (Notice.DoesNotExist, TransitionNotAllowed, NoticeChanged):
            text = _("The time of this call is over. Close the request when it is done.")
            self.message_user(request, text, messages.WARNING)
        else:
            text = f"{call_request}: {DONE[name]}"
            self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:consultations_callrequest_change", call_request.pk)

    def _do(self, request, call_request, name, now):
        if name == CLOSE:
            close_call_request(
                call_request_id=call_request.pk,
                actor_role=CaseEvent.ActorRole.COORDINATOR,
                actor=request.user,
                now=now,
            )
            return
        report_call(
            notice_id=_open_call(call_request).pk,
            was_reached=name == REACHED,
            called_by=request.user,
            now=now,
        )

    # WHAT THE PAGES SHARE

    def _found(self, request, call_request_id, to_change=False):
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request):
            raise PermissionDenied
        call_request = self.get_queryset(request).filter(pk=call_request_id).first()
        if call_request is None:
            raise Http404
        return call_request

    def _note(self, request, call_request, purpose):
        record_access(
            user=request.user,
            subject=f"cases.Resident:{call_request.case.resident_id}",
            purpose=purpose,
            now=timezone.now(),
        )

    def _page(self, request, call_request, shown=False):
        resident = call_request.case.resident
        events = (
            CaseEvent.objects.filter(case=call_request.case_id)
            .select_related("actor")
            .order_by("-happened_at", "-pk")
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": call_request,
            "call_request": call_request,
            "resident": resident,
            "speaking": resident.speaking_language.label_for(get_language()),
            "reading": registry.get(resident.reading_language).autonym,
            "history": lines_of(events),
            "shown": shown,
            "may_act": call_request.is_open and self.has_change_permission(request),
        }
        return TemplateResponse(request, "consultations/admin/call_request.html", context)


DONE = {
    REACHED: gettext_lazy("The call is done."),
    LATER: gettext_lazy("The call comes back in an hour, or in the morning."),
    CLOSE: gettext_lazy("The request is closed without a call."),
}


def _open_call(call_request):
    """The planned call. Raises Notice.DoesNotExist when its time is over."""
    return Notice.objects.calls().open().get(subject_key=call_request.key_for_notices)
