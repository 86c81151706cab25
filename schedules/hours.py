"""When a service is open: pure functions of a calendar and the moment passed in.

Rules are Japan time. A period ends exclusively: at the closing time it is closed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.choices import WeekOfMonth

JAPAN = ZoneInfo("Asia/Tokyo")
# The fifth Monday of a month can be a year away when holidays and closures take some.
HORIZON = timedelta(days=400)


@dataclass(frozen=True)
class Hours:
    """Opening hours on one weekday, as date.weekday() counts; both days included."""

    weekday: int
    opens: time
    closes: time
    week_of_month: int = WeekOfMonth.EVERY
    first: date | None = None
    last: date | None = None

    def hold_on(self, day: date) -> bool:
        """Whether they are the hours of that time, whatever the weekday."""
        return (self.first or day) <= day <= (self.last or day)

    def apply_to(self, day: date) -> bool:
        if day.weekday() != self.weekday or not self.hold_on(day):
            return False
        return self.week_of_month in {WeekOfMonth.EVERY, (day.day - 1) // 7 + 1}


@dataclass(frozen=True)
class Closed:
    """Days without opening, both ends included."""

    first: date
    last: date


@dataclass(frozen=True)
class Period:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Calendar:
    """All that decides when one service is open. Without hours it is always closed."""

    phone: str = ""
    hours: tuple[Hours, ...] = ()
    holidays: frozenset[date] = field(default_factory=frozenset)
    closures: tuple[Closed, ...] = ()
    is_closed_on_holidays: bool = True


def is_open(calendar: Calendar, now: datetime) -> bool:
    return open_until(calendar, now) is not None


def open_until(calendar: Calendar, now: datetime) -> datetime | None:
    """When it closes, or None while it is closed."""
    for period in periods_on(calendar, now.astimezone(JAPAN).date()):
        if period.starts_at <= now < period.ends_at:
            return period.ends_at
    return None


def next_opening(calendar: Calendar, now: datetime) -> datetime | None:
    """The first moment from now on at which it is open: now itself while it is open.

    None when it does not open within the horizon.
    """
    today = now.astimezone(JAPAN).date()
    for days in range(HORIZON.days + 1):
        for period in periods_on(calendar, today + timedelta(days)):
            if now < period.ends_at:
                return max(now, period.starts_at)
    return None


def periods_on(calendar: Calendar, day: date) -> list[Period]:
    """The opening periods of a day in their order, joined where they touch."""
    if is_shut(calendar, day):
        return []
    joined: list[Period] = []
    for hours in sorted(calendar.hours, key=lambda hours: hours.opens):
        if not hours.apply_to(day):
            continue
        starts_at = datetime.combine(day, hours.opens, JAPAN)
        ends_at = datetime.combine(day, hours.closes, JAPAN)
        if joined and starts_at <= joined[-1].ends_at:
            last = joined.pop()
            starts_at, ends_at = last.starts_at, max(last.ends_at, ends_at)
        joined.append(Period(starts_at, ends_at))
    return joined


def is_shut(calendar: Calendar, day: date) -> bool:
    """Closed for the whole day, whatever the weekly hours say."""
    if calendar.is_closed_on_holidays and day in calendar.holidays:
        return True
    return any(closed.first <= day <= closed.last for closed in calendar.closures)
