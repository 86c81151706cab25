"""Will the resident come? Asked before the day; whoever stays silent may leave a time empty."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import CaseEvent
from cases.services import record_event
from consultations.attendance import ASKED_BEFORE, BOOKED_BEFORE
from consultations.choices import BookingStatus
from consultations.models import Booking
from consultations.services import waiting
from consultations.services.bookings import BookingNotOpen
from consultations.sessions import joining_opens_at
from consultations.unanswered import unanswered


def is_asked(booking: Booking, now: datetime) -> bool:
    """Whether the page asks: the time is certain and near, and nobody has answered."""
    return is_near(booking, now) and booking.attendance_confirmed_at is None


def question(booking: Booking, now: datetime) -> str:
    """What the page says about coming: `asked`, `answered`, or nothing.

    Nothing once the way into the session is open: whoever comes then comes in.
    """
    if not is_near(booking, now) or now >= joining_opens_at(booking.slot):
        return ""
    return "answered" if booking.attendance_confirmed_at else "asked"


def is_near(booking: Booking, now: datetime) -> bool:
    starts_at = booking.slot.starts_at
    return (
        booking.status == BookingStatus.CONFIRMED
        and starts_at - ASKED_BEFORE <= now < starts_at
        and starts_at - booking.booked_at >= BOOKED_BEFORE
    )


@transaction.atomic
def say_coming(*, booking_id: int, now: datetime, noted_by: User | None = None) -> Booking:
    """The resident will come; `noted_by` has heard it on the telephone.

    Saying it again changes nothing. Raises BookingNotOpen.
    """
    Booking.objects.select_for_update().get(pk=booking_id)
    booking = Booking.objects.with_story().get(pk=booking_id)
    if booking.status != BookingStatus.CONFIRMED or booking.slot.starts_at <= now:
        raise BookingNotOpen
    if booking.attendance_confirmed_at:
        return booking
    booking.confirm_attendance(at=now)
    record_event(
        case_id=booking.case_id,
        verb="consultations.attendance_confirmed",
        actor=noted_by,
        actor_role=CaseEvent.ActorRole.COORDINATOR if noted_by else CaseEvent.ActorRole.RESIDENT,
        now=now,
        booking=booking.pk,
        revision=booking.revision,
    )
    return booking


def ask_standbys(*, now: datetime) -> int:
    """Where an answer is overdue, let somebody on the waiting list keep ready; how many.

    Nothing is taken from anybody. Once for each slot, however often it runs.
    """
    asked = [waiting.stand_by_for(slot=booking.slot, now=now) for booking in unanswered(now)]
    return sum(entry is not None for entry in asked)
