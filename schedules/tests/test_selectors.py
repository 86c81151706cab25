from datetime import date, datetime, time

import pytest

from schedules.choices import Weekday, WeekOfMonth
from schedules.hours import JAPAN, Calendar, Closed, Hours, Period, is_open, next_opening
from schedules.selectors import load_calendar, load_calendars, missing_holiday_year, week_plan
from schedules.services import load_holidays, load_schedules
from schedules.tests.factories import (
    ClosureFactory,
    HolidayFactory,
    ScheduleFactory,
    WeeklyRuleFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 11, tzinfo=JAPAN)


def test_load_calendar_reads_everything_in_one_statement(django_assert_num_queries):
    desk = ScheduleFactory(code="desk", phone="03-0000-0000", is_closed_on_holidays=False)
    WeeklyRuleFactory(schedule=desk, week_of_month=WeekOfMonth.SECOND, first_date=date(2023, 4, 1))
    ClosureFactory(schedule=desk)
    ClosureFactory(starts_date=date(2026, 8, 13), ends_date=date(2026, 8, 14))
    ClosureFactory(schedule=ScheduleFactory(), starts_date=date(2026, 12, 1))
    WeeklyRuleFactory()
    HolidayFactory()
    HolidayFactory(date=date(2026, 10, 12), is_observed=False)

    with django_assert_num_queries(1):
        calendar = load_calendar("desk")

    assert calendar == Calendar(
        phone="03-0000-0000",
        hours=(Hours(Weekday.MONDAY, time(10), time(15), WeekOfMonth.SECOND, date(2023, 4, 1)),),
        holidays=frozenset({date(2026, 11, 23)}),
        closures=calendar.closures,
        is_closed_on_holidays=False,
    )
    assert set(calendar.closures) == {
        Closed(date(2026, 8, 13), date(2026, 8, 14)),
        Closed(date(2026, 12, 29), date(2027, 1, 3)),
    }


def test_several_calendars_take_no_more_statements(django_assert_num_queries):
    rules = WeeklyRuleFactory.create_batch(3)
    ClosureFactory()

    with django_assert_num_queries(1):
        calendars = load_calendars([rule.schedule.code for rule in rules])

    assert [len(calendar.hours) for calendar in calendars.values()] == [1, 1, 1]
    assert [len(calendar.closures) for calendar in calendars.values()] == [1, 1, 1]


@pytest.mark.parametrize("code", ["unknown", "empty"])
def test_a_service_without_row_or_hours_is_closed(code):
    ScheduleFactory(code="empty")

    calendar = load_calendar(code)

    assert not is_open(calendar, NOW)
    assert next_opening(calendar, NOW) is None


def test_reference_data_close_the_desk_on_labor_thanksgiving_day():
    load_schedules()
    load_holidays(2026, 2027)
    desk, office = load_calendar("desk"), load_calendar("office")

    assert (is_open(desk, NOW), is_open(office, NOW)) == (False, False)
    assert next_opening(desk, NOW) == datetime(2026, 11, 26, 10, tzinfo=JAPAN)
    assert next_opening(office, NOW) == datetime(2026, 11, 24, 10, tzinfo=JAPAN)


def test_week_plan_shows_monday_to_sunday(django_assert_num_queries):
    load_schedules()
    load_holidays(2026, 2026)
    ClosureFactory(starts_date=date(2026, 11, 24), ends_date=date(2026, 11, 24))

    with django_assert_num_queries(2):
        plan = week_plan("office", datetime(2026, 11, 29, 23, tzinfo=JAPAN))

    assert [(day.day.day, len(day.periods), day.holiday, day.is_shut) for day in plan] == [
        (23, 0, "Labor Thanksgiving Day", True),
        (24, 0, "", True),
        (25, 1, "", False),
        (26, 1, "", False),
        (27, 1, "", False),
        (28, 0, "", False),
        (29, 0, "", False),
    ]
    assert plan[2].periods == [
        Period(datetime(2026, 11, 25, 10, tzinfo=JAPAN), datetime(2026, 11, 25, 16, tzinfo=JAPAN))
    ]


@pytest.mark.parametrize(
    ("loaded", "now", "missing"),
    [
        ([], datetime(2026, 5, 1, tzinfo=JAPAN), 2026),
        ([2026], datetime(2026, 5, 1, tzinfo=JAPAN), None),
        ([2026], datetime(2026, 9, 2, tzinfo=JAPAN), None),
        ([2026], datetime(2026, 9, 4, tzinfo=JAPAN), 2027),
        ([2026, 2027], datetime(2026, 11, 23, tzinfo=JAPAN), None),
        ([2027], datetime(2026, 11, 23, tzinfo=JAPAN), 2026),
    ],
)
def test_missing_holiday_year(loaded, now, missing):
    for year in loaded:
        load_holidays(year, year)

    assert missing_holiday_year(now) == missing
