from datetime import date, time

import pytest

from schedules.models import Closure, Holiday, Schedule, WeeklyRule
from schedules.services import close_at_year_end, load_holidays, load_schedules
from schedules.tests.factories import ClosureFactory, HolidayFactory, ScheduleFactory

pytestmark = pytest.mark.django_db


def test_load_schedules_knows_the_desk_and_the_office():
    assert load_schedules() == 2

    hours = WeeklyRule.objects.order_by("schedule__code", "weekday")
    assert list(hours.values_list("schedule__code", "weekday", "opens", "closes")) == [
        ("desk", 0, time(10), time(15)),
        ("desk", 3, time(10), time(15)),
        *(("office", weekday, time(10), time(16)) for weekday in range(5)),
    ]
    assert Schedule.objects.get(code="office").phone == "03-6261-6225"


def test_load_schedules_leaves_what_is_there():
    load_schedules()
    WeeklyRule.objects.filter(schedule__code="desk", weekday=3).delete()
    Schedule.objects.filter(code="desk").update(name_ja="相談窓口")

    assert load_schedules() == 0

    assert Schedule.objects.get(code="desk").name_ja == "相談窓口"
    assert WeeklyRule.objects.filter(schedule__code="desk").count() == 1


def test_load_holidays_writes_each_day_once():
    assert load_holidays(2026, 2027) == (18 + 17, 0, 0)
    assert load_holidays(2026, 2027) == (0, 0, 0)

    in_may = Holiday.objects.filter(date__year=2026, date__month=5).order_by("date")
    assert list(in_may.values_list("date__day", "name_ja", "name_en", "is_manual")) == [
        (3, "憲法記念日", "Constitution Memorial Day", False),
        (4, "みどりの日", "Greenery Day", False),
        (5, "こどもの日", "Children's Day", False),
        (6, "憲法記念日 振替休日", "Constitution Memorial Day (substitute holiday)", False),
    ]


def test_every_holiday_has_an_english_name():
    load_holidays(2024, 2030)

    assert not Holiday.objects.filter(name_en="").exists()


def test_load_holidays_never_overwrites_what_was_changed_by_hand():
    HolidayFactory(is_observed=False, name_ja="移動", is_manual=True)
    HolidayFactory(date=date(2026, 12, 1), name_ja="創立記念日", is_manual=True)

    assert load_holidays(2026, 2026) == (17, 0, 0)

    moved = Holiday.objects.get(date=date(2026, 11, 23))
    assert (moved.name_ja, moved.is_observed) == ("移動", False)
    assert Holiday.objects.get(date=date(2026, 12, 1)).name_ja == "創立記念日"


def test_load_holidays_follows_the_library_on_untouched_days():
    load_holidays(2026, 2026)
    Holiday.objects.filter(date=date(2026, 11, 3)).update(name_ja="古い名", name_en="Old")
    HolidayFactory(date=date(2026, 7, 1), name_ja="なくなった日")
    HolidayFactory(date=date(2025, 7, 1), name_ja="ほかの年")

    assert load_holidays(2026, 2026) == (0, 1, 1)

    assert Holiday.objects.get(date=date(2026, 11, 3)).name_en == "Culture Day"
    assert Holiday.objects.filter(name_ja="ほかの年").exists()


def test_close_at_year_end_adds_one_closure_for_each_schedule():
    desk, office = ScheduleFactory(), ScheduleFactory()

    assert close_at_year_end(schedules=[desk, office], year=2026) == 2
    assert close_at_year_end(schedules=[desk, office], year=2026) == 0

    closures = Closure.objects.order_by("schedule")
    assert list(closures.values_list("schedule", "starts_date", "ends_date")) == [
        (desk.pk, date(2026, 12, 29), date(2027, 1, 3)),
        (office.pk, date(2026, 12, 29), date(2027, 1, 3)),
    ]


def test_close_at_year_end_adds_nothing_where_all_are_closed():
    ClosureFactory(starts_date=date(2026, 12, 26), ends_date=date(2027, 1, 4))

    assert close_at_year_end(schedules=[ScheduleFactory()], year=2026) == 0
