"""What falls out, whom that affects, and which new times could be kept for them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from cases.choices import ContactChannel
from consultations.choices import BookingStatus, CanceledBy
from consultations.claims import LAST_CALL, claim_until
from consultations.drop_out_notices import DROP_OUT_CALL
from consultations.models import Booking, Expert, Slot, TopicExpertKind
from consultations.waiting_notices import FIRST, OFFERED
from notifications.models import Notice

# The calls by which somebody learns of it.
TELLING = (FIRST, OFFERED, DROP_OUT_CALL)


@dataclass(frozen=True, kw_only=True)
class DropOut:
    """A day that cannot take place, or an expert who cannot come for a while."""

    day_id: int | None = None
    expert_id: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None

    @property
    def canceled_by(self) -> str:
        return CanceledBy.COORDINATOR if self.day_id else CanceledBy.EXPERT

    def slots(self, now: datetime):
        """Those to come; what has begun is told by how it went."""
        slots = Slot.objects.filter(starts_at__gt=now)
        if self.day_id:
            return slots.filter(day=self.day_id)
        within = {"starts_at__lt": self.until_at, "ends_at__gt": self.from_at}
        return slots.filter(expert=self.expert_id, **within)

    def open_slots(self, now: datetime):
        return self.slots(now).filter(withdrawn_at__isnull=True)

    def withdrawn_slots(self, now: datetime):
        return self.slots(now).filter(withdrawn_at__isnull=False)


@dataclass(frozen=True)
class Affected:
    booking: Booking
    new_slot: Slot | None

    @property
    def channel(self):
        return self.booking.case.resident.channel


@dataclass(frozen=True)
class Preview:
    people: list[Affected]
    free_slots: list[Slot]
    # What was looked at; the act is refused when it is something else by then.
    seen: str

    @property
    def is_empty(self) -> bool:
        return not self.people and not self.free_slots

    @property
    def letters(self) -> int:
        return self._reached_by(ContactChannel.EMAIL)

    @property
    def calls(self) -> int:
        return self._reached_by(ContactChannel.PHONE)

    @property
    def unreached(self) -> int:
        return self._reached_by(ContactChannel.NONE)

    @property
    def kept(self) -> int:
        return sum(each.new_slot is not None for each in self.people)

    def _reached_by(self, channel):
        return sum(each.channel == channel for each in self.people)


def preview_drop_out(*, what: DropOut, now: datetime) -> Preview:
    """Everybody affected, by the time they have now, in a fixed number of queries."""
    slots = list(what.open_slots(now).select_related("day", "expert").order_by("starts_at", "pk"))
    bookings = list(bookings_on(slots))
    booked = {booking.slot_id for booking in bookings}
    return Preview(
        people=_with_new_times(bookings, without=slots, now=now),
        free_slots=[slot for slot in slots if slot.pk not in booked],
        seen=fingerprint(slots, bookings),
    )


def bookings_on(slots: Iterable[Slot]):
    """The open bookings of the slots, in the order in which the people are seen to."""
    bookings = Booking.objects.open().filter(slot__in=[slot.pk for slot in slots])
    return bookings.for_desk().order_by("slot__starts_at", "pk")


def fingerprint(slots: Iterable[Slot], bookings: Iterable[Booking]) -> str:
    parts = [f"slot:{pk}" for pk in sorted(slot.pk for slot in slots)]
    parts += [
        f"booking:{booking.pk}:{booking.revision}:{booking.status}:{booking.slot_id}"
        for booking in sorted(bookings, key=lambda booking: booking.pk)
    ]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]


def _with_new_times(bookings, *, without, now):
    """Who comes first by the clock gets the first free time that suits the matter."""
    free = list(
        Slot.objects.free(now)
        .filter(starts_at__gt=now + LAST_CALL)
        .exclude(pk__in=[slot.pk for slot in without])
        .select_related("day", "expert")
        .order_by("starts_at", "pk")
    )
    kinds = {}
    for topic, kind in TopicExpertKind.objects.values_list("topic", "expert_kind"):
        kinds.setdefault(topic, set()).add(kind)
    people = []
    for booking in bookings:
        zone = booking.case.resident.zone
        suitable = kinds.get(booking.case.primary_topic_id, set())
        new_slot = next(
            (
                slot
                for slot in free
                if slot.expert.kind in suitable
                and claim_until(slot.starts_at, zone=zone, is_first=True, now=now)
            ),
            None,
        )
        if new_slot:
            free.remove(new_slot)
        people.append(Affected(booking, new_slot))
    return people


def dropped_out(*, what: DropOut, now: datetime) -> list[Booking]:
    """Whose time was taken back, what each has instead, and who is still to be called."""
    bookings = Booking.objects.filter(
        slot__in=what.withdrawn_slots(now),
        status=BookingStatus.CANCELED,
        ended_at=F("slot__withdrawn_at"),
    )
    people = list(
        bookings.for_desk()
        .select_related("waiting_entry__slot", "waiting_entry__booking__slot")
        .order_by("slot__starts_at", "pk")
    )
    keys = {key for booking in people for key in _call_keys(booking)}
    calls = Notice.objects.calls().open().filter(kind__in=TELLING, subject_key__in=keys)
    open_keys = set(calls.values_list("subject_key", flat=True))
    for booking in people:
        booking.is_to_be_called = not open_keys.isdisjoint(_call_keys(booking))
    return people


def _call_keys(booking):
    """What a call about the lost time, or about the one kept instead, is about."""
    return booking.key, booking.waiting_entry.key


def experts_of_day(midnight: datetime, *, now: datetime) -> list[Expert]:
    """Who has a time to come on the day that begins at midnight, in one query."""
    slots = Slot.objects.filter(
        starts_at__gt=now, starts_at__lt=midnight + timedelta(days=1), withdrawn_at__isnull=True
    )
    return list(Expert.objects.filter(slots__in=slots).distinct().order_by("name", "pk"))
