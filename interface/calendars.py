"""Calendar files (RFC 5545) that give nobody away: times in UTC and one neutral word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Entry:
    # Of the appointment for its whole life, whoever looks.
    uid: str
    # Raised with each change of the time.
    sequence: int
    starts_at: datetime
    ends_at: datetime


def calendar_file(entries: Iterable[Entry], *, summary: str, now: datetime) -> bytes:
    """No description, no place, no alarm, no attendee: only that there is something."""
    calendar = Calendar()
    calendar.add("prodid", "-//appointment//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", entry.starts_at.astimezone(UTC))
        event.add("dtend", entry.ends_at.astimezone(UTC))
        event.add("summary", summary)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()
