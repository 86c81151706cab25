"""A clock that runs only while a service is open: what deadlines of the desk count by.

Pure functions of a calendar; an hour of it can take four days by the clock on the wall.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from schedules.hours import HORIZON, JAPAN, Calendar, Period, periods_on


class NeverOpen(Exception):
    """The service does not open long enough within the horizon."""


def add_open_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The moment at which so much open time has passed since `start`.

    What ends exactly at closing time is due then, not at the next opening; nothing at all
    is due at `start` itself while it is open, otherwise at the next opening. Raises
    NeverOpen, or ValueError for a negative amount.
    """
    if amount < timedelta(0):
        raise ValueError("An amount of time is not negative.")
    left = amount
    for period in _periods(calendar, start, start + HORIZON):
        lasts = period.ends_at - period.starts_at
        if left <= lasts:
            return period.starts_at + left
        left -= lasts
    raise NeverOpen


def open_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How long it was open between two moments; nothing when the end is not later."""
    if end <= start:
        return timedelta(0)
    return sum(
        (period.ends_at - period.starts_at for period in _periods(calendar, start, end)),
        timedelta(0),
    )


def _periods(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Period]:
    """The opening periods between two moments, cut at both; none without length."""
    day, last = start.astimezone(JAPAN).date(), end.astimezone(JAPAN).date()
    while day <= last:
        for period in periods_on(calendar, day):
            begins, ends = max(start, period.starts_at), min(end, period.ends_at)
            if begins < ends:
                yield Period(begins, ends)
        day += timedelta(days=1)
