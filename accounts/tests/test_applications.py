"""How an organization comes to the portal: it applies, a coordinator decides."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from accounts import roles
from accounts.applications import (
    AlreadyDecided,
    apply_for_membership,
    approve_application,
    refuse_application,
)
from accounts.models import Application, Membership, Organization, User
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory, UserFactory
from notifications.services import send_due_notices

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
PAGE = "/accounts/organizations/"
TYPED = {
    "organization_name": "Demo City",
    "kind": "municipality",
    "prefecture_code": "13",
    "phone": "03-0000-0000",
    "name": "Demo Clerk",
    "email": "clerk@example.org",
}


def asked(**changes):
    return apply_for_membership(**TYPED | changes, language="en", now=NOW)


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


def test_anybody_can_ask_and_nothing_comes_of_it_yet():
    answer = Client().post(PAGE, TYPED)

    assert (answer.status_code, answer.url) == (302, "/accounts/organizations/thanks/")
    assert Client().get(answer.url).status_code == 200
    assert Application.objects.get().email == "clerk@example.org"
    assert not Organization.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"prefecture_code": "48"},
        {"prefecture_code": "x"},
        {"email": "x"},
        {"kind": "x"},
        {"name": ""},
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(typed):
    answer = Client().post(PAGE, TYPED | typed)
    assert answer.status_code == 422
    assert "Demo City" in answer.text
    assert not Application.objects.exists()


def test_who_is_forgotten_cannot_be_let_in(coordinator):
    application = asked()
    Application.objects.update(email="", name="")
    with pytest.raises(AlreadyDecided):
        approve_application(application_id=application.pk, by=coordinator, now=NOW)


def test_one_network_cannot_ask_without_end():
    visitor = Client(REMOTE_ADDR="192.0.2.1")
    answers = [visitor.post(PAGE, TYPED).status_code for _each in range(11)]
    assert answers == [302] * 10 + [429]


def test_approving_makes_what_is_missing_and_tells(coordinator):
    application = asked()
    organization = approve_application(application_id=application.pk, by=coordinator, now=NOW)

    user = User.objects.get(email="clerk@example.org")
    assert organization.is_approved
    assert Membership.objects.get(user=user).organization == organization
    send_due_notices(NOW)
    [letter] = mail.outbox
    assert letter.to == ["clerk@example.org"]
    assert "/login/code/" in letter.body


def test_a_known_name_gives_no_membership_by_itself(coordinator):
    known = OrganizationFactory(approved=True, name="Demo City")
    application = asked(email="stranger@example.org")
    assert not known.members.exists()

    refuse_application(application_id=application.pk, by=coordinator, now=NOW)
    assert not known.members.exists()
    with pytest.raises(AlreadyDecided):
        approve_application(application_id=application.pk, by=coordinator, now=NOW)


def test_a_colleague_joins_the_same_organization(coordinator):
    known = OrganizationFactory(approved=True, name="Demo City", prefecture_code="13")
    colleague = UserFactory(email="Clerk@example.org")
    approve_application(application_id=asked().pk, by=coordinator, now=NOW)

    assert Organization.objects.get(name="Demo City") == known
    assert list(known.members.all()) == [colleague]


def test_a_coordinator_decides_on_the_list_once():
    desk = signed_in(roles.COORDINATOR)
    application = asked()
    act = {"action": "approve", "_selected_action": [application.pk]}
    for _each in range(2):
        assert desk.post("/admin/accounts/application/", act, follow=True).status_code == 200
    application.refresh_from_db()
    assert (application.status, application.decided_by) == ("approved", desk.user)
    assert Membership.objects.count() == 1
    assert (
        "clerk@example.org"
        in desk.get(f"/admin/accounts/application/{application.pk}/change/").text
    )


@pytest.mark.parametrize("role", ["", roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_nobody_else_reads_who_asks(role):
    application = asked()
    other = signed_in(role)
    for path in ("", f"{application.pk}/change/"):
        answer = other.get(f"/admin/accounts/application/{path}", follow=True)
        assert "Demo City" not in answer.text
