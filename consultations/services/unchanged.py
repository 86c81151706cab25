"""Nobody acts on a booking that has changed since they looked at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from consultations.models import Booking
from consultations.models.booking import changes_of


class BookingChanged(Exception):
    """Something has happened to the booking since it was looked at."""


def last_event_of(case_id: int) -> int | None:
    """The version of what is known about a booking."""
    return changes_of(case_id).values_list("pk", flat=True).first()


@contextmanager
def unchanged_since(*, booking_id: int, last_event_id: int | None) -> Iterator[None]:
    """Let the act inside happen only while this is still the last line of the history.

    Every verb writes one, so the history is the version. The booking is locked until
    the act is done. Raises BookingChanged or Booking.DoesNotExist.
    """
    with transaction.atomic():
        booking = Booking.objects.select_for_update(of=("self",)).sealed().get(pk=booking_id)
        if last_event_of(booking.case_id) != last_event_id:
            raise BookingChanged
        yield
