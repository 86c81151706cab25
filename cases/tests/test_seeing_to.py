"""What must not be missed about a case: somebody under 18, a date that comes near."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from cases.models import Case, CaseEvent
from cases.services import CriticalDateUnseen, close_case, see_to_critical_date, see_to_minor
from cases.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
ACTS = {
    "minor": (see_to_minor, "minor_seen_at", "cases.minor_seen"),
    "date": (see_to_critical_date, "critical_date_seen_at", "cases.critical_date_seen"),
}


def worried_case(**changes):
    return CaseFactory(is_minor=True, date_worry="yes", critical_date=date(2030, 4, 9), **changes)


@pytest.mark.parametrize("what", ACTS)
def test_seeing_to_it_is_written_down_once(what):
    act, field, verb = ACTS[what]
    case, coordinator = worried_case(), UserFactory(role=roles.COORDINATOR)

    act(case_id=case.pk, seen_by=coordinator, now=NOW)
    act(case_id=case.pk, seen_by=UserFactory(), now=NOW.replace(hour=11))

    case.refresh_from_db()
    assert getattr(case, field) == NOW
    assert [(event.verb, event.actor) for event in CaseEvent.objects.all()] == [(verb, coordinator)]


def test_what_is_unseen_of_running_cases():
    case = worried_case()
    worried_case(minor_seen_at=NOW, critical_date_seen_at=NOW)
    worried_case(status="closed", closed_at=NOW, outcome="referred")
    CaseFactory(date_worry="no")

    assert list(Case.objects.minors_unseen()) == [case]
    assert list(Case.objects.critical_dates_unseen()) == [case]


def test_a_case_stays_open_while_nobody_has_seen_to_the_date():
    case, coordinator = worried_case(), UserFactory()
    ending = {"case_id": case.pk, "outcome": "referred", "closed_by": coordinator, "now": NOW}

    with pytest.raises(CriticalDateUnseen):
        close_case(**ending)
    case.refresh_from_db()
    assert (case.status, CaseEvent.objects.count()) == ("new", 0)

    see_to_critical_date(case_id=case.pk, seen_by=coordinator, now=NOW)
    assert close_case(**ending).status == "closed"


def test_the_page_of_the_case_says_so_and_takes_it_down():
    desk, case = signed_in(roles.COORDINATOR), worried_case()
    page = f"/admin/cases/case/{case.pk}/"
    text = desk.get(f"{page}change/").text
    assert "under 18" in text
    assert "Tuesday, April 9, 2030" in text

    refused = desk.post(f"{page}close/", {"outcome": "referred"}, follow=True)
    for what in ACTS:
        desk.post(f"{page}seen/{what}/")

    case.refresh_from_db()
    assert "nobody has seen to the date" in refused.text
    assert case.minor_seen_at
    assert case.critical_date_seen_at
    assert desk.post(f"{page}seen/dance/").status_code == 404
    assert desk.get(f"{page}seen/minor/").status_code == 405


@pytest.mark.parametrize("role", [roles.EDITOR, roles.EXPERT])
def test_others_cannot(role):
    case = worried_case()

    assert signed_in(role).post(f"/admin/cases/case/{case.pk}/seen/minor/").status_code in {
        302,
        403,
    }
    case.refresh_from_db()
    assert case.minor_seen_at is None
