"""Half an hour with the desk: the asker chooses, or whoever answers chooses for them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services import record_access
from desk.calendars import appointment_file
from desk.choices import Wish
from desk.forms import AppointmentForm
from desk.letters import DESK
from desk.models import Question, StepNotAllowed
from desk.roles import is_answerer
from desk.services.appointments import (
    TimeTaken,
    cancel_appointment,
    free_times,
    plan_appointment,
)
from privacy.policies import personal
from schedules.selectors import load_calendar


@personal
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request, reference):
    """Choose a half hour, move it, or give it back."""
    asked = _question(request, reference)
    now = timezone.now()
    calendar = load_calendar(DESK)
    planned = asked.appointments.planned().first()
    if request.POST.get("act") == "cancel":
        cancel_appointment(question_id=asked.pk, by=request.user, now=now)
        messages.success(request, _("There is no appointment any more. The answer is written."))
        return redirect("desk:question", reference=reference)
    if is_answerer(request.user) and asked.asker_id != request.user.pk:
        record_access(
            user=request.user, subject=f"desk.Question:{asked.pk}", purpose="desk", now=now
        )
    times = free_times(calendar, lines=settings.DESK_LINES, now=now)
    if planned is not None:
        # One's own time is free for oneself.
        times = sorted({planned.starts_at, *times})
    form = AppointmentForm(
        request.POST or None,
        times=times,
        language=get_language(),
        initial={
            "kind": asked.wish if asked.wish != Wish.WRITTEN else Wish.CALL,
            "phone": planned.phone if planned else asked.organization.phone,
            "starts_at": planned.starts_at.isoformat() if planned else None,
        },
    )
    status = 422 if form.errors else 200
    if form.is_bound and form.is_valid():
        try:
            plan_appointment(
                question_id=asked.pk,
                by=request.user,
                calendar=calendar,
                lines=settings.DESK_LINES,
                now=now,
                **form.cleaned_data,
            )
        except (TimeTaken, OperationalError):
            # Two who swap their times wait for each other; the database lets one of them go.
            status = 409
            form.add_error("starts_at", _("Somebody was faster. Please choose another time."))
        except StepNotAllowed:
            messages.warning(request, _("This question is over. Please ask a new one."))
            return redirect("desk:question", reference=reference)
        else:
            messages.success(request, _("The appointment is planned."))
            return redirect("desk:question", reference=reference)
    context = {"asked": asked, "form": form, "planned": planned, "times": times}
    return render(request, "desk/appointment.html", context, status=status)


@personal
@login_required
@require_safe
def appointment_ics(request, reference):
    """The half hour for a calendar program, under a name that says nothing."""
    planned = _question(request, reference).appointments.planned().first()
    if planned is None:
        raise Http404
    return HttpResponse(appointment_file(planned, now=timezone.now()), content_type="text/calendar")


def _question(request, reference):
    asked = (
        Question.objects.visible_to(request.user)
        .select_related("organization")
        .defer("text")
        .filter(reference=reference)
        .first()
    )
    if asked is None:
        raise Http404
    return asked
