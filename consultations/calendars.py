"""The calendar entry of a booking: a time, and nothing that gives a person away."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from consultations.models import Booking
from interface.calendars import Entry, calendar_file
from languages.readings import to_plain
from privacy.digests import lookup_digest


def calendar_of(booking: Booking, *, now: datetime) -> bytes:
    """One UID for the booking's life, its revision as SEQUENCE."""
    # Always the neutral one: the UID stays, also when others can suddenly see the calendar.
    host = urlsplit(settings.NEUTRAL_LINK_ORIGIN).hostname
    entry = Entry(
        uid=f"{lookup_digest(str(booking.link_id), 'calendar')[:32]}@{host}",
        sequence=booking.revision,
        starts_at=booking.slot.starts_at,
        ends_at=booking.slot.ends_at,
    )
    return calendar_file([entry], summary=to_plain(_("Appointment")), now=now)
