from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from schedules.hours import JAPAN, Calendar, Closed, Hours, Period, is_shut, periods_on
from schedules.models import Closure, Holiday, Schedule

# From this long before a year begins its holidays must be there.
HOLIDAYS_KNOWN_AHEAD = timedelta(days=120)


def load_calendar(code: str) -> Calendar:
    """Everything that decides when the service of this code is open, in three statements.

    A code without a row or without hours gives a calendar that is always closed.
    """
    return load_calendars([code])[code]


def load_calendars(codes: Iterable[str]) -> dict[str, Calendar]:
    """The same for several services, in the same three statements."""
    codes = list(codes)
    facts = {code: {"hours": [], "closures": []} for code in codes}
    for row in Schedule.objects.filter(code__in=codes).values_list(
        "code",
        "phone",
        "is_closed_on_holidays",
        "rules__weekday",
        "rules__opens",
        "rules__closes",
        "rules__week_of_month",
        named=True,
    ):
        fact = facts[row.code]
        fact["phone"] = row.phone
        fact["is_closed_on_holidays"] = row.is_closed_on_holidays
        if row.rules__weekday is not None:
            fact["hours"].append(Hours(*row[3:]))
    for code, first, last in Closure.objects.filter(
        Q(schedule=None) | Q(schedule__code__in=codes)
    ).values_list("schedule__code", "starts_date", "ends_date"):
        for closed_code in [code] if code else codes:
            facts[closed_code]["closures"].append(Closed(first, last))
    holidays = frozenset(Holiday.objects.filter(is_observed=True).values_list("date", flat=True))
    return {
        code: Calendar(
            **fact | {"hours": tuple(fact["hours"]), "closures": tuple(fact["closures"])},
            holidays=holidays,
        )
        for code, fact in facts.items()
    }


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
