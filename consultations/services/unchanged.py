"""Nobody acts on a booking that has changed since they looked at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from cases.models import CaseEvent
from consultations.models import Booking


class BookingChanged(Exception):
    """Something has happened to the booking since it was looked at."""


@contextmanager
def unchanged_since(*, booking_id: int, last_event_id: int | None) -> Iterator[None]:
    """Let the act inside happen only while this is still the last line of the history.

    Every verb writes one, so the history is the version. The booking is locked until
    the act is done. Raises BookingChanged or Booking.DoesNotExist.
    """
    with transaction.atomic():
        booking = Booking.objects.select_for_update(of=("self",)).sealed().get(pk=booking_id)
        events = CaseEvent.objects.filter(case_id=booking.case_id).order_by("-pk")
        if events.values_list("pk", flat=True).first() != last_event_id:
            raise BookingChanged
        yield
