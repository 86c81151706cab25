"""Which change tells whom, as one table, and when each letter is due.

The same table for people stands in docs/interpreters.md; a test compares the two.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from interpreters.models import Assignment, InterpreterRequest, Offer
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

OFFER = "interpreters.offer"
NOT_SELECTED = "interpreters.not_selected"
ASSIGNED = "interpreters.assigned"
ASSIGNMENT_REMINDER = "interpreters.reminder"
WITHDRAWN = "interpreters.withdrawn"
CALLED_OFF = "interpreters.called_off"
REPORT_DUE = "interpreters.report_due"

RECEIVED = "interpreters.received"
FOUND = "interpreters.found"
REQUESTER_REMINDER = "interpreters.requester_reminder"
SOUGHT_AGAIN = "interpreters.sought_again"
CHANGED = "interpreters.changed"
OUT_OF_SCOPE = "interpreters.out_of_scope"
UNFILLED = "interpreters.unfilled"
CANCELED = "interpreters.canceled"
REQUESTER_REPORT_DUE = "interpreters.requester_report_due"

# Whom a change can tell: who goes, everybody asked (or asked and not chosen), who asked us.
INTERPRETER, ASKED, REQUESTER = "interpreter", "asked", "requester"

TOLD = {
    "submitted": {REQUESTER: (RECEIVED,)},
    "offers_sent": {ASKED: (OFFER,)},
    "assigned": {
        INTERPRETER: (ASSIGNED, ASSIGNMENT_REMINDER),
        ASKED: (NOT_SELECTED,),
        REQUESTER: (FOUND, REQUESTER_REMINDER),
    },
    "details_changed": {INTERPRETER: (ASSIGNED, ASSIGNMENT_REMINDER)},
    "replaced": {INTERPRETER: (CALLED_OFF,)},
    "returned": {REQUESTER: (SOUGHT_AGAIN,)},
    "changed": {INTERPRETER: (CALLED_OFF,), ASKED: (WITHDRAWN,), REQUESTER: (CHANGED,)},
    "canceled": {INTERPRETER: (CALLED_OFF,), ASKED: (WITHDRAWN,)},
    "canceled_by_desk": {
        INTERPRETER: (CALLED_OFF,),
        ASKED: (WITHDRAWN,),
        REQUESTER: (CANCELED,),
    },
    "out_of_scope": {REQUESTER: (OUT_OF_SCOPE,)},
    "unfilled": {ASKED: (WITHDRAWN,), REQUESTER: (UNFILLED,)},
    "checked_out": {INTERPRETER: (REPORT_DUE,), REQUESTER: (REQUESTER_REPORT_DUE,)},
}

ONE_DAY = timedelta(days=1)
# A report is asked for at the end, and again while it is missing.
REPORT_ASKED_AFTER = (timedelta(0), timedelta(days=3), timedelta(days=7))
DAY_BEFORE = {ASSIGNMENT_REMINDER, REQUESTER_REMINDER}
REPORTS = {REPORT_DUE, REQUESTER_REPORT_DUE}
# Worth knowing for some days, also when the time itself is over.
NEWS = {NOT_SELECTED, WITHDRAWN, OUT_OF_SCOPE, UNFILLED, CANCELED}


def tell(
    change: str,
    *,
    request: InterpreterRequest,
    assignment: Assignment | None = None,
    offers: Iterable[Offer] = (),
    now: datetime,
) -> None:
    """Plan every letter of a change in one statement.

    `assignment` is of whoever goes or does not go any more, `offers` are of those asked.
    Nobody but the interpreters is written to about a consultation: its booking tells the rest.
    """
    planned = []
    for who, kinds in TOLD[change].items():
        for subject, recipient in _recipients(who, request, assignment, offers):
            for kind in kinds:
                planned += _letters(kind, subject, recipient, request, now)
    plan_notices(planned)


def _recipients(who, request, assignment, offers):
    if who == ASKED:
        return [(offer, offer.interpreter.key) for offer in offers]
    if who == INTERPRETER:
        return [(assignment, assignment.interpreter.key)] if assignment else []
    if not request.is_dispatch:
        return []
    member = request.requested_by_id
    return [(assignment or request, f"user:{member}" if member else request.key)]


def _letters(kind, subject, recipient, request, now):
    starts_at = request.starts_at
    if kind in REPORTS:
        times = [
            (now + later, now + later + 3 * ONE_DAY, number)
            for number, later in enumerate(REPORT_ASKED_AFTER)
        ]
    elif kind in DAY_BEFORE:
        times = [(max(now, starts_at - ONE_DAY), starts_at, subject.revision)]
    elif kind == OFFER:
        times = [(now, subject.reply_by, subject.revision)]
    elif kind in NEWS:
        times = [(now, now + 7 * ONE_DAY, subject.revision)]
    else:
        times = [(now, request.ends_at, subject.revision)]
    return [
        _planned(kind, subject, recipient, due_at, until, revision)
        for due_at, until, revision in times
    ]


def _planned(kind, subject, recipient, due_at, until, revision):
    due_at = next_waking_moment(due_at)
    return PlannedNotice(
        kind=kind,
        subject_key=subject.key,
        revision=revision,
        recipient_key=recipient,
        due_at=due_at,
        # What arrives when nothing can be done any more is of no use, and is a task instead.
        expires_at=max(until, due_at + timedelta(hours=1)),
    )
