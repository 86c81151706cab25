from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.choices import Weekday, WeekOfMonth
from schedules.hours import (
    HORIZON,
    JAPAN,
    Calendar,
    Closed,
    Hours,
    is_open,
    next_opening,
    open_until,
    periods_on,
)

HOLIDAYS = frozenset(
    day for year in (2019, 2026, 2027, 2032) for day, _name in jpholiday.year_holidays(year)
)
DESK = Calendar(
    hours=(
        Hours(Weekday.MONDAY, time(10), time(15)),
        Hours(Weekday.THURSDAY, time(10), time(15)),
    ),
    holidays=HOLIDAYS,
)
OFFICE = Calendar(
    hours=tuple(Hours(weekday, time(10), time(16)) for weekday in range(5)), holidays=HOLIDAYS
)


def japan(*parts):
    return datetime(*parts, tzinfo=JAPAN)


def test_labor_thanksgiving_monday_is_closed_and_opens_on_thursday():
    now = japan(2026, 11, 23, 11)

    assert not is_open(DESK, now)
    assert next_opening(DESK, now) == japan(2026, 11, 26, 10)


def test_the_monday_after_is_open():
    assert is_open(DESK, japan(2026, 11, 30, 11))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (japan(2026, 11, 26, 9, 59, 59), False),
        (japan(2026, 11, 26, 10), True),
        (japan(2026, 11, 26, 14, 59, 59, 999999), True),
        (japan(2026, 11, 26, 15), False),
    ],
)
def test_opening_is_inclusive_and_closing_exclusive(now, expected):
    assert is_open(DESK, now) == expected


def test_open_until_says_when_it_closes():
    assert open_until(DESK, japan(2026, 11, 26, 10)) == japan(2026, 11, 26, 15)
    assert open_until(DESK, japan(2026, 11, 26, 15)) is None


def test_next_opening_is_now_while_open():
    now = japan(2026, 11, 26, 12, 30)

    assert next_opening(DESK, now) == now


@pytest.mark.parametrize(
    ("now", "opens_at"),
    [
        # Respect for the Aged Day, a day between two holidays, the autumn equinox.
        (japan(2026, 9, 18, 16), japan(2026, 9, 24, 10)),
        # A holiday on Sunday is made up for on Wednesday, after three more.
        (japan(2026, 5, 1, 16), japan(2026, 5, 7, 10)),
        # A holiday on Sunday is made up for on Monday.
        (japan(2027, 3, 19, 16), japan(2027, 3, 23, 10)),
        # Ten days in a row.
        (japan(2019, 4, 26, 16), japan(2019, 5, 7, 10)),
        (japan(2032, 9, 17, 16), japan(2032, 9, 23, 10)),
    ],
)
def test_office_opens_after_the_holidays(now, opens_at):
    assert next_opening(OFFICE, now) == opens_at


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 9, 21),
        date(2026, 9, 22),
        date(2026, 9, 23),
        date(2026, 5, 3),
        date(2026, 5, 4),
        date(2026, 5, 5),
        date(2026, 5, 6),
        date(2027, 3, 21),
        date(2027, 3, 22),
        date(2026, 1, 1),
        date(2032, 9, 21),
    ],
)
def test_office_is_closed_on_holidays(day):
    assert periods_on(OFFICE, day) == []


def test_desk_is_closed_on_these_mondays_and_thursdays_of_2027():
    days = [date(2027, 1, 1) + timedelta(number) for number in range(365)]

    assert [
        day.isoformat()[5:] for day in days if day.weekday() in {0, 3} and not periods_on(DESK, day)
    ] == [
        "01-11",
        "02-11",
        "03-22",
        "04-29",
        "05-03",
        "07-19",
        "09-20",
        "09-23",
        "10-11",
    ]


def test_year_end_is_open_until_somebody_enters_a_closure():
    new_year = Closed(date(2026, 12, 29), date(2027, 1, 3))
    now = japan(2026, 12, 28, 15)

    assert next_opening(DESK, now) == japan(2026, 12, 31, 10)
    assert next_opening(replace(DESK, closures=(new_year,)), now) == japan(2027, 1, 4, 10)


def test_both_ends_of_a_closure_are_closed():
    calendar = replace(OFFICE, closures=(Closed(date(2026, 11, 24), date(2026, 11, 26)),))

    assert [bool(periods_on(calendar, date(2026, 11, day))) for day in (24, 25, 26, 27)] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Thursday 00:59 and 01:00 UTC are 09:59 and 10:00 in Japan.
        (datetime(2026, 11, 26, 0, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 26, 1, 0, tzinfo=UTC), True),
    ],
)
def test_hours_are_japan_time_whatever_zone_now_has(now, expected):
    assert is_open(DESK, now) == expected


def test_the_day_begins_at_midnight_in_japan():
    night_desk = Calendar(hours=(Hours(Weekday.THURSDAY, time(0), time(1)),))

    # Wednesday evening in London is Thursday's first minute in Japan.
    assert is_open(night_desk, datetime(2026, 11, 25, 15, 0, tzinfo=UTC))
    assert not is_open(night_desk, datetime(2026, 11, 25, 14, 59, tzinfo=UTC))


def test_nth_weekdays_of_the_month():
    calendar = Calendar(
        hours=tuple(
            Hours(Weekday.SATURDAY, time(9), time(12), week)
            for week in (WeekOfMonth.SECOND, WeekOfMonth.FOURTH)
        )
    )
    days = [date(2026, 11, 1) + timedelta(number) for number in range(61)]

    assert [day for day in days if periods_on(calendar, day)] == [
        date(2026, 11, 14),
        date(2026, 11, 28),
        date(2026, 12, 12),
        date(2026, 12, 26),
    ]


def test_fifth_weekday_is_not_in_every_month():
    calendar = Calendar(hours=(Hours(Weekday.MONDAY, time(9), time(12), WeekOfMonth.FIFTH),))

    assert next_opening(calendar, japan(2026, 12, 1)) == japan(2027, 3, 29, 9)


def test_hours_that_touch_are_one_period_and_a_lunch_break_makes_two():
    monday = Calendar(
        hours=(
            Hours(Weekday.MONDAY, time(13), time(15)),
            Hours(Weekday.MONDAY, time(9), time(11)),
            Hours(Weekday.MONDAY, time(11), time(12)),
        )
    )

    assert [
        (period.starts_at.hour, period.ends_at.hour)
        for period in periods_on(monday, date(2026, 11, 30))
    ] == [(9, 12), (13, 15)]
    assert next_opening(monday, japan(2026, 11, 30, 12)) == japan(2026, 11, 30, 13)


def test_holidays_do_not_count_where_the_schedule_says_so():
    assert is_open(replace(DESK, is_closed_on_holidays=False), japan(2026, 11, 23, 11))


def test_without_hours_it_never_opens():
    assert not is_open(Calendar(), japan(2026, 11, 24, 11))
    assert next_opening(Calendar(), japan(2026, 11, 24, 11)) is None


def test_hours_of_another_time_do_not_count():
    calendar = Calendar(
        hours=(
            Hours(Weekday.MONDAY, time(10), time(15), last=date(2026, 11, 30)),
            Hours(Weekday.MONDAY, time(13), time(17), first=date(2026, 12, 1)),
        )
    )

    assert is_open(calendar, japan(2026, 11, 30, 11))
    assert not is_open(calendar, japan(2026, 12, 7, 11))
    assert next_opening(calendar, japan(2026, 11, 30, 16)) == japan(2026, 12, 7, 13)


def test_a_closure_beyond_the_horizon_ends_the_search():
    calendar = replace(DESK, closures=(Closed(date(2026, 1, 1), date(2030, 1, 1)),))

    assert next_opening(calendar, japan(2026, 11, 24, 11)) is None


clocks = st.integers(0, 23 * 4 + 3).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
some_hours = (
    st.tuples(st.sampled_from(Weekday), clocks, clocks, st.sampled_from(WeekOfMonth))
    .filter(lambda parts: parts[1] < parts[2])
    .map(lambda parts: Hours(*parts))
)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    Calendar,
    hours=st.lists(some_hours, max_size=5).map(tuple),
    holidays=st.frozensets(days, max_size=20) | st.just(HOLIDAYS),
    closures=st.lists(
        st.builds(
            lambda day, length: Closed(day, day + timedelta(length)), days, st.integers(0, 9)
        ),
        max_size=4,
    ).map(tuple),
    is_closed_on_holidays=st.booleans(),
)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 6, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, JAPAN]),
)


def opening_times(calendar, first, end):
    """Every moment between at which some rule would open, were the day not shut."""
    first_day = first.astimezone(JAPAN).date()
    for number in range((end - first).days + 2):
        for hours in calendar.hours:
            moment = datetime.combine(first_day + timedelta(number), hours.opens, JAPAN)
            if first < moment < end:
                yield moment


@given(calendar=calendars, now=moments)
def test_next_opening_is_open_and_nothing_before_it_is(calendar, now):
    opens_at = next_opening(calendar, now)

    end = opens_at or now + HORIZON
    assert opens_at == now or not is_open(calendar, now)
    assert [
        moment for moment in opening_times(calendar, now, end) if is_open(calendar, moment)
    ] == []
    if opens_at is not None:
        assert opens_at >= now
        assert is_open(calendar, opens_at)
        assert opens_at == now or not is_open(calendar, opens_at - timedelta(microseconds=1))


@given(calendar=calendars, now=moments)
def test_open_until_is_the_first_closed_moment(calendar, now):
    closes_at = open_until(calendar, now)

    assert is_open(calendar, now) == (closes_at is not None)
    if closes_at:
        assert now < closes_at
        assert not is_open(calendar, closes_at)
        assert is_open(calendar, closes_at - timedelta(microseconds=1))
