"""The call to a resident who cannot get into the session."""

from datetime import datetime, timedelta

from consultations.models import Booking
from consultations.sessions import CALLS_GO_ON
from notifications.choices import Channel
from notifications.models import Notice
from notifications.services import PlannedNotice, plan_notices

SESSION_CALL = "session_call"
# The session is running: nobody who did not answer is left for an hour.
CALL_AGAIN_AFTER = timedelta(minutes=3)


def calls_of(booking: Booking):
    return Notice.objects.filter(subject_key=booking.key, kind=SESSION_CALL)


def is_call_open(booking: Booking) -> bool:
    return calls_of(booking).open().exists()


def help_asked(booking: Booking, *, now: datetime) -> None:
    """Due now, outside waking hours too: the person sits there and waits.

    Each time they ask is a call of its own, numbered by `revision`.
    """
    plan_notices(
        [
            PlannedNotice(
                kind=SESSION_CALL,
                subject_key=booking.key,
                revision=calls_of(booking).count(),
                recipient_key=booking.case.resident.key,
                channel=Channel.CALL,
                due_at=now,
                expires_at=booking.slot.ends_at + CALLS_GO_ON,
            )
        ]
    )
