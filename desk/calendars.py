"""When the desk is open, for calendar programs."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from desk.models import Appointment
from interface.calendars import Entry, calendar_file
from languages.readings import to_plain
from schedules.hours import JAPAN, Calendar, periods_on

WEEKS = 8


def appointment_file(appointment: Appointment, *, now: datetime) -> bytes:
    """One half hour; neither the number nor what it is about."""
    entry = Entry(
        f"appointment-{appointment.question.reference}@desk",
        # Each move is a row of its own.
        appointment.question.appointments.count() - 1,
        appointment.starts_at,
        appointment.ends_at,
    )
    return calendar_file([entry], summary=to_plain(_("Appointment")), now=now)


def feed_of(calendar: Calendar, *, now: datetime) -> bytes:
    """The openings of the coming weeks; closed days simply are not there."""
    today = now.astimezone(JAPAN).date()
    periods = [
        period
        for number in range(WEEKS * 7)
        for period in periods_on(calendar, today + timedelta(days=number))
    ]
    entries = [
        Entry(f"desk-{period.starts_at:%Y%m%dT%H%M}@desk", 0, period.starts_at, period.ends_at)
        for period in periods
    ]
    return calendar_file(entries, summary=to_plain(_("Support desk for staff")), now=now)
