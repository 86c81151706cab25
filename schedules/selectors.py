from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, DateField, F, IntegerField, Q, TimeField, Value

from interface.memory import ShortMemory
from schedules.hours import JAPAN, Calendar, Closed, Hours, Period, is_shut, periods_on
from schedules.models import Closure, Holiday, Schedule

# From this long before a year begins its holidays must be there.
HOLIDAYS_KNOWN_AHEAD = timedelta(days=120)
# Whether somebody answers the association's telephone.
OFFICE = "office"

calendars = ShortMemory(lifetime=30)
# Weekday, opens, closes, week of the month, first and last day.
OF_HOURS = [IntegerField, TimeField, TimeField, IntegerField, DateField, DateField]


def remembered_calendar(code: str) -> Calendar:
    """For pages that everybody reads: up to half a minute old, mostly without a statement."""
    return calendars.get(code, lambda: load_calendar(code))


def remembered_holidays() -> frozenset[date]:
    """The national holidays, which come with the office's calendar that each page needs."""
    return remembered_calendar(OFFICE).holidays


def load_calendar(code: str) -> Calendar:
    """Everything that decides when the service of this code is open, in one statement.

    A code without a row or without hours gives a calendar that is always closed.
    """
    return load_calendars([code])[code]


def load_calendars(codes: Iterable[str]) -> dict[str, Calendar]:
    """The same for several services, in the same one statement."""
    codes = list(codes)
    facts = {code: {"phone": "", "hours": [], "closures": []} for code in codes}
    holidays = set()
    for kind, code, phone, is_closed, *hours, first, last in _rows(codes):
        if kind == "holiday":
            holidays.add(first)
        elif kind == "closure":
            for closed_code in [code] if code else codes:
                facts[closed_code]["closures"].append(Closed(first, last))
        else:
            facts[code] |= {"phone": phone, "is_closed_on_holidays": is_closed}
            if hours[0] is not None:
                facts[code]["hours"].append(Hours(*hours))
    return {
        code: Calendar(
            **fact | {"hours": tuple(fact["hours"]), "closures": tuple(fact["closures"])},
            holidays=frozenset(holidays),
        )
        for code, fact in facts.items()
    }


def _rows(codes):
    """Schedules with their hours, closures and holidays: three tables in one answer."""
    schedules = Schedule.objects.filter(code__in=codes).values_list(
        Value("schedule"),
        "code",
        "phone",
        "is_closed_on_holidays",
        "rules__weekday",
        "rules__opens",
        "rules__closes",
        "rules__week_of_month",
        "rules__first_date",
        "rules__last_date",
        Value(None, DateField()),
        Value(None, DateField()),
    )
    blank = (Value(""), Value(False), *(Value(None, field()) for field in OF_HOURS))
    closures = Closure.objects.filter(Q(schedule=None) | Q(schedule__code__in=codes))
    holidays = Holiday.objects.filter(is_observed=True)
    return schedules.union(
        closures.values_list(
            Value("closure"), "schedule__code", *blank, "starts_date", "ends_date"
        ),
        holidays.values_list(Value("holiday"), Value(None, CharField()), *blank, "date", F("date")),
        all=True,
    )


class DayPlan(NamedTuple):
    day: date
    periods: list[Period]
    holiday: str
    is_shut: bool


def week_plan(code: str, now: datetime) -> list[DayPlan]:
    """What this week looks like, Monday to Sunday, for a coordinator's glance."""
    today = now.astimezone(JAPAN).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    calendar = load_calendar(code)
    holidays = {holiday.date: holiday.name for holiday in Holiday.objects.filter(date__in=days)}
    return [
        DayPlan(
            day,
            periods_on(calendar, day),
            holidays.get(day, "") if day in calendar.holidays else "",
            is_shut(calendar, day),
        )
        for day in days
    ]


def missing_holiday_year(now: datetime) -> int | None:
    """The year whose holidays nobody has loaded yet, for the board to say so.

    This year's at any time, next year's from September on.
    """
    needed = {now.astimezone(JAPAN).year, (now + HOLIDAYS_KNOWN_AHEAD).astimezone(JAPAN).year}
    for year in sorted(needed):
        if not Holiday.objects.filter(date__year=year).exists():
            return year
    return None
