"""What was asked in a year, how soon it was answered, and what is published of it."""

from datetime import datetime, timedelta

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory
from desk.figures import figures_of, published
from desk.tests.factories import NIGHT, OPEN, TOKYO, QuestionFactory
from schedules.fiscal import fiscal_year_of
from schedules.selectors import load_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def ask(count, **facts):
    return [QuestionFactory(**{"asker": None, "asked_at": NIGHT} | facts) for _each in range(count)]


def counts(figures, code):
    [table] = [each for each in figures.tables if each.code == code]
    return dict(table.groups)


def test_a_year_is_told_by_who_asked_what(django_assert_num_queries):
    school = OrganizationFactory(kind="school", prefecture_code="01", approved=True)
    ask(6, residence_status="designated")
    ask(5, organization=school, topic_id="work", prefecture_code="27")
    ask(1, asked_at=datetime(2026, 3, 31, 23, tzinfo=TOKYO))
    calendar = load_calendar("desk")
    with django_assert_num_queries(1):
        figures = figures_of(2026, calendar=calendar)

    assert figures.questions == 11
    assert counts(figures, "kind") == {"international association": 6, "school": 5}
    assert counts(figures, "status") == {"特定活動": 6, "not known": 5}
    assert counts(figures, "month") == {"2026-11": 11}
    assert counts(figures, "prefecture") == {"–": 6, "大阪府": 5}


def test_what_was_asked_twice_counts_once():
    [question] = ask(1)
    ask(2, status="merged", merged_into=question)
    assert figures_of(2026, calendar=load_calendar("desk")).questions == 1


def test_an_organization_of_no_known_kind_counts_all_the_same():
    ask(1, organization=OrganizationFactory(kind="", approved=True))
    assert counts(figures_of(2026, calendar=load_calendar("desk")), "kind") == {"–": 1}


def test_the_time_to_an_answer_counts_opening_hours_only():
    # Asked on Wednesday night, answered on Thursday at eleven: one hour of the desk.
    ask(1, first_answered_at=OPEN)
    figures = figures_of(2026, calendar=load_calendar("desk"))
    assert figures.median_to_first_answer == timedelta(hours=1)


def test_small_groups_are_not_published():
    ask(7)
    ask(4, topic_id="work")
    ask(2, topic_id="tax")
    found = published(figures_of(2026, calendar=load_calendar("desk")))
    assert counts(found, "topic") == {"入管手続・在留資格": 7, "others together": 6}


def test_a_small_year_is_not_published_at_all():
    ask(3)
    found = published(figures_of(2026, calendar=load_calendar("desk")))
    assert (found.questions, found.tables) == (None, ())


@pytest.mark.parametrize("year", ["", "x", "2026", "9999", "99999", "²", "0000"])
def test_coordinators_read_them(year):
    ask(6)
    desk = signed_in(roles.COORDINATOR)
    assert desk.get("/en/desk/queue/figures/", {"year": year, "public": "1"}).status_code == 200
    assert signed_in("").get("/en/desk/queue/figures/").status_code == 404


def test_a_year_begins_in_april():
    days = [datetime(2026, 3, 31, tzinfo=TOKYO).date(), datetime(2026, 4, 1, tzinfo=TOKYO).date()]
    assert [fiscal_year_of(day) for day in days] == [2025, 2026]
