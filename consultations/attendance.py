"""The question "Will you come?": when it is asked, and until when an answer is awaited."""

from datetime import datetime, timedelta

from cases.choices import ContactChannel, Reminders
from consultations.models import Booking
from notifications.waking_hours import next_waking_moment

ASKED_BEFORE = timedelta(days=3)
# Whoever books later than this has only just said so.
BOOKED_BEFORE = timedelta(days=1)
AWAITED_UNTIL = timedelta(hours=20)
# After the reminder of the day before there is time to answer, and before the start
# time to find somebody else.
TIME_TO_ANSWER = timedelta(hours=2)
TIME_FOR_SOMEBODY_ELSE = timedelta(hours=3)


def answer_awaited_until(starts_at: datetime, zone: str) -> datetime:
    """From then on somebody calls: in waking hours, never later than three hours before."""
    asked_at = next_waking_moment(starts_at - BOOKED_BEFORE, zone)
    moment = max(starts_at - AWAITED_UNTIL, asked_at + TIME_TO_ANSWER)
    return min(next_waking_moment(moment, zone), starts_at - TIME_FOR_SOMEBODY_ELSE)


def is_called(booking: Booking) -> bool:
    """Whether somebody who did not answer is called.

    Who is reached by telephone anyway is asked in the call of the day before.
    """
    resident = booking.case.resident
    return (
        bool(resident.phone_digest)
        and resident.channel == ContactChannel.EMAIL
        and resident.reminders != Reminders.NONE
    )
