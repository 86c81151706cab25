"""A request on one page: what is asked for, who fits and why, and what can be done."""

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.reading import NotedReadingMixin
from history.sentences import lines_of
from interface.concurrency import VersionedAdminMixin
from interface.references import new_reference
from interpreters.admin.match_rows import match_rows
from interpreters.admin.request_acts import ACTS, AT_A_TIME, NothingChosen
from interpreters.choices import (
    CHANGEABLE,
    REQUEST_STEPS,
    AssignmentStatus,
    Origin,
    RequestStatus,
    UnfilledReason,
)
from interpreters.figures import as_csv, figures_of, ledger_of, published
from interpreters.models import InterpreterRequest, StepNotAllowed
from interpreters.next_steps import next_step
from interpreters.selectors import (
    in_line,
    match_list,
    phones_of,
    waiting_for_desk,
)
from interpreters.services import requests
from interpreters.services.changes import ask_again
from interpreters.services.dispatch import CHECK_IN_BEFORE
from interpreters.services.offers import Occupied
from interpreters.terms import VERSION
from languages.formatting import format_moment
from privacy.fields import EncryptedTextField
from schedules.fiscal import fiscal_year_of, year_of

# Who is called first when it is urgent; their numbers stand on the page.
MOST_CALLED = 12
# Encrypted as long texts, and short all the same.
ONE_LINE = {"variety", "address", "joining", "contact_name", "contact_phone"}
# Of a consultation these follow its booking.
OF_THE_BOOKING = ["topic", "place", "starts_at", "ends_at"]


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("waits for")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("desk", _("a coordinator"))]

    def queryset(self, request, queryset):
        if self.value() == "desk":
            return queryset.filter(pk__in=waiting_for_desk().values("pk"))
        return queryset


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("still open")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("yes", _("yes"))]

    def queryset(self, request, queryset):
        return queryset.open() if self.value() == "yes" else queryset


@admin.register(InterpreterRequest)
class InterpreterRequestAdmin(NotedReadingMixin, VersionedAdminMixin, admin.ModelAdmin):
    """Entered here from a telephone call, or sent by an organization; then decided by acts."""

    purpose = "interpreter_request"
    autocomplete_fields = ["organization", "requested_by", "language", "topic"]
    change_form_template = "interpreters/admin/request.html"
    change_list_template = "interpreters/admin/request_list.html"
    list_display = ["__str__", "next", "by", "language", "client", "starts_at", "status"]
    list_filter = [WaitingFilter, OpenFilter, "origin", "status", "setting"]
    list_select_related = ["language", "organization"]
    search_fields = ["reference", "organization__name", "language__name_ja", "language__name_en"]
    show_full_result_count = False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in ONE_LINE:
            kwargs["widget"] = AdminTextInputWidget
        elif isinstance(db_field, EncryptedTextField):
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        rows = in_line().order_by(*self.get_ordering(request))
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return rows.sealed() if is_list else rows

    def get_ordering(self, request):
        # What presses most stands first; what is over has no next moment.
        return [F("next_at").asc(nulls_last=True), "-pk"]

    def get_fields(self, request, obj=None):
        if obj is not None and obj.origin == Origin.CONSULTATION:
            return [
                ("language", "variety"),
                ("topic", "place"),
                ("starts_at", "ends_at"),
                ("gender_wish", "not_from_community", "accepts_relay"),
                "outline",
                "safety_note",
            ]
        return [
            ("organization", "requested_by", "department"),
            ("language", "variety"),
            ("modality", "needs_script", "accepts_relay"),
            ("setting", "purpose"),
            ("topic", "place"),
            ("area", "address", "joining"),
            ("starts_at", "ends_at"),
            ("contact_name", "contact_phone"),
            "outline",
            "safety_note",
            ("client_gender", "client_age_band", "people_present"),
            ("gender_wish", "not_from_community"),
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        if obj.status not in CHANGEABLE:
            return [
                name
                for row in self.get_fields(request, obj)
                for name in ([row] if isinstance(row, str) else row)
            ]
        return OF_THE_BOOKING if obj.origin == Origin.CONSULTATION else []

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("next"))
    def next(self, wanted):
        return next_step(wanted, timezone.now())

    @admin.display(description=gettext_lazy("since, or by"), ordering="next_at")
    def by(self, wanted):
        return wanted.next_at and format_moment(wanted.next_at, get_language())

    @admin.display(description=gettext_lazy("for"))
    def client(self, wanted):
        return wanted.organization or wanted.get_origin_display()

    def get_urls(self):
        acts = [
            path(
                f"<int:pk>/{act.name}/",
                self.admin_site.admin_view(require_POST(self._view_of(act))),
                name=f"interpreters_interpreterrequest_{act.name}",
            )
            for act in ACTS
        ]
        figures = path(
            "figures/",
            self.admin_site.admin_view(self.figures),
            name="interpreters_interpreterrequest_figures",
        )
        return [figures, *acts, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        now = timezone.now()
        if not change:
            obj.reference, obj.submitted_at = new_reference(), now
            obj.terms_version, obj.terms_accepted_at = VERSION, now
        super().save_model(request, obj, form, change)
        if change:
            ask_again(obj, form.changed_data, by=request.user, now=now)
        else:
            requests.record(obj, "submitted", by=request.user, now=now)

    def response_add(self, request, obj, post_url_continue=None):
        # What comes next stands on its page.
        return redirect("admin:interpreters_interpreterrequest_change", obj.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        wanted = self.get_object(request, object_id)
        if wanted is None:
            raise Http404
        now = timezone.now()
        context = self._page_of(wanted, shows_all="all" in request.GET, now=now)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _page_of(self, wanted, *, shows_all, now):
        steps = REQUEST_STEPS[wanted.status]
        is_sought = wanted.status == RequestStatus.SEARCHING
        is_assigned = wanted.status == RequestStatus.ASSIGNED
        assignment = wanted.assignments.occupying().select_related("interpreter").first()
        found, times = [], []
        if is_sought or is_assigned:
            found, times = match_list(wanted, everybody=shows_all)
        if assignment:
            # Nobody goes instead of themselves.
            found = [match for match in found if match.candidate.pk != assignment.interpreter_id]
        fitting = [match.candidate.pk for match in found if match.fits]
        phones = phones_of(fitting[:MOST_CALLED]) if fitting else {}
        rows = match_rows(
            found,
            phones=phones,
            may_ask=is_sought,
            choose=reverse(
                f"admin:interpreters_interpreterrequest_{'assign' if is_sought else 'replace'}",
                args=[wanted.pk],
            ),
            label=_("goes") if is_sought else _("goes instead"),
        )
        status = assignment.status if assignment else ""
        return {
            "wanted": wanted,
            "next_step": next_step(wanted, now),
            "rows": rows,
            "offers_all": (is_sought or is_assigned) and not shows_all,
            "times": times if is_sought else [],
            "at_a_time": AT_A_TIME,
            "offers": wanted.offers.select_related("interpreter").order_by("-pk"),
            "assignment": assignment,
            "history": lines_of(wanted.events.select_related("actor")),
            "may_search": RequestStatus.SEARCHING in steps and not is_assigned,
            "may_refuse": RequestStatus.OUT_OF_SCOPE in steps,
            "may_give_up": RequestStatus.UNFILLED in steps,
            "may_cancel": RequestStatus.CANCELED in steps and wanted.is_dispatch,
            "may_ask": is_sought,
            "may_replace": is_assigned,
            "may_check_in": is_assigned and now >= wanted.starts_at - CHECK_IN_BEFORE,
            "may_be_absent": is_assigned and now >= wanted.starts_at,
            "may_check_out": status == AssignmentStatus.CHECKED_IN,
            "may_waive": wanted.status == RequestStatus.AWAITING_REPORTS
            and wanted.is_dispatch
            and not hasattr(assignment, "requester_report"),
            "unfilled_reasons": UnfilledReason.choices,
        }

    def figures(self, request):
        """What is published of a fiscal year; with `public` without small groups."""
        if not self.has_view_permission(request):
            return redirect("admin:index")
        this_year = fiscal_year_of(timezone.localdate())
        year = year_of(request.GET.get("year", ""), otherwise=this_year)
        is_public = request.GET.get("public") == "1"
        found = published(figures_of(year)) if is_public else figures_of(year)
        if request.GET.get("csv"):
            answer = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="interpreters-{year}.csv"'
            return answer
        context = {
            **self.admin_site.each_context(request),
            "title": _("Figures"),
            "opts": self.opts,
            "figures": found,
            "is_public": is_public,
            "ledger": [] if is_public else ledger_of(year),
            "more": "&public=1" if is_public else "",
            "earlier": year - 1,
            "later": year + 1,
        }
        return TemplateResponse(request, "interpreters/admin/figures.html", context)

    def _view_of(self, act):
        def view(request, pk):
            if not self.has_change_permission(request):
                return redirect("admin:index")
            try:
                act.run(pk, request.POST, request.user, timezone.now())
            except StepNotAllowed:
                text = _("It has changed in the meantime. Nothing was done.")
                self.message_user(request, text, messages.WARNING)
            except NothingChosen:
                self.message_user(request, _("Choose whom to ask."), messages.WARNING)
            except Occupied as occupied:
                self.message_user(request, _who_is_there(occupied.assignment), messages.WARNING)
            except InterpreterRequest.DoesNotExist:
                raise Http404 from None
            else:
                self.message_user(request, act.done, messages.SUCCESS)
            return redirect(reverse("admin:interpreters_interpreterrequest_change", args=[pk]))

        return view


def _who_is_there(assignment):
    if assignment is None:
        return _("This person was taken at the same moment. Nothing was done.")
    return _("%(name)s is taken at that time by request %(reference)s. Nothing was done.") % {
        "name": assignment.interpreter,
        "reference": assignment.request,
    }
