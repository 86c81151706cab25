"""A request on one page: what is asked for, who fits and why, and what can be done."""

import re
from datetime import timedelta

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from history.sentences import lines_of
from interface.concurrency import VersionedAdminMixin
from interface.references import new_reference
from interpreters.choices import REQUEST_STEPS, RequestStatus
from interpreters.figures import as_csv, figures_of, fiscal_year_of, published
from interpreters.models import InterpreterRequest, StepNotAllowed
from interpreters.selectors import match_list, waiting_for_desk
from interpreters.services import dispatch, requests
from interpreters.terms import VERSION
from languages.formatting import format_moment
from notifications.waking_hours import next_waking_moment

# More digits are no key of ours, and more than a database takes.
KEY = re.compile(r"[0-9]{1,9}")
# How long somebody has to answer; the deadline lies in waking hours.
REPLY_WITHIN = timedelta(hours=24)


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
class InterpreterRequestAdmin(VersionedAdminMixin, admin.ModelAdmin):
    """Entered here from a telephone call, or sent by an organization; then decided by acts."""

    autocomplete_fields = ["organization", "requested_by", "language", "topic"]
    change_form_template = "interpreters/admin/request.html"
    change_list_template = "interpreters/admin/request_list.html"
    fields = [
        ("organization", "requested_by"),
        ("language", "variety"),
        ("modality", "needs_script"),
        ("setting", "purpose"),
        ("topic", "place"),
        ("area", "address"),
        ("starts_at", "ends_at"),
        ("contact_name", "contact_phone"),
        "outline",
        ("client_gender", "client_age_band", "gender_wish"),
    ]
    list_display = ["__str__", "language", "organization", "starts_at", "setting", "status"]
    list_filter = [WaitingFilter, OpenFilter, "status", "setting"]
    list_select_related = ["language", "organization"]
    ordering = ["starts_at", "pk"]
    search_fields = ["reference", "organization__name", "language__name_ja", "language__name_en"]
    show_full_result_count = False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        acts = [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(require_POST(getattr(self, verb))),
                name=f"interpreters_interpreterrequest_{verb}",
            )
            for verb in ("screen_in", "screen_out", "offer", "assign", "unfilled", "cancel")
        ]
        figures = path(
            "figures/",
            self.admin_site.admin_view(self.figures),
            name="interpreters_interpreterrequest_figures",
        )
        return [figures, *acts, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        if not change:
            now = timezone.now()
            obj.reference, obj.submitted_at = new_reference(), now
            obj.terms_version, obj.terms_accepted_at = VERSION, now
        super().save_model(request, obj, form, change)
        if not change:
            requests.record(obj, "submitted", by=request.user, now=obj.submitted_at)

    def response_add(self, request, obj, post_url_continue=None):
        # What comes next stands on its page.
        return redirect("admin:interpreters_interpreterrequest_change", obj.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        wanted = self.get_object(request, object_id)
        if wanted is None:
            raise Http404
        steps = REQUEST_STEPS[wanted.status]
        is_sought = wanted.status == RequestStatus.SEARCHING
        context = {
            "wanted": wanted,
            "matches": match_list(wanted) if is_sought else [],
            "offers": wanted.offers.select_related("interpreter").order_by("-pk"),
            "assignment": wanted.assignments.occupying().select_related("interpreter").first(),
            "history": lines_of(wanted.events.select_related("actor")),
            "may_search": RequestStatus.SEARCHING in steps and not is_sought,
            "may_refuse": RequestStatus.OUT_OF_SCOPE in steps,
            "may_give_up": RequestStatus.UNFILLED in steps,
            "may_cancel": RequestStatus.CANCELED in steps,
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def figures(self, request):
        """What is published of a fiscal year; with `public` without small groups."""
        if not self.has_view_permission(request):
            return redirect("admin:index")
        year = request.GET.get("year", "")
        is_known = len(year) == len("2026") and year.isascii() and year.isdigit()
        year = int(year) if is_known and year > "1999" else fiscal_year_of(timezone.localdate())
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
            "more": "&public=1" if is_public else "",
            "earlier": year - 1,
            "later": year + 1,
        }
        return TemplateResponse(request, "interpreters/admin/figures.html", context)

    def screen_in(self, request, pk):
        return self._act(
            request,
            pk,
            lambda now: requests.screen_in(request_id=pk, by=request.user, now=now),
            _("Now an interpreter is sought."),
        )

    def screen_out(self, request, pk):
        return self._act(
            request,
            pk,
            lambda now: requests.screen_out(
                request_id=pk, reason=_reason(request), by=request.user, now=now
            ),
            _("The request is out of scope."),
        )

    def unfilled(self, request, pk):
        return self._act(
            request,
            pk,
            lambda now: requests.mark_unfilled(
                request_id=pk, reason=_reason(request), by=request.user, now=now
            ),
            _("It stands in the ledger of what could not be filled."),
        )

    def cancel(self, request, pk):
        return self._act(
            request,
            pk,
            lambda now: requests.cancel_request(request_id=pk, by=request.user, now=now),
            _("The request is canceled. Whoever was asked is told."),
        )

    def offer(self, request, pk):
        chosen = [int(each) for each in request.POST.getlist("interpreter") if KEY.fullmatch(each)]
        if not chosen:
            self.message_user(request, _("Choose whom to ask."), messages.WARNING)
            return _back(pk)
        reply_by = next_waking_moment(timezone.now() + REPLY_WITHIN)
        text = _("Asked. They answer by %(moment)s.") % {"moment": format_moment(reply_by, "ja")}
        return self._act(
            request,
            pk,
            lambda now: dispatch.send_offers(
                request_id=pk,
                interpreter_ids=chosen,
                reply_by=reply_by,
                by=request.user,
                now=now,
            ),
            text,
        )

    def assign(self, request, pk):
        chosen = request.POST.get("assign", "")
        if not KEY.fullmatch(chosen):
            return _back(pk)
        return self._act(
            request,
            pk,
            lambda now: dispatch.assign(
                request_id=pk, interpreter_id=int(chosen), by=request.user, now=now
            ),
            _("Assigned. Everybody is told."),
        )

    def _act(self, request, pk, verb, done):
        if not self.has_change_permission(request):
            return redirect("admin:index")
        try:
            verb(timezone.now())
        except StepNotAllowed:
            text = _("It has changed in the meantime. Nothing was done.")
            self.message_user(request, text, messages.WARNING)
        except dispatch.Occupied as occupied:
            self.message_user(request, _who_is_there(occupied.assignment), messages.WARNING)
        except InterpreterRequest.DoesNotExist:
            raise Http404 from None
        else:
            self.message_user(request, done, messages.SUCCESS)
        return _back(pk)


def _who_is_there(assignment):
    if assignment is None:
        return _("This person was taken at the same moment. Nothing was done.")
    return _("%(name)s is taken at that time by request %(reference)s. Nothing was done.") % {
        "name": assignment.interpreter,
        "reference": assignment.request,
    }


def _reason(request):
    return request.POST.get("reason", "").strip()[:40] or "other"


def _back(pk):
    return redirect(reverse("admin:interpreters_interpreterrequest_change", args=[pk]))
