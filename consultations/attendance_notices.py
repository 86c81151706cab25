"""The call to somebody who did not say whether they come."""

from datetime import datetime

from consultations.attendance import BOOKED_BEFORE, answer_awaited_until, is_called
from consultations.models import Booking
from notifications.choices import Channel
from notifications.services import PlannedNotice

ATTENDANCE_CALL = "attendance_call"


def attendance_call(booking: Booking, *, now: datetime) -> list[PlannedNotice]:
    """Planned together with the reminders; whoever answers in time is not called."""
    starts_at = booking.slot.starts_at
    if starts_at - now < BOOKED_BEFORE or not is_called(booking):
        return []
    resident = booking.case.resident
    return [
        PlannedNotice(
            kind=ATTENDANCE_CALL,
            subject_key=booking.key,
            revision=booking.revision,
            recipient_key=resident.key,
            channel=Channel.CALL,
            due_at=answer_awaited_until(starts_at, resident.zone),
            expires_at=starts_at,
        )
    ]
