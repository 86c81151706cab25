"""The letter to a resident who did not come."""

from datetime import datetime, timedelta

from consultations.models import Booking
from consultations.notices import CHANNELS
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

MISSED = "missed_by_resident"
NEWS_LASTS = timedelta(days=7)


def missed_by_resident(booking: Booking, *, now: datetime) -> None:
    """Nobody is blamed: they can book again."""
    resident = booking.case.resident
    channel = CHANNELS.get(resident.channel)
    if channel is None:
        return
    plan_notices(
        [
            PlannedNotice(
                kind=MISSED,
                subject_key=booking.key,
                revision=booking.revision,
                recipient_key=resident.key,
                channel=channel,
                due_at=next_waking_moment(now, resident.zone),
                expires_at=now + NEWS_LASTS,
            )
        ]
    )
