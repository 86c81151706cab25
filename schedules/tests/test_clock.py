"""The clock of open hours, against a reference that looks at every single minute."""

from datetime import date, datetime, time, timedelta

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules import clock
from schedules.clock import NeverOpen, add_open_time, open_time_between
from schedules.hours import JAPAN, Calendar, Closed, Hours

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# 2020 to 2035, as the library knows them.
HOLIDAYS = frozenset(day for year in range(2020, 2036) for day, _ in jpholiday.year_holidays(year))
# The desk as it is: Mondays and Thursdays, ten to three, not on holidays.
DESK = Calendar(
    hours=(Hours(0, time(10), time(15)), Hours(3, time(10), time(15))), holidays=HOLIDAYS
)


def at(*parts):
    return datetime(*parts, tzinfo=JAPAN)


def slow_is_open(calendar, moment):
    """The same in words, without the engine's periods."""
    local = moment.astimezone(JAPAN)
    day, clock = local.date(), local.time()
    if calendar.is_closed_on_holidays and day in calendar.holidays:
        return False
    if any(closed.first <= day <= closed.last for closed in calendar.closures):
        return False
    number = (day.day + 6) // 7
    return any(
        hours.weekday == day.weekday()
        and hours.opens <= clock < hours.closes
        and hours.week_of_month in (0, number)
        and not (hours.first and day < hours.first)
        and not (hours.last and day > hours.last)
        for hours in calendar.hours
    )


def slow_add(calendar, start, minutes):
    """Minute by minute: no periods, no arithmetic."""
    now, passed = start, 0
    while not slow_is_open(calendar, now):
        now += MINUTE
    while passed < minutes:
        if slow_is_open(calendar, now):
            passed += 1
        now += MINUTE
    return now


def slow_between(calendar, start, end):
    count = 0
    while start < end:
        count += slow_is_open(calendar, start)
        start += MINUTE
    return count * MINUTE


days = st.dates(date(2020, 1, 1), date(2035, 11, 30))
moments = st.builds(
    lambda day, minute: datetime.combine(day, time(), JAPAN) + minute * MINUTE,
    days,
    st.integers(0, 24 * 60 - 1),
)
hours = st.builds(
    lambda weekday, opens, lasts, week, first, last: Hours(
        weekday, time(opens), time(opens + lasts), week, first, last
    ),
    st.integers(0, 6),
    st.integers(7, 18),
    st.integers(1, 5),
    st.sampled_from([0, 0, 0, 1, 2, 4]),
    st.none() | days,
    st.none() | days,
)
calendars = st.builds(
    lambda weekly, closures, on_holidays: Calendar(
        hours=(*DESK.hours[:1], *weekly),
        holidays=HOLIDAYS,
        closures=tuple(Closed(first, first + timedelta(days)) for first, days in closures),
        is_closed_on_holidays=on_holidays,
    ),
    st.lists(hours, max_size=3),
    st.lists(st.tuples(days, st.integers(0, 10)), max_size=3),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(0, 600))
def test_adding_agrees_with_counting_minutes(calendar, start, minutes):
    assert add_open_time(calendar, start, minutes * MINUTE) == slow_add(calendar, start, minutes)


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(0, 21 * 24 * 60))
def test_the_time_between_agrees_with_counting_minutes(calendar, start, minutes):
    end = start + minutes * MINUTE
    assert open_time_between(calendar, start, end) == slow_between(calendar, start, end)


@settings(max_examples=200, deadline=None)
@given(calendars, moments, st.integers(1, 3000))
def test_what_was_added_has_passed(calendar, start, minutes):
    amount = minutes * MINUTE
    assert open_time_between(calendar, start, add_open_time(calendar, start, amount)) == amount


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        # A Sunday night; the Monday is a holiday (2026-11-23), so Thursday.
        (at(2026, 11, 22, 22), HOUR, at(2026, 11, 26, 11)),
        # Half an hour before closing on a Thursday: the rest on Monday.
        (at(2026, 11, 26, 14, 30), HOUR, at(2026, 11, 30, 10, 30)),
        (at(2026, 11, 26, 14), HOUR, at(2026, 11, 26, 15)),
        (at(2026, 11, 26, 15), timedelta(0), at(2026, 11, 30, 10)),
        (at(2026, 11, 30, 10), 10 * HOUR, at(2026, 12, 3, 15)),
    ],
)
def test_days_that_matter(start, amount, due):
    if amount:
        assert add_open_time(DESK, start, amount) == due
    assert open_time_between(DESK, start, due) == amount


def test_what_never_opens_is_told():
    with pytest.raises(NeverOpen):
        add_open_time(Calendar(), at(2026, 1, 1), MINUTE)
    with pytest.raises(ValueError, match="negative"):
        add_open_time(DESK, at(2026, 1, 1), -MINUTE)
    assert open_time_between(DESK, at(2026, 12, 1), at(2026, 11, 1)) == timedelta(0)


def test_the_reference_sees_a_fault(monkeypatch):
    """Negative control: a clock that forgets holidays does not agree."""
    careless = Calendar(hours=DESK.hours)
    start = at(2026, 11, 22, 22)
    assert add_open_time(careless, start, HOUR) != slow_add(DESK, start, 60)
    monkeypatch.setattr(clock, "_periods", lambda *_: iter(()))
    with pytest.raises(NeverOpen):
        add_open_time(DESK, start, HOUR)
