"""When which letter to an asker is due. None of them carries what was asked or answered."""

from datetime import datetime, timedelta

from accounts.models import User
from desk.models import Appointment, Article, Question
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

RECEIVED = "desk.received"
ANSWERED = "desk.answered"
ASKED_BACK = "desk.asked_back"
OUT_OF_SCOPE = "desk.out_of_scope"
RULE_CHANGED = "desk.rule_changed"
APPOINTMENT_PLANNED = "desk.appointment_planned"
APPOINTMENT_REMINDER = "desk.appointment_reminder"
APPOINTMENT_CANCELED = "desk.appointment_canceled"
NOT_REACHED = "desk.not_reached"
DIGEST = "desk.digest"
LASTS = timedelta(days=14)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def received(question: Question, *, is_own_act: bool, now: datetime) -> None:
    """The answer to the asker's own act goes at once, at any hour; to another's by day."""
    _plan(RECEIVED, question, now if is_own_act else next_waking_moment(now))


def answered(question: Question, *, now: datetime) -> None:
    _plan(ANSWERED, question, next_waking_moment(now))


def asked_back(question: Question, *, now: datetime) -> None:
    _plan(ASKED_BACK, question, next_waking_moment(now))


def out_of_scope(question: Question, *, now: datetime) -> None:
    _plan(OUT_OF_SCOPE, question, next_waking_moment(now))


def appointment_planned(appointment: Appointment, *, by: User, now: datetime) -> None:
    """That it is planned, and once more before it: a day, or an hour when it is soon."""
    question = appointment.question
    due_at = now if by.pk == question.asker_id else next_waking_moment(now)
    _plan_for(APPOINTMENT_PLANNED, appointment, due_at, until=appointment.starts_at)
    # Next to the letter that it is planned a reminder says nothing new.
    for before in (DAY, HOUR):
        remind_at = next_waking_moment(appointment.starts_at - before)
        if now + 2 * HOUR <= remind_at < appointment.starts_at:
            _plan_for(APPOINTMENT_REMINDER, appointment, remind_at, until=appointment.starts_at)
            return


def appointment_canceled(question: Question, *, by: User | None, now: datetime) -> None:
    """Whoever cancels their own sees it on the page."""
    if by is not None and by.pk == question.asker_id:
        return
    last = question.appointments.order_by("-pk").first()
    due_at = next_waking_moment(now)
    _plan_for(APPOINTMENT_CANCELED, last, due_at, until=due_at + LASTS)


def not_reached(appointment: Appointment, *, now: datetime) -> None:
    due_at = next_waking_moment(now)
    _plan_for(NOT_REACHED, appointment, due_at, until=due_at + LASTS)


def digest(month: str, members: list[int], *, now: datetime) -> int:
    """The month's letter to members, once for each of them; how many. `month` is 2026-10."""
    due_at = next_waking_moment(now)
    plan_notices(
        PlannedNotice(
            kind=DIGEST,
            subject_key=f"desk_month:{month}",
            revision=0,
            recipient_key=f"user:{member}",
            due_at=due_at,
            expires_at=due_at + LASTS,
        )
        for member in members
    )
    return len(members)


def rule_changed(article: Article, askers: list[int], *, now: datetime) -> int:
    """Everybody who was once answered with it; how many."""
    due_at = next_waking_moment(now)
    plan_notices(
        PlannedNotice(
            kind=RULE_CHANGED,
            subject_key=article.key,
            revision=article.revision,
            recipient_key=f"user:{asker}",
            due_at=due_at,
            expires_at=due_at + LASTS,
        )
        for asker in askers
    )
    return len(askers)


def _plan_for(kind, appointment, due_at, *, until):
    question = appointment.question
    if question.asker_id is None or due_at >= until:
        return
    plan_notices(
        [
            PlannedNotice(
                kind=kind,
                subject_key=appointment.key,
                revision=appointment.revision,
                recipient_key=f"user:{question.asker_id}",
                due_at=due_at,
                expires_at=until,
            )
        ]
    )


def _plan(kind, question, due_at):
    # Whoever called was told on the telephone.
    if question.asker_id is None:
        return
    plan_notices(
        [
            PlannedNotice(
                kind=kind,
                subject_key=question.key,
                revision=question.revision,
                recipient_key=f"user:{question.asker_id}",
                due_at=due_at,
                expires_at=due_at + LASTS,
            )
        ]
    )
