from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.choices import CaseOutcome
from cases.models import Case, Resident, TransitionNotAllowed
from cases.services import record_event
from cases.tests.factories import CaseFactory, ResidentFactory
from history.models import HistoryIsAppendOnly
from privacy.digests import lookup_digest

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


# RESIDENTS


def test_nothing_a_resident_gave_stands_readable_in_the_table():
    ResidentFactory(nickname="Canary", email="canary@example.org", phone="+819012345678")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_resident")
        raw = str(cursor.fetchall())

    assert "anary" not in raw
    assert "12345678" not in raw


def test_a_resident_is_found_by_address_and_number_without_them_being_stored():
    resident = ResidentFactory(email="lan@example.org", phone="+819012345678")

    by_email = Resident.objects.filter(email_digest=lookup_digest("lan@example.org", "email"))
    by_phone = Resident.objects.filter(phone_digest=lookup_digest("+819012345678", "phone"))

    assert list(by_email) == list(by_phone) == [resident]


def test_a_missing_address_has_no_digest():
    assert ResidentFactory(phone="").phone_digest == ""


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_the_database_refuses_a_channel_without_its_address(channel):
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidentFactory(channel=channel, email="", phone="")


def test_a_resident_is_named_by_a_key_alone():
    resident = ResidentFactory(nickname="Canary")

    assert str(resident) == str(resident.pk)
    assert resident.key == f"resident:{resident.pk}"


@pytest.mark.parametrize(
    ("discretion", "is_discreet"), [("private", False), ("shared", True), ("unsure", True)]
)
def test_discreet_is_the_default(discretion, is_discreet):
    assert ResidentFactory(discretion=discretion).is_discreet == is_discreet
    assert Resident().is_discreet


# CASES


@pytest.mark.parametrize(
    "contradiction",
    [
        {"status": "closed"},
        {"status": "closed", "closed_at": NOW},
        {"status": "closed", "outcome": "referred"},
        {"status": "open", "closed_at": NOW},
        {"status": "new", "outcome": "referred"},
    ],
)
def test_the_database_refuses_a_case_that_contradicts_itself(contradiction):
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFactory(**contradiction)


def test_a_reference_is_given_once():
    case = CaseFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFactory(reference=case.reference)


def test_a_case_is_written_as_it_is_said():
    assert str(CaseFactory(reference="12345678")) == "1234-5678"


@pytest.mark.parametrize("role", [roles.COORDINATOR, roles.SUPERVISOR])
def test_coordinators_see_every_case(role):
    case = CaseFactory()

    assert list(Case.objects.visible_to(UserFactory(role=role))) == [case]


@pytest.mark.parametrize("role", [None, roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_nobody_else_sees_any(role):
    CaseFactory(owner=UserFactory(role=roles.COORDINATOR))

    assert list(Case.objects.visible_to(UserFactory(role=role))) == []
    assert list(Case.objects.visible_to(AnonymousUser())) == []


def test_a_case_with_a_history_is_never_deleted():
    case = CaseFactory()
    record_event(case_id=case.pk, verb="tests.tried", actor_role="system", now=NOW)

    with pytest.raises(ProtectedError):
        case.delete()
    with pytest.raises(HistoryIsAppendOnly):
        case.events.all().delete()
    with pytest.raises(HistoryIsAppendOnly):
        case.events.update(verb="tests.else")

    assert case.events.get().verb == "tests.tried"


def test_a_case_that_tells_of_nobody_is_taken_by_nobody():
    case = CaseFactory()
    case.close(outcome=CaseOutcome.WITHDRAWN, at=case.opened_at)
    case.anonymize()

    with pytest.raises(TransitionNotAllowed):
        case.take(UserFactory())
