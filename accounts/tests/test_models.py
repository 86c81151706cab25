from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import AccessLog, AccessLogIsAppendOnly, Membership, User
from accounts.services import record_access
from accounts.tests.factories import MembershipFactory, OrganizationFactory, UserFactory

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_email_is_kept_in_lower_case():
    user = User.objects.create_user("  Mika@Example.ORG ", name="Mika")

    user.refresh_from_db()
    assert user.email == "mika@example.org"


def test_user_is_found_by_email_in_any_case():
    user = UserFactory(email="mika@example.org")

    assert User.objects.get(email="MIKA@Example.org") == user
    assert User.objects.get_by_natural_key("Mika@Example.org") == user


def test_second_account_with_the_same_email_in_another_case_is_refused():
    UserFactory(email="mika@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Mika@Example.org", name="Other")
    with pytest.raises(ValidationError, match="account with this e-mail"):
        User(email="Mika@Example.org", name="Other", password="!").full_clean()


def test_database_refuses_an_email_in_upper_case():
    user = UserFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = 'A@example.org' WHERE id = %s", [user.pk])


def test_user_without_password_cannot_sign_in():
    user = User.objects.create_user("mika@example.org", name="Mika")

    assert not user.has_usable_password()


def test_membership_exists_once_per_person_and_organization():
    membership = MembershipFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(user=membership.user, organization=membership.organization)
    assert list(Membership.objects.all()) == [membership]


@pytest.mark.parametrize("code", ["1", "99", "ab"])
def test_prefecture_code_has_two_digits(code):
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(prefecture_code=code)


def test_approval_names_who_and_when_and_can_be_withdrawn():
    organization = OrganizationFactory()
    coordinator = UserFactory()

    organization.approve(by=coordinator, at=NOON)
    organization.refresh_from_db()
    assert (organization.is_approved, organization.approved_by) == (True, coordinator)

    organization.withdraw_approval()
    organization.refresh_from_db()
    assert (organization.is_approved, organization.approved_by) == (False, None)


def test_access_log_is_written_once_and_never_changed():
    user = UserFactory()
    record_access(user=user, subject="cases.Resident:1", purpose="call", now=NOON)
    entry = AccessLog.objects.get()

    entry.purpose = "other"
    for change in [
        entry.save,
        entry.delete,
        AccessLog.objects.all().delete,
        lambda: AccessLog.objects.update(purpose="other"),
    ]:
        with pytest.raises(AccessLogIsAppendOnly):
            change()

    entry.refresh_from_db()
    assert (entry.user, entry.subject, entry.purpose, entry.happened_at) == (
        user,
        "cases.Resident:1",
        "call",
        NOON,
    )
