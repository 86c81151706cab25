"""Consultation days and their slots."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from consultations.models import ConsultationDay, Expert, Slot

TOKYO = ZoneInfo("Asia/Tokyo")


class SlotsOutsideDay(Exception):
    """The slots would begin before the day does or end after it."""


class ExpertNotFree(Exception):
    """The expert has another slot at one of these times."""


class SlotInUse(Exception):
    """Somebody has booked the slot, now or before, or is about to."""


def slot_times(
    *, day: ConsultationDay, first_at: time, count: int, minutes: int, pause: int
) -> list[tuple[datetime, datetime]]:
    """Start and end of each slot, one after the other with a pause between.

    Raises SlotsOutsideDay.
    """
    starts_at = datetime.combine(day.date, first_at, TOKYO)
    times = []
    for _number in range(count):
        ends_at = starts_at + timedelta(minutes=minutes)
        times.append((starts_at, ends_at))
        starts_at = ends_at + timedelta(minutes=pause)
    opens_at = datetime.combine(day.date, day.opens_at, TOKYO)
    closes_at = datetime.combine(day.date, day.closes_at, TOKYO)
    if times and (times[0][0] < opens_at or times[-1][1] > closes_at):
        raise SlotsOutsideDay
    return times


def check_slots(
    *, day: ConsultationDay, expert_id: int, first_at: time, count: int, minutes: int, pause: int
) -> None:
    """See whether slots could be made for a day, saved or not; writes nothing.

    Raises SlotsOutsideDay or ExpertNotFree.
    """
    times = slot_times(day=day, first_at=first_at, count=count, minutes=minutes, pause=pause)
    if Slot.objects.filter(expert=expert_id).overlapping(times).exists():
        raise ExpertNotFree


def generate_slots(
    *, day_id: int, expert_id: int, first_at: time, count: int, minutes: int, pause: int
) -> list[Slot]:
    """Make an expert's slots of a day: all of them or none.

    Raises SlotsOutsideDay or ExpertNotFree.
    """
    day = ConsultationDay.objects.get(pk=day_id)
    expert = Expert.objects.get(pk=expert_id)
    slots = [
        Slot(day=day, expert=expert, starts_at=starts_at, ends_at=ends_at)
        for starts_at, ends_at in slot_times(
            day=day, first_at=first_at, count=count, minutes=minutes, pause=pause
        )
    ]
    try:
        with transaction.atomic():
            return Slot.objects.bulk_create(slots)
    except IntegrityError:
        raise ExpertNotFree from None


@transaction.atomic
def delete_slot(*, slot_id: int, now: datetime) -> Slot:
    """Take out a slot that nobody has booked. Raises SlotInUse or Slot.DoesNotExist."""
    slot = Slot.objects.select_for_update(of=("self",)).get(pk=slot_id)
    is_held = slot.held_until is not None and slot.held_until > now
    if is_held or slot.bookings.exists():
        raise SlotInUse
    try:
        with transaction.atomic():
            slot.delete()
    except (IntegrityError, ProtectedError):
        # Booked a moment ago by somebody who did not need the lock.
        raise SlotInUse from None
    return slot
