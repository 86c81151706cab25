from datetime import date, time

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from schedules.models import Schedule
from schedules.tests.factories import (
    ClosureFactory,
    HolidayFactory,
    ScheduleFactory,
    WeeklyRuleFactory,
)

pytestmark = pytest.mark.django_db


def test_weekly_rule_closes_after_it_opens():
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyRuleFactory(opens=time(15), closes=time(15))


def test_weekly_rule_stands_once():
    rule = WeeklyRuleFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyRuleFactory(schedule=rule.schedule, closes=time(16))


def test_the_same_hours_may_come_back_at_another_time():
    rule = WeeklyRuleFactory(last_date=date(2023, 3, 31))
    again = {"schedule": rule.schedule, "first_date": date(2026, 4, 1)}
    WeeklyRuleFactory(**again)

    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyRuleFactory(**again)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyRuleFactory(first_date=date(2026, 4, 2), last_date=date(2026, 4, 1))


def test_closure_ends_on_or_after_its_start():
    ClosureFactory(ends_date=date(2026, 12, 29))

    with pytest.raises(IntegrityError), transaction.atomic():
        ClosureFactory(ends_date=date(2026, 12, 28))


def test_a_day_is_one_holiday():
    HolidayFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        HolidayFactory()


@pytest.mark.parametrize(
    ("language", "name"), [("ja", "勤労感謝の日"), ("en", "Labor Thanksgiving Day")]
)
def test_names_follow_the_active_language(language, name):
    with translation.override(language):
        assert HolidayFactory.build().name == name


def test_a_holiday_without_an_english_name_shows_the_japanese():
    with translation.override("en"):
        assert HolidayFactory.build(name_en="").name == "勤労感謝の日"


def test_schedule_is_found_by_its_code():
    desk = ScheduleFactory(code="desk")

    assert Schedule.objects.get_by_natural_key(*desk.natural_key()) == desk
