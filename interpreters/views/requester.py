"""What members of approved organizations do: ask, look how it stands, report."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership, Organization
from interpreters.choices import RequestStatus
from interpreters.models import InterpreterRequest, RequestDraft, StepNotAllowed
from interpreters.request_forms import RequesterReportForm, RequestForm, initial_of
from interpreters.services.dispatch import report_as_requester
from interpreters.services.keeping import discard_draft, keep_draft
from interpreters.services.requests import (
    Details,
    NotApproved,
    Refused,
    cancel_request,
    submit_requests,
)
from interpreters.terms import TERMS, Wish
from privacy.policies import personal
from schedules.selectors import remembered_holidays

READ_OR_ACT = ["GET", "HEAD", "POST"]
OF_THE_WISH = ["prefecture_code", "setting", "purpose", "place", "starts_at", "ends_at"]
OF_THE_DETAILS = [
    *("area", "address", "joining", "department", "contact_name", "contact_phone", "outline"),
    *("safety_note", "people_present", "client_gender", "client_age_band", "variety"),
    *("needs_script", "modality", "gender_wish", "not_from_community", "accepts_relay"),
    "candidates",
]


@personal
@require_safe
def requests(request):
    """What it is and how to join; for members the requests of the own organizations."""
    if not request.user.is_authenticated:
        return render(request, "interpreters/request_list.html", {"terms": TERMS})
    found = (
        InterpreterRequest.objects.visible_to(request.user)
        .sealed()
        .select_related("language", "organization")
        .order_by("-submitted_at", "-pk")[:100]
    )
    context = {
        "requests": found,
        "is_member": _memberships(request.user).exists(),
        "draft": RequestDraft.objects.filter(user=request.user).first(),
    }
    return render(request, "interpreters/request_list.html", context)


@personal
@login_required
@require_http_methods(READ_OR_ACT)
def new(request):
    """Ask for an interpreter; every term that refuses it is told with what to do instead."""
    memberships = list(_memberships(request.user))
    if not memberships:
        return redirect("interpreters:requests")
    now = timezone.now()
    if "discard" in request.POST:
        discard_draft(user=request.user)
        return redirect("interpreters:new")
    if request.method == "POST":
        # Whatever comes of it, nothing that was typed is lost.
        keep_draft(user=request.user, answers=dict(request.POST.lists()), now=now)
    if "keep" in request.POST:
        messages.success(request, _("Your request is kept. You can go on later."))
        return redirect("interpreters:requests")
    draft = RequestDraft.objects.filter(user=request.user).first()
    form = RequestForm(
        request.POST or None, memberships=memberships, initial=initial_of(draft) if draft else None
    )
    context = {"form": form, "terms": TERMS, "broken": [], "draft": draft}
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            submitted = submit_requests(
                organization=Organization.objects.get(pk=answers["organization"]),
                member=request.user,
                wish=Wish(**{name: answers[name] for name in OF_THE_WISH}),
                languages=answers["languages"],
                details=Details(
                    topic_id=answers["topic"],
                    **{name: answers[name] for name in OF_THE_DETAILS},
                ),
                holidays=remembered_holidays(),
                lead_days=settings.INTERPRETER_LEAD_DAYS,
                now=now,
            )
        except NotApproved:
            return redirect("interpreters:requests")
        except Refused as refusal:
            context["broken"] = refusal.terms
        else:
            discard_draft(user=request.user)
            return redirect("interpreters:request", reference=submitted[0].reference)
    status = 422 if request.method == "POST" else 200
    return render(request, "interpreters/request_new.html", context, status=status)


@personal
@login_required
@require_http_methods(READ_OR_ACT)
def request_page(request, reference):
    """How one request stands; the report when it is due; canceling while that is possible."""
    wanted = (
        InterpreterRequest.objects.visible_to(request.user)
        .select_related("language", "topic", "organization")
        .filter(reference=reference)
        .first()
    )
    if wanted is None:
        raise Http404
    now = timezone.now()
    assignment = wanted.assignments.occupying().first()
    awaits_report = (
        wanted.status == RequestStatus.AWAITING_REPORTS
        and assignment is not None
        and not hasattr(assignment, "requester_report")
    )
    form = RequesterReportForm(request.POST if "minutes" in request.POST else None)
    if request.method == "POST":
        if request.POST.get("act") == "cancel":
            return _acted(
                wanted, lambda: cancel_request(request_id=wanted.pk, by=request.user, now=now)
            )
        if awaits_report and form.is_valid():
            return _acted(
                wanted,
                lambda: report_as_requester(
                    assignment_id=assignment.pk, by=request.user, now=now, **form.cleaned_data
                ),
            )
    context = {
        "wanted": wanted,
        "assignment": assignment,
        "awaits_report": awaits_report,
        "form": form,
        "is_cancelable": wanted.is_cancelable(now),
    }
    status = 422 if form.errors else 200
    return render(request, "interpreters/request.html", context, status=status)


def _memberships(user):
    return Membership.objects.filter(
        user=user, organization__approved_at__isnull=False
    ).select_related("organization")


def _acted(wanted, act):
    # It has changed meanwhile: the page says how it stands.
    with suppress(StepNotAllowed):
        act()
    return redirect("interpreters:request", reference=wanted.reference)
