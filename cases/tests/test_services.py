from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.choices import CASE_TRANSITIONS, CaseStatus
from cases.models import Case, CaseEvent, TransitionNotAllowed
from cases.services import CaseHasOpenWork, close_case, record_event, reopen_case, take_case
from cases.signals import case_closing
from cases.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


def rows():
    return list(Case.objects.values()), list(CaseEvent.objects.values())


def history_of(case):
    return [
        (event.verb, event.actor, event.actor_role, event.details, event.happened_at)
        for event in case.events.order_by("pk")
    ]


def closed_case(coordinator):
    case = CaseFactory()
    close_case(case_id=case.pk, outcome="advice_given", closed_by=coordinator, now=NOW)
    return case


def test_take_case_opens_a_new_case_and_makes_its_owner_responsible(coordinator):
    case = CaseFactory()

    take_case(case_id=case.pk, owner=coordinator, now=NOW)

    case.refresh_from_db()
    assert (case.status, case.owner) == ("open", coordinator)
    assert history_of(case) == [("cases.case_taken", coordinator, "coordinator", {}, NOW)]


def test_take_case_from_a_colleague_is_written_down_too(coordinator):
    colleague = UserFactory(role=roles.COORDINATOR)
    case = CaseFactory(status="open", owner=colleague)

    take_case(case_id=case.pk, owner=coordinator, now=NOW)

    case.refresh_from_db()
    assert (case.status, case.owner) == ("open", coordinator)
    assert len(history_of(case)) == 1


def test_take_case_refuses_a_closed_one_and_leaves_no_trace(coordinator):
    case = closed_case(coordinator)
    before = rows()

    with pytest.raises(TransitionNotAllowed):
        take_case(case_id=case.pk, owner=UserFactory(), now=NOW)

    assert rows() == before


def test_close_case_keeps_outcome_and_moment(coordinator):
    case = CaseFactory()

    close_case(case_id=case.pk, outcome="referred", closed_by=coordinator, now=NOW)

    case.refresh_from_db()
    assert (case.status, case.outcome, case.closed_at) == ("closed", "referred", NOW)
    assert history_of(case) == [
        ("cases.case_closed", coordinator, "coordinator", {"outcome": "referred"}, NOW)
    ]


def test_close_case_twice_is_refused_and_leaves_no_trace(coordinator):
    case = closed_case(coordinator)
    before = rows()

    with pytest.raises(TransitionNotAllowed):
        close_case(case_id=case.pk, outcome="withdrawn", closed_by=coordinator, now=NOW)

    assert rows() == before


def test_close_case_is_refused_while_something_is_open_elsewhere(coordinator):
    case = CaseFactory()
    before = rows()
    asked = []

    def object_to_it(sender, case, now, **kwargs):
        asked.append((case.pk, now))
        raise CaseHasOpenWork

    case_closing.connect(object_to_it)
    try:
        with pytest.raises(CaseHasOpenWork):
            close_case(case_id=case.pk, outcome="referred", closed_by=coordinator, now=NOW)
    finally:
        case_closing.disconnect(object_to_it)

    assert asked == [(case.pk, NOW)]
    assert rows() == before


def test_reopen_case_forgets_the_outcome_and_keeps_the_history(coordinator):
    case = closed_case(coordinator)
    later = NOW + timedelta(days=1)

    reopen_case(case_id=case.pk, reopened_by=coordinator, now=later)

    case.refresh_from_db()
    assert (case.status, case.outcome, case.closed_at) == ("open", "", None)
    assert [verb for verb, *_rest in history_of(case)] == [
        "cases.case_closed",
        "cases.case_reopened",
    ]


def test_reopen_case_refuses_one_that_is_not_closed(coordinator):
    case = CaseFactory(status="open")
    before = rows()

    with pytest.raises(TransitionNotAllowed):
        reopen_case(case_id=case.pk, reopened_by=coordinator, now=NOW)

    assert rows() == before


def test_an_act_that_fails_leaves_no_history(coordinator, monkeypatch):
    case = CaseFactory()
    before = rows()
    monkeypatch.setattr("cases.services.record_event", lambda **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        take_case(case_id=case.pk, owner=coordinator, now=NOW)

    assert rows() == before


def test_every_status_says_where_it_may_lead():
    assert set(CASE_TRANSITIONS) == set(CaseStatus)


def test_record_event_keeps_codes_and_ids(coordinator):
    case = CaseFactory()

    record_event(
        case_id=case.pk, verb="tests.tried", actor_role="system", now=NOW, booking=7, reason="x"
    )

    assert history_of(case) == [("tests.tried", None, "system", {"booking": 7, "reason": "x"}, NOW)]
