"""The call besides the letter: a session that falls out within two hours cannot wait for it."""

from datetime import datetime, timedelta

from cases.choices import ContactChannel
from consultations.models import Booking
from notifications.choices import Channel
from notifications.services import PlannedNotice, plan_notices

DROP_OUT_CALL = "drop_out_call"
# Who may already be on the way is told now, whatever the hour.
URGENT = timedelta(hours=2)


def is_urgent(booking: Booking, now: datetime) -> bool:
    return booking.slot.starts_at - now <= URGENT


def dropped_out(booking: Booking, *, now: datetime) -> None:
    """Who reads letters and gave a number as well is called when there is no time to read."""
    resident = booking.case.resident
    by_letter = resident.channel == ContactChannel.EMAIL
    if not (by_letter and resident.phone_digest and is_urgent(booking, now)):
        return
    plan_notices(
        [
            PlannedNotice(
                kind=DROP_OUT_CALL,
                subject_key=booking.key,
                revision=booking.revision,
                recipient_key=resident.key,
                channel=Channel.CALL,
                due_at=now,
                expires_at=booking.slot.ends_at,
            )
        ]
    )
