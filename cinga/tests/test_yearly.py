"""The yearly report: every matter once, small groups hidden when it is to be published."""

from datetime import datetime, timedelta

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from cinga.yearly import yearly_report
from consultations.choices import BookingStatus, ExpertKind
from consultations.tests.factories import BookingFactory, ExpertFactory, SlotFactory
from desk.choices import QuestionStatus
from desk.tests.factories import TOKYO, QuestionFactory
from interpreters.tests.factories import InterpreterRequestFactory
from schedules.selectors import load_calendar
from schedules.services import load_schedules
from taxonomy.services import load_taxonomy

pytestmark = pytest.mark.django_db
PAGE = "/admin/yearly/"
IN_THE_YEAR = datetime(2025, 11, 27, 13, tzinfo=TOKYO)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def reference_data(db):
    load_taxonomy()
    load_schedules()


def held(kind, case=None, at=IN_THE_YEAR, **facts):
    """A session that took place."""
    slot = SlotFactory(
        expert=ExpertFactory(kind=kind), starts_at=at, day__booking_opens_at=at - 30 * DAY
    )
    more = {"case": case} if case else {}
    facts = facts or {"status": BookingStatus.COMPLETED, "outcome": "advice_given"}
    return BookingFactory(slot=slot, **more, **facts)


def ask(count, **facts):
    return [
        QuestionFactory(**{"asker": None, "asked_at": IN_THE_YEAR} | facts)
        for _each in range(count)
    ]


def report(is_public=False):
    return yearly_report(2025, calendar=load_calendar("desk"), is_public=is_public)


def lines(found, code):
    [figure] = [each for each in found.figures if each.code == code]
    return {line.code: line.values[0] for line in figure.lines}


def test_a_case_counts_once_with_its_first_expert():
    first = held(ExpertKind.LAWYER)
    held(ExpertKind.SOCIAL_WORKER, first.case, IN_THE_YEAR + DAY)
    held(ExpertKind.LAWYER, status=BookingStatus.EXPIRED, ended_at=IN_THE_YEAR)
    found = report()
    assert lines(found, "matters") == {"lawyer": 1}
    assert found.matters == 1


def test_a_case_belongs_to_the_year_of_its_first_session():
    before = held(ExpertKind.LAWYER, at=datetime(2025, 3, 31, 13, tzinfo=TOKYO))
    held(ExpertKind.LAWYER, before.case, datetime(2025, 4, 1, 13, tzinfo=TOKYO))
    held(ExpertKind.LAWYER, at=datetime(2026, 4, 1, 0, tzinfo=TOKYO))
    assert report().matters == 0


def test_a_question_that_became_a_consultation_counts_at_the_desk_alone():
    booking = held(ExpertKind.LAWYER)
    ask(1, status=QuestionStatus.CONVERTED, case=booking.case)
    ask(2)
    found = report()
    assert lines(found, "matters") == {"desk": 3}
    assert found.matters == 3


def test_it_has_what_was_asked_at_the_desk_and_of_interpreters():
    ask(6, residence_status="designated", prefecture_code="27")
    InterpreterRequestFactory(submitted_at=IN_THE_YEAR)
    found = report()
    assert lines(found, "desk_status") == {"特定活動": 6}
    assert lines(found, "desk_prefecture") == {"大阪府": 6}
    assert sum(lines(found, "interpreting_language").values()) == 1


def test_small_kinds_hide_among_the_kinds_when_it_is_published():
    for _each in range(20):
        held(ExpertKind.SOCIAL_WORKER)
    for _each in range(3):
        held(ExpertKind.LAWYER)
    ask(6)
    found = report(is_public=True)
    shown = lines(found, "matters")
    assert found.matters == 29
    assert shown["desk"] == sum(lines(found, "desk_topic").values()) == 6
    # 23 sessions are known; which of the kinds had how many is not.
    assert {kind for kind, count in shown.items() if count is None} == set(ExpertKind.values)


@pytest.mark.parametrize(("sessions", "questions"), [(6, 4), (3, 6), (0, 4)])
def test_a_total_that_tells_a_small_part_is_not_published(sessions, questions):
    for _each in range(sessions):
        held(ExpertKind.LAWYER)
    ask(questions)
    found = report(is_public=True)
    assert found.matters is None
    published = [count for figure in found.figures for count in lines(found, figure.code).values()]
    assert not {1, 2, 3, 4} & set(published)


@pytest.mark.parametrize("count", [1, 3])
def test_it_reads_the_same_however_much_was_done(count, django_assert_num_queries):
    ask(count)
    for _each in range(count):
        held(ExpertKind.LAWYER)
        InterpreterRequestFactory(submitted_at=IN_THE_YEAR)
    calendar = load_calendar("desk")
    with django_assert_num_queries(5):
        yearly_report(2025, calendar=calendar, is_public=False)


@pytest.mark.parametrize("year", ["", "2025", "9999", "x", "²"])
@pytest.mark.parametrize("public", ["", "1"])
def test_coordinators_read_it_on_a_page_and_as_a_file(year, public):
    ask(6)
    desk = signed_in(roles.COORDINATOR)
    answer = desk.get(PAGE, {"year": year, "public": public})
    assert answer.status_code == 200
    file = desk.get(PAGE, {"year": "2025", "public": public, "csv": "1"})
    assert file.content.decode("utf-8-sig").startswith("since,until,")
    table = desk.get(PAGE, {"year": "2025", "csv": "1", "figure": "desk_topic"})
    assert "入管手続・在留資格,6" in table.content.decode()
    assert desk.get(PAGE, {"year": "2025", "csv": "1", "figure": "x"}).status_code == 404


@pytest.mark.parametrize("role", ["", roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_nobody_else_reads_it(role):
    assert signed_in(role).get(PAGE).status_code in {302, 403}
