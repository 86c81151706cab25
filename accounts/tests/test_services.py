from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from accounts import notices, roles
from accounts.models import User
from accounts.services import (
    RoleNotGrantable,
    change_email,
    change_roles,
    give_roles,
    grant_role_permissions,
    invite_user,
    send_invitation,
)
from accounts.tests.factories import UserFactory
from notifications.letters import Letter, Obsolete
from notifications.models import Notice

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=TOKYO)
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=TOKYO)


def invite(by, role_names=(roles.INTERPRETER,), now=NOON):
    return invite_user(
        email="New@Example.org",
        name="New",
        language="ja",
        role_names=role_names,
        invited_by=by,
        now=now,
    )


def test_invitation_makes_an_account_without_password_and_plans_one_letter():
    user = invite(by=UserFactory(role=roles.COORDINATOR))

    assert (user.email, user.roles, user.is_staff) == (
        "new@example.org",
        frozenset({roles.INTERPRETER}),
        False,
    )
    assert not user.has_usable_password()
    [notice] = Notice.objects.all()
    assert (notice.kind, notice.recipient_key, notice.due_at) == (
        notices.INVITATION,
        f"user:{user.pk}",
        NOON,
    )


def test_invitation_waits_for_the_morning():
    invite(by=UserFactory(role=roles.COORDINATOR), now=NIGHT)

    assert Notice.objects.get().due_at == datetime(2026, 11, 25, 8, 0, tzinfo=TOKYO)


@pytest.mark.parametrize("role", [roles.COORDINATOR, roles.SUPERVISOR, roles.EDITOR])
def test_coordinators_cannot_make_staff_of_the_admin_and_leave_no_trace(role):
    coordinator = UserFactory(role=roles.COORDINATOR)

    with pytest.raises(RoleNotGrantable):
        invite(by=coordinator, role_names=[role])

    assert list(User.objects.all()) == [coordinator]
    assert list(Notice.objects.all()) == []


def test_nobody_else_invites():
    for role in [None, roles.EXPERT, roles.INTERPRETER, roles.EDITOR]:
        with pytest.raises(RoleNotGrantable):
            invite(by=UserFactory(role=role))


def test_supervisor_makes_a_coordinator_who_works_in_the_admin():
    user = invite(by=UserFactory(role=roles.SUPERVISOR), role_names=[roles.COORDINATOR])

    assert user.is_staff


def test_second_invitation_of_an_address_is_refused_and_leaves_no_trace():
    UserFactory(email="new@example.org")
    supervisor = UserFactory(role=roles.SUPERVISOR)

    with pytest.raises(IntegrityError), transaction.atomic():
        invite(by=supervisor)

    assert list(Notice.objects.all()) == []


def test_invitation_letter_carries_a_link_that_sets_the_password(client):
    user = UserFactory(language="en")
    send_invitation(user=user, now=NOON)

    letter = notices.compose_invitation(Notice.objects.get(), NOON)
    link = next(line for line in letter.text.splitlines() if "/key/" in line)
    page = client.get("/accounts/" + link.split("/accounts/")[1], follow=True)

    assert isinstance(letter, Letter)
    assert (letter.to, letter.language) == (user.email, "en")
    assert "Set a new password" in page.content.decode()


def test_letters_about_accounts_are_japanese_or_english():
    languages = {
        language: UserFactory(language=language).language_of_letters
        for language in ["ja", "ja-simple", "en", "vi"]
    }

    assert languages == {"ja": "ja", "ja-simple": "ja", "en": "en", "vi": "en"}


def test_invitation_to_a_closed_account_is_not_sent():
    user = UserFactory()
    send_invitation(user=user, now=NOON)
    user.disable()

    assert notices.compose_invitation(Notice.objects.get(), NOON) == Obsolete("account_closed")


def test_only_supervisors_change_roles():
    user = UserFactory(role=roles.INTERPRETER)

    with pytest.raises(RoleNotGrantable):
        change_roles(
            user=user,
            role_names=[roles.EXPERT],
            changed_by=UserFactory(role=roles.COORDINATOR),
        )
    assert user.roles == {roles.INTERPRETER}

    change_roles(
        user=user, role_names=[roles.EDITOR], changed_by=UserFactory(role=roles.SUPERVISOR)
    )
    user.refresh_from_db()
    assert (user.roles, user.is_staff) == ({roles.EDITOR}, True)


def test_taking_the_last_admin_role_closes_the_admin():
    user = UserFactory(role=roles.COORDINATOR)

    give_roles(user=user, role_names=[roles.INTERPRETER])

    user.refresh_from_db()
    assert (user.roles, user.is_staff) == ({roles.INTERPRETER}, False)


def test_superusers_stay_in_the_admin_without_a_role():
    user = UserFactory(is_superuser=True, is_staff=True)

    give_roles(user=user, role_names=[])

    assert user.is_staff


def test_change_of_address_signs_in_by_the_new_one_only(client, sign_in):
    user = UserFactory(email="old@example.org")

    change_email(user=user, email="New@example.org")

    assert sign_in(user).status_code == 302
    client.logout()
    assert sign_in(UserFactory.build(email="old@example.org")).status_code == 422


def test_permissions_of_roles_are_granted_twice_without_change():
    grant_role_permissions()
    first = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    grant_role_permissions()
    second = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }

    assert first == second
    assert set(first) == set(roles.ROLES)
    assert first[roles.EXPERT] == first[roles.INTERPRETER] == first[roles.EDITOR] == set()
    assert first[roles.COORDINATOR] < first[roles.SUPERVISOR]
    assert first[roles.SUPERVISOR] - first[roles.COORDINATOR] == {"view_accesslog"}
    assert "view_notice" in first[roles.COORDINATOR]
    assert (
        not {"delete_user", "delete_notice", "add_group", "change_group"} & first[roles.SUPERVISOR]
    )
