"""When the call is due that somebody asked for."""

from datetime import datetime, timedelta

from consultations.models import CallRequest
from notifications.choices import Channel
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

CALL_REQUESTED = "call_requested"
USEFUL_FOR = timedelta(days=7)


def call_requested(call_request: CallRequest, *, now: datetime) -> None:
    """The hours that are safe for the person are shown to whoever calls."""
    resident = call_request.case.resident
    plan_notices(
        [
            PlannedNotice(
                kind=CALL_REQUESTED,
                subject_key=call_request.key_for_notices,
                revision=0,
                recipient_key=resident.key,
                channel=Channel.CALL,
                due_at=next_waking_moment(now, resident.zone),
                expires_at=now + USEFUL_FOR,
            )
        ]
    )
