"""Calls and online meetings in the desk's hours: choose a half hour, try to reach, give up."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from desk import notices
from desk.choices import OPEN, AppointmentStatus, AttemptOutcome, QuestionStatus, Wish
from desk.models import (
    LASTS,
    MOST_ATTEMPTS,
    Appointment,
    Attempt,
    Question,
    StepNotAllowed,
)
from desk.services.asking import end_appointments, locked_question, record
from schedules.hours import JAPAN, Calendar, Period, periods_on

# Nobody is called sooner: somebody has to read the question first.
NOT_BEFORE = timedelta(hours=1)
DAYS_AHEAD = 21
MOST_TIMES = 24
# After a written answer too: a talk may still be wanted, or one that is planned moved.
MAY_TALK = (*OPEN, QuestionStatus.ANSWERED)


class TimeTaken(Exception):
    """The half hour has gone to somebody else, or the desk is not open then."""


def half_hours_on(calendar: Calendar, day) -> list[datetime]:
    """Where a call may begin: on the hour and the half hour, and over before closing time."""
    return [
        period.starts_at + number * LASTS
        for period in periods_on(calendar, day)
        for number in range(_fitting(period))
    ]


def free_times(calendar: Calendar, *, lines: int, now: datetime) -> list[datetime]:
    """The next half hours in which somebody of the desk is free, in one statement."""
    taken = Counter(
        Appointment.objects.planned().filter(starts_at__gt=now).values_list("starts_at", flat=True)
    )
    today = now.astimezone(JAPAN).date()
    times = [
        moment
        for number in range(DAYS_AHEAD)
        for moment in half_hours_on(calendar, today + timedelta(days=number))
        if moment >= now + NOT_BEFORE and taken[moment] < lines
    ]
    return times[:MOST_TIMES]


@transaction.atomic
def plan_appointment(
    *,
    question_id: int,
    kind: str,
    starts_at: datetime,
    phone: str,
    by: User,
    calendar: Calendar,
    lines: int,
    now: datetime,
) -> Appointment:
    """Take a half hour; an earlier one of the same question is given back.

    Raises TimeTaken, or StepNotAllowed when the question has ended.
    """
    question = locked_question(question_id)
    earlier = question.appointments.planned().first()
    if question.status not in MAY_TALK:
        raise StepNotAllowed(question.status)
    if earlier is not None and (earlier.starts_at, earlier.kind) == (starts_at, kind):
        # The same form once more, perhaps with another number.
        earlier.phone = _phone_for(kind, phone)
        earlier.save(update_fields=["phone"])
        return earlier
    if starts_at < now + NOT_BEFORE or starts_at not in half_hours_on(
        calendar, starts_at.astimezone(JAPAN).date()
    ):
        raise TimeTaken
    question.appointments.cancel()
    appointment = _on_a_free_line(question, kind, starts_at, phone, lines)
    if question.wish != kind:
        question.wish = kind
        question.save(update_fields=["wish"])
    notices.appointment_planned(appointment, by=by, now=now)
    record(question, "appointment_planned", by=by, now=now)
    return appointment


@transaction.atomic
def cancel_appointment(*, question_id: int, by: User, now: datetime) -> Question:
    """No call after all: the answer comes in writing."""
    question = locked_question(question_id)
    if end_appointments(question, by=by, now=now):
        question.wish = Wish.WRITTEN
        question.save(update_fields=["wish"])
        record(question, "appointment_canceled", by=by, now=now)
    return question


@transaction.atomic
def set_address(*, appointment_id: int, join_url: str, by: User, now: datetime) -> Appointment:
    """Where the meeting is; the asker sees it on the page. Raises StepNotAllowed."""
    appointment = _locked(appointment_id)
    if appointment.status != AppointmentStatus.PLANNED or appointment.kind != Wish.MEETING:
        raise StepNotAllowed(appointment.status)
    appointment.join_url = join_url
    appointment.save(update_fields=["join_url"])
    return appointment


@transaction.atomic
def note_attempt(
    *, appointment_id: int, number: int, outcome: str, by: User, now: datetime
) -> Appointment:
    """They talked, or nobody was there; after the third try the asker is written instead.

    `number` is which try it is, as whoever notes it has read: a second click is no second
    try. A first talk is the first answer. Raises StepNotAllowed when it is over, when that
    try is noted already, and when nobody can have been missed yet.
    """
    appointment = _locked(appointment_id)
    question = appointment.question
    if appointment.status != AppointmentStatus.PLANNED:
        raise StepNotAllowed(appointment.status)
    if number != appointment.attempts.count() + 1:
        raise StepNotAllowed("another try")
    if outcome != AttemptOutcome.REACHED and now < appointment.starts_at:
        raise StepNotAllowed("too early")
    Attempt.objects.create(
        appointment=appointment, number=number, outcome=outcome, made_by=by, made_at=now
    )
    if outcome == AttemptOutcome.REACHED:
        appointment.end(AppointmentStatus.HELD)
        appointment.save()
        question.note_answer(now)
        question.save(update_fields=["first_answered_at", "last_answered_at"])
        record(question, "talked", by=by, now=now)
    elif number == MOST_ATTEMPTS:
        appointment.end(AppointmentStatus.NOT_REACHED)
        appointment.save()
        notices.not_reached(appointment, now=now)
        record(question, "not_reached", by=by, now=now)
    return appointment


def _locked(appointment_id):
    """The question first: whoever books or ends it holds that lock as well."""
    question_id = Appointment.objects.values_list("question_id", flat=True).get(pk=appointment_id)
    question = locked_question(question_id)
    if question.status in {QuestionStatus.MERGED, QuestionStatus.OUT_OF_SCOPE}:
        raise StepNotAllowed(question.status)
    appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    appointment.question = question
    return appointment


def _phone_for(kind, phone):
    """Nobody calls for a meeting."""
    return phone if kind == Wish.CALL else ""


def _fitting(period: Period) -> int:
    return (period.ends_at - period.starts_at) // LASTS


def _on_a_free_line(question, kind, starts_at, phone, lines):
    for line in range(lines):
        try:
            # The constraint decides who was first.
            with transaction.atomic():
                return Appointment.objects.create(
                    question=question,
                    kind=kind,
                    starts_at=starts_at,
                    ends_at=starts_at + LASTS,
                    line=line,
                    phone=_phone_for(kind, phone),
                )
        except IntegrityError:
            continue
    raise TimeTaken
