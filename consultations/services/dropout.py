"""A day or an expert drops out: one act tells everybody and keeps new times for them."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from consultations import drop_out_notices
from consultations.drop_outs import DropOut, bookings_on, fingerprint
from consultations.models import Booking, Slot
from consultations.services import waiting
from consultations.services.bookings import cancel_booking


class AffectedChanged(Exception):
    """Somebody has booked, moved or canceled since the preview was looked at."""


@transaction.atomic
def drop_out(*, what: DropOut, seen: str, dropped_by: User, now: datetime) -> list[Booking]:
    """Withdraw every slot to come, cancel what is booked, put those people first; all or nothing.

    Done already, it does nothing and answers with nobody. Raises AffectedChanged.
    """
    # Bookings before slots, each by key, as everywhere: cancel and move hold a booking
    # while they wait for a slot.
    _lock_bookings(what, now)
    slots = list(what.open_slots(now).select_for_update(of=("self",)).order_by("pk"))
    if not slots:
        return []
    bookings = list(bookings_on(slots))
    if fingerprint(slots, bookings) != seen:
        raise AffectedChanged
    for slot in slots:
        slot.release()
        slot.withdraw(at=now)
    for slot in slots:
        waiting.withdraw_offer(slot=slot, now=now)
    canceled = [
        cancel_booking(
            booking_id=booking.pk,
            canceled_by=what.canceled_by,
            actor=dropped_by,
            tells_resident=False,
            # Whoever has just said that they cannot come needs no letter about it.
            tells_expert=what.day_id is not None,
            now=now,
        )
        for booking in bookings
    ]
    for booking in canceled:
        is_urgent = drop_out_notices.is_urgent(booking, now)
        waiting.put_first(booking=booking, is_urgent=is_urgent, now=now)
        drop_out_notices.dropped_out(booking, now=now)
    return canceled


def _lock_bookings(what, now):
    on_them = Booking.objects.open().filter(slot__in=what.open_slots(now))
    list(
        Booking.objects.filter(pk__in=list(on_them.values_list("pk", flat=True)))
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk")
    )


@transaction.atomic
def offer_again(*, what: DropOut, now: datetime) -> list[Slot]:
    """It can take place after all: the slots are free again, the bookings stay canceled."""
    slots = list(
        what.withdrawn_slots(now).select_for_update(of=("self",)).order_by("starts_at", "pk")
    )
    for slot in slots:
        slot.offer_again()
    for slot in slots:
        waiting.offer_slot(slot=slot, now=now)
    return slots
