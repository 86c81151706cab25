"""Who was asked whether they come and has not answered in time."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from cases.choices import ContactChannel, Reminders
from cases.models import CaseEvent
from consultations.attendance import BOOKED_BEFORE, answer_awaited_until, is_called
from consultations.choices import BookingStatus
from consultations.models import Booking


def unanswered(now: datetime) -> list[Booking]:
    """The next first; in one query."""
    return [booking for booking in _silent(now) if _is_overdue(booking, now)]


def unanswered_without_phone(now: datetime) -> list[Booking]:
    """Those whom nobody calls by a task of its own; in one query."""
    return [booking for booking in unanswered(now) if not _has_a_call(booking)]


def _silent(now) -> QuerySet[Booking]:
    # Whoever took this time within a day has only just said so.
    day_before = F("slot__starts_at") - BOOKED_BEFORE
    moved_late = CaseEvent.objects.filter(
        case=OuterRef("case"),
        verb="consultations.booking_moved",
        happened_at__gt=OuterRef("day_before"),
    )
    return (
        Booking.objects.filter(
            status=BookingStatus.CONFIRMED,
            attendance_confirmed_at__isnull=True,
            slot__starts_at__gt=now,
            slot__starts_at__lte=now + timedelta(days=1),
        )
        .alias(day_before=day_before)
        .filter(~Exists(moved_late), booked_at__lte=F("day_before"))
        .for_desk()
        .order_by("slot__starts_at", "pk")
    )


def _is_overdue(booking, now):
    resident = booking.case.resident
    return answer_awaited_until(booking.slot.starts_at, resident.zone) <= now


def _has_a_call(booking):
    resident = booking.case.resident
    is_reminded_by_call = (
        resident.channel == ContactChannel.PHONE and resident.reminders != Reminders.NONE
    )
    return is_reminded_by_call or is_called(booking)
