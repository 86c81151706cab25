"""What an interpreter does on a phone: answer, come, leave, report. GET shows, POST acts."""

from contextlib import suppress
from functools import wraps

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from interpreters.choices import AssignmentStatus, OfferStatus
from interpreters.forms import InterpreterReportForm, OfferForm
from interpreters.models import Assignment, Offer, StepNotAllowed
from interpreters.services import dispatch
from interpreters.services.offers import Occupied, answer_offer
from privacy.policies import personal

READ_OR_ACT = ["GET", "HEAD", "POST"]


def behind(model):
    """Pass on what the link opens; an unknown one and a dead one look alike."""

    def decorate(view):
        @personal
        @require_http_methods(READ_OR_ACT)
        @wraps(view)
        def wrapped(request, token):
            subject = (
                model.objects.for_token(token)
                .select_related("request__language", "request__topic", "interpreter")
                .first()
            )
            if subject is None:
                return render(request, "interpreters/link_unknown.html", status=404)
            return view(request, subject)

        return wrapped

    return decorate


@behind(Offer)
def offer(request, offer):
    """Can you come? Who the client is stays unsaid."""
    now = timezone.now()
    is_open = offer.status == OfferStatus.SENT and now < offer.reply_by
    form = OfferForm(request.POST or None)
    if request.method == "POST" and is_open and form.is_valid():
        try:
            # Somebody was faster, or the time is over: the page says how it stands.
            with suppress(StepNotAllowed):
                answer_offer(offer_id=offer.pk, now=now, **form.cleaned_data)
            return redirect("interpreters:offer", token=offer.link_token)
        except Occupied:
            form.add_error(
                "can_come",
                _("You interpret somewhere else at that time. Say no, or call us to change it."),
            )
    status = 422 if request.method == "POST" and is_open else 200
    context = {
        "offer": offer,
        "wanted": offer.request,
        "language_name": offer.request.language.name_for(get_language()),
        "form": form,
        "is_open": is_open,
    }
    return render(request, "interpreters/offer.html", context, status=status)


@behind(Assignment)
def assignment(request, assignment):
    """The appointment, step by step: confirm, there, finished, report."""
    now = timezone.now()
    form = InterpreterReportForm()
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act"))
        if act is not None:
            return _acted(request, assignment, act, now)
        form = InterpreterReportForm(request.POST)
        if form.is_valid():
            return _acted(
                request,
                assignment,
                lambda pk, at: dispatch.report_as_interpreter(
                    assignment_id=pk, now=at, **form.cleaned_data
                ),
                now,
            )
    joining = _joining(assignment, now)
    context = {
        "assignment": assignment,
        "wanted": assignment.request,
        "status": assignment.status,
        "shows_client": assignment.shows_client and not assignment.brief_is_over(now),
        "reports": assignment.status
        in {AssignmentStatus.CHECKED_OUT, AssignmentStatus.ATTENDED_NOT_USED},
        "form": form,
        "is_over": assignment.status in {AssignmentStatus.RETURNED, AssignmentStatus.ABSENT},
        "may_check_in": now >= assignment.starts_at - dispatch.CHECK_IN_BEFORE,
        "joining": joining,
        "joining_is_link": joining.startswith(("https://", "http://")),
    }
    return render(
        request, "interpreters/assignment.html", context, status=422 if form.errors else 200
    )


def _joining(assignment, now):
    """The way into the room: for who has confirmed, from shortly before to the end."""
    opens_at = assignment.starts_at - dispatch.CHECK_IN_BEFORE
    is_time = opens_at <= now < assignment.ends_at
    return assignment.request.joining if assignment.shows_client and is_time else ""


ACTS = {
    "acknowledge": lambda pk, now: dispatch.acknowledge(assignment_id=pk, now=now),
    "give_back": lambda pk, now: dispatch.give_back(assignment_id=pk, by=None, now=now),
    "check_in": lambda pk, now: dispatch.check_in(assignment_id=pk, now=now),
    "check_out": lambda pk, now: dispatch.check_out(assignment_id=pk, was_used=True, now=now),
    "not_used": lambda pk, now: dispatch.check_out(assignment_id=pk, was_used=False, now=now),
}


def _acted(request, assignment, act, now):
    # Pressed twice, or changed meanwhile: the page says how it stands.
    with suppress(StepNotAllowed):
        act(assignment.pk, now)
    return redirect("interpreters:assignment", token=assignment.link_token)
