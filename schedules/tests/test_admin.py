from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from schedules.hours import JAPAN
from schedules.models import Closure, Holiday, Schedule
from schedules.services import load_schedules
from schedules.tests.factories import (
    ClosureFactory,
    HolidayFactory,
    ScheduleFactory,
    WeeklyRuleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def admin_in_english(settings, admin_client):
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def labor_thanksgiving_day(monkeypatch):
    """The admin reads the clock; here it stands still."""
    moment = datetime(2026, 11, 23, 11, tzinfo=JAPAN)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.usefixtures("labor_thanksgiving_day")
def test_list_says_what_is_open_now(admin_client):
    load_schedules()
    HolidayFactory()

    page = admin_client.get(reverse("admin:schedules_schedule_changelist"))

    assert "Closed now. It opens on Thursday, November 26, 2026, 10:00" in page.text
    assert "Monday and Thursday, 10:00–15:00." in page.text


@pytest.mark.usefixtures("labor_thanksgiving_day")
def test_this_week_is_seen_at_a_glance(admin_client):
    load_schedules()
    HolidayFactory()
    desk = Schedule.objects.get(code="desk")

    page = admin_client.get(reverse("admin:schedules_schedule_change", args=[desk.pk]))

    assert "Monday, November 23, 2026: closed, holiday (Labor Thanksgiving Day)" in page.text
    assert "Tuesday, November 24, 2026: no hours" in page.text
    assert "Thursday, November 26, 2026: 10:00–15:00" in page.text


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_schedules_does_not_query_more_for_more_rows(
    admin_client, django_assert_num_queries, rows
):
    WeeklyRuleFactory.create_batch(rows)
    url = reverse("admin:schedules_schedule_changelist")
    admin_client.get(url)  # a first request writes the session

    with django_assert_num_queries(5):
        admin_client.get(url)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_days_do_not_query_more_for_more_rows(
    admin_client, django_assert_num_queries, rows
):
    for number in range(rows):
        HolidayFactory(date=date(2026, 1, 1) + timedelta(number))
        ClosureFactory(schedule=ScheduleFactory())
    admin_client.get(reverse("admin:index"))  # a first request writes the session

    with django_assert_num_queries(5):
        admin_client.get(reverse("admin:schedules_holiday_changelist"))
    with django_assert_num_queries(6):
        admin_client.get(reverse("admin:schedules_closure_changelist"))


def test_year_end_is_closed_by_an_action(admin_client):
    desk = ScheduleFactory()

    answer = admin_client.post(
        reverse("admin:schedules_schedule_changelist"),
        {"action": "close_at_year_end", "_selected_action": [desk.pk]},
        follow=True,
    )

    closure = Closure.objects.get()
    assert (closure.schedule, closure.starts_date.month, closure.ends_date.month) == (desk, 12, 1)
    assert [str(message) for message in answer.context["messages"]] == [
        "1 closure is added. Schedules closed then already are left as they are."
    ]


def test_a_closure_the_wrong_way_round_is_refused(admin_client):
    answer = admin_client.post(
        reverse("admin:schedules_closure_add"),
        {"starts_date": "2026-12-29", "ends_date": "2026-12-28"},
    )

    assert answer.context["errors"] == [["The last day must not be before the first day."]]
    assert not Closure.objects.exists()


def test_holidays_are_loaded_by_a_button(admin_client):
    answer = admin_client.post(reverse("admin:schedules_holiday_load"), follow=True)

    year = timezone.now().astimezone(JAPAN).year
    assert Holiday.objects.filter(date__year__in=(year, year + 1)).count() > 30
    assert f"Holidays of {year} and {year + 1}:" in answer.text


def test_button_changes_nothing_without_the_right(client):
    looking = UserFactory(is_staff=True)
    looking.user_permissions.add(Permission.objects.get(codename="view_holiday"))
    client.force_login(looking)

    client.post(reverse("admin:schedules_holiday_load"))

    assert not Holiday.objects.exists()
    assert client.get(reverse("admin:schedules_holiday_load")).status_code == 405


def test_year_filter(admin_client):
    HolidayFactory(date=date(2027, 1, 1))
    this_year = HolidayFactory()
    url = reverse("admin:schedules_holiday_changelist")

    def shown(year):
        return list(admin_client.get(url, {"year": year}).context["cl"].result_list)

    assert shown("2026") == [this_year]
    assert len(shown("99999999")) == 2


def test_a_changed_holiday_is_marked_and_a_loaded_one_not_deleted(admin_client):
    holiday = HolidayFactory()

    answer = admin_client.post(reverse("admin:schedules_holiday_delete", args=[holiday.pk]))
    admin_client.post(
        reverse("admin:schedules_holiday_change", args=[holiday.pk]),
        {"date": "2026-11-23", "name_ja": "勤労感謝の日", "name_en": ""},
    )

    assert answer.status_code == 403
    changed = Holiday.objects.get()
    assert (changed.is_observed, changed.is_manual) == (False, True)
