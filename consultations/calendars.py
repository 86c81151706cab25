"""The calendar entry of a booking: a time, and nothing that gives a person away."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from consultations.models import Booking
from languages.readings import to_plain
from privacy.digests import lookup_digest


def calendar_of(booking: Booking, *, now: datetime) -> bytes:
    """An iCalendar file (RFC 5545) in UTC: one UID for the booking's life, its
    revision as SEQUENCE, no description, no place, no alarm.
    """
    event = Event()
    # Always the neutral one: the UID stays, also when others can suddenly see the calendar.
    host = urlsplit(settings.NEUTRAL_LINK_ORIGIN).hostname
    event.add("uid", f"{lookup_digest(str(booking.link_id), 'calendar')[:32]}@{host}")
    event.add("sequence", booking.revision)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", booking.slot.starts_at.astimezone(UTC))
    event.add("dtend", booking.slot.ends_at.astimezone(UTC))
    event.add("summary", to_plain(_("Appointment")))
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//appointment//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical()
