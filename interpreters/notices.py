"""When which letter is due: what changes, and whom it tells (the table in docs/interpreters.md)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from interpreters.models import Assignment, Offer
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

OFFER = "interpreters.offer"
NOT_SELECTED = "interpreters.not_selected"
ASSIGNED = "interpreters.assigned"
ASSIGNMENT_REMINDER = "interpreters.reminder"
WITHDRAWN = "interpreters.withdrawn"
CALLED_OFF = "interpreters.called_off"
FOUND = "interpreters.found"
SOUGHT_AGAIN = "interpreters.sought_again"
REPORT_DUE = "interpreters.report_due"
REQUESTER_REPORT_DUE = "interpreters.requester_report_due"

ONE_DAY = timedelta(days=1)
# A report is asked for at the end, and again while it is missing.
REPORT_ASKED_AFTER = (timedelta(0), timedelta(days=3), timedelta(days=7))


def offers_sent(offers: Iterable[Offer], *, now: datetime) -> None:
    plan_notices(_to_interpreter(OFFER, offer, now, offer.reply_by) for offer in offers)


def not_selected(offers: Iterable[Offer], *, now: datetime) -> None:
    plan_notices(_to_interpreter(NOT_SELECTED, offer, now, now + 7 * ONE_DAY) for offer in offers)


def withdrawn(offers: Iterable[Offer], *, now: datetime) -> None:
    """Nothing comes of what these people were asked."""
    plan_notices(_to_interpreter(WITHDRAWN, offer, now, now + 7 * ONE_DAY) for offer in offers)


def assigned(assignment: Assignment, *, now: datetime) -> None:
    """The interpreter and whoever asked; and the day before both once more."""
    starts_at = assignment.starts_at
    plan_notices(
        [
            _to_interpreter(ASSIGNED, assignment, now, starts_at),
            _to_requester(FOUND, assignment, now, starts_at),
            _to_interpreter(
                ASSIGNMENT_REMINDER, assignment, max(now, starts_at - ONE_DAY), starts_at
            ),
        ]
    )


def called_off(assignment: Assignment, *, now: datetime) -> None:
    plan_notices([_to_interpreter(CALLED_OFF, assignment, now, assignment.ends_at)])


def sought_again(assignment: Assignment, *, now: datetime) -> None:
    plan_notices([_to_requester(SOUGHT_AGAIN, assignment, now, assignment.starts_at)])


def reports_due(assignment: Assignment, *, now: datetime) -> None:
    """Both sides, at once and after three and seven days while it is missing."""
    planned = []
    for number, later in enumerate(REPORT_ASKED_AFTER):
        due_at = now + later
        until = due_at + 3 * ONE_DAY
        for kind, plan in (
            (REPORT_DUE, _to_interpreter),
            (REQUESTER_REPORT_DUE, _to_requester),
        ):
            planned.append(plan(kind, assignment, due_at, until, revision=number))
    plan_notices(planned)


def _to_interpreter(kind, subject, due_at, until, revision=None):
    return _planned(kind, subject, subject.interpreter.key, due_at, until, revision)


def _to_requester(kind, assignment, due_at, until, revision=None):
    member = assignment.request.requested_by
    recipient = f"user:{member.pk}" if member else f"request:{assignment.request_id}"
    return _planned(kind, assignment, recipient, due_at, until, revision)


def _planned(kind, subject, recipient, due_at, until, revision):
    due_at = next_waking_moment(due_at)
    return PlannedNotice(
        kind=kind,
        subject_key=subject.key,
        revision=subject.revision if revision is None else revision,
        recipient_key=recipient,
        due_at=due_at,
        # What arrives when nothing can be done any more is of no use, and is a task instead.
        expires_at=max(until, due_at + timedelta(hours=1)),
    )
