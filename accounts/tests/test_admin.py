from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin

from accounts import roles
from accounts.models import AccessLog, Membership, Organization, User
from accounts.services import grant_role_permissions, record_access
from accounts.tests.factories import MembershipFactory, OrganizationFactory, UserFactory
from notifications.models import Notice

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
NO_MEMBERSHIPS = {
    "memberships-TOTAL_FORMS": 0,
    "memberships-INITIAL_FORMS": 0,
}


@pytest.fixture(autouse=True)
def _permissions(db):
    grant_role_permissions()


@pytest.fixture
def coordinator(client):
    user = UserFactory(role=roles.COORDINATOR)
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client):
    user = UserFactory(role=roles.SUPERVISOR)
    client.force_login(user)
    return user


def answers(user, **changed):
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "version_seen": user.version,
        **NO_MEMBERSHIPS,
        **changed,
    }


def test_coordinator_invites_an_interpreter(client, coordinator):
    page = client.get("/admin/accounts/user/add/")
    response = client.post(
        "/admin/accounts/user/add/",
        {"email": "Mika@example.org", "name": "Mika", "language": "ja", "roles": ["interpreter"]},
    )

    assert response.status_code == 302
    user = User.objects.get(email="mika@example.org")
    assert (user.name, user.roles, user.is_staff) == ("Mika", {"interpreter"}, False)
    assert Notice.objects.count() == 1
    offered = {code for code, _label in page.context["adminform"].form.fields["roles"].choices}
    assert offered == {roles.EXPERT, roles.INTERPRETER}


@pytest.mark.parametrize("role", [roles.COORDINATOR, roles.SUPERVISOR, roles.EDITOR, "root"])
def test_coordinator_cannot_invite_somebody_with_more_rights(client, coordinator, role):
    response = client.post(
        "/admin/accounts/user/add/",
        {"email": "mika@example.org", "name": "Mika", "language": "ja", "roles": [role]},
    )

    assert response.context["errors"]
    assert list(User.objects.all()) == [coordinator]


def test_address_that_has_an_account_is_refused_with_a_message(client, coordinator):
    response = client.post(
        "/admin/accounts/user/add/",
        {"email": coordinator.email.upper(), "name": "Mika", "language": "ja"},
    )

    assert "There is an account with this e-mail address already." in response.content.decode()


@pytest.mark.parametrize(
    "posted",
    [
        {"roles": [roles.SUPERVISOR]},
        {"is_superuser": "on", "is_staff": "on", "groups": ["1"], "user_permissions": ["1"]},
        {"password": "md5$x$y", "is_active": ""},
    ],
)
def test_coordinator_cannot_raise_rights_by_posting_more(client, coordinator, posted):
    user = UserFactory(role=roles.INTERPRETER)
    before = (user.password, user.is_active)

    response = client.post(f"/admin/accounts/user/{user.pk}/change/", answers(user, **posted))

    assert response.status_code == 302
    user = User.objects.get(pk=user.pk)
    assert (user.roles, user.is_staff, user.is_superuser) == ({"interpreter"}, False, False)
    assert (user.password, user.is_active) == before


@pytest.mark.parametrize("role", sorted(roles.STAFF_ROLES))
def test_coordinator_cannot_take_over_an_account_of_staff(client, coordinator, role):
    user = UserFactory(role=role)

    response = client.post(
        f"/admin/accounts/user/{user.pk}/change/", answers(user, email="mine@example.org")
    )

    assert response.status_code == 403
    assert User.objects.get(pk=user.pk).email == user.email


def test_coordinator_cannot_change_the_own_account(client, coordinator):
    response = client.post(
        f"/admin/accounts/user/{coordinator.pk}/change/",
        answers(coordinator, roles=[roles.SUPERVISOR]),
    )

    assert response.status_code == 403


def test_actions_of_coordinators_leave_staff_alone(client, coordinator):
    supervisor = UserFactory(role=roles.SUPERVISOR)
    interpreter = UserFactory(role=roles.INTERPRETER)

    client.post(
        "/admin/accounts/user/",
        {
            "action": "disable_accounts",
            "_selected_action": [supervisor.pk, interpreter.pk, coordinator.pk],
        },
    )

    assert set(User.objects.active()) == {supervisor, coordinator}


def test_supervisor_changes_roles_and_address(client, supervisor):
    user = UserFactory(role=roles.INTERPRETER)
    EmailAddress.objects.create(user=user, email=user.email)

    response = client.post(
        f"/admin/accounts/user/{user.pk}/change/",
        answers(user, roles=[roles.COORDINATOR], email="New@example.org"),
    )

    assert response.status_code == 302
    changed = User.objects.get(pk=user.pk)
    assert (changed.email, changed.roles, changed.is_staff) == (
        "new@example.org",
        {roles.COORDINATOR},
        True,
    )
    assert list(EmailAddress.objects.all()) == []


def test_supervisor_cannot_take_over_a_superuser(client, supervisor):
    root = UserFactory(is_superuser=True, is_staff=True)

    response = client.post(
        f"/admin/accounts/user/{root.pk}/change/", answers(root, email="mine@example.org")
    )

    assert response.status_code == 403


def test_change_made_against_an_older_version_is_refused(client, supervisor):
    user = UserFactory()
    first = client.post(f"/admin/accounts/user/{user.pk}/change/", answers(user, name="First"))

    late = client.post(f"/admin/accounts/user/{user.pk}/change/", answers(user, name="Late"))

    assert (first.status_code, late.status_code) == (302, 200)
    assert User.objects.get(pk=user.pk).name == "First"


def test_supervisor_removes_a_lost_second_factor(client, supervisor, add_totp):
    user = UserFactory(role=roles.EXPERT)
    add_totp(user)

    client.post(
        "/admin/accounts/user/",
        {"action": "remove_second_factor", "_selected_action": [user.pk]},
    )

    assert list(Authenticator.objects.all()) == []


def test_link_to_set_a_password_is_sent_once_per_request(client, supervisor):
    user = UserFactory()

    client.post(
        "/admin/accounts/user/",
        {"action": "send_password_link", "_selected_action": [user.pk]},
    )

    assert [notice.recipient_key for notice in Notice.objects.all()] == [f"user:{user.pk}"]


def test_no_page_shows_a_password_hash(client, supervisor):
    user = UserFactory()

    for path in ["", f"{user.pk}/change/"]:
        page = client.get(f"/admin/accounts/user/{path}").content.decode()
        assert user.password not in page
        assert "md5" not in page


def test_accounts_are_never_deleted(client, supervisor):
    user = UserFactory()

    assert (
        client.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    client.post(
        "/admin/accounts/user/",
        {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=user.pk).exists()


def test_secrets_of_the_sign_in_have_no_pages():
    assert not admin.site.is_registered(Authenticator)
    assert not admin.site.is_registered(EmailAddress)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_users_costs_the_same_for_any_number(
    client, supervisor, django_assert_num_queries, rows
):
    for _row in range(rows):
        UserFactory(role=roles.INTERPRETER)
    client.get("/admin/accounts/user/")

    with django_assert_num_queries(8):
        client.get("/admin/accounts/user/")


def test_organization_is_approved_with_name_and_time(client, coordinator):
    organization = OrganizationFactory()

    client.post(
        "/admin/accounts/organization/",
        {"action": "approve", "_selected_action": [organization.pk]},
    )

    organization.refresh_from_db()
    assert (organization.is_approved, organization.approved_by) == (True, coordinator)


def test_organization_page_takes_members(client, coordinator):
    organization = OrganizationFactory()
    member = UserFactory()

    response = client.post(
        f"/admin/accounts/organization/{organization.pk}/change/",
        {
            "name": organization.name,
            "kind": organization.kind,
            "prefecture_code": "27",
            "version_seen": organization.version,
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 0,
            "memberships-0-user": member.pk,
            "memberships-0-role": Membership.Role.CONTACT,
        },
    )

    assert response.status_code == 302
    assert Organization.objects.get().prefecture_code == "27"
    assert Membership.objects.get().user == member


def test_user_page_shows_memberships(client, coordinator):
    membership = MembershipFactory()

    page = client.get(f"/admin/accounts/user/{membership.user_id}/change/")

    assert membership.organization.name in page.content.decode()


def test_access_log_can_be_read_by_supervisors_and_changed_by_nobody(client, supervisor):
    record_access(user=supervisor, subject="cases.Resident:1", purpose="call", now=NOON)
    entry = AccessLog.objects.get()

    assert client.get("/admin/accounts/accesslog/").status_code == 200
    assert client.get("/admin/accounts/accesslog/add/").status_code == 403
    assert client.get(f"/admin/accounts/accesslog/{entry.pk}/delete/").status_code == 403
    client.post(f"/admin/accounts/accesslog/{entry.pk}/change/", {"purpose": "other"})
    assert AccessLog.objects.get().purpose == "call"


def test_access_log_is_closed_to_coordinators(client, coordinator):
    assert client.get("/admin/accounts/accesslog/").status_code == 403


def test_signed_in_people_without_admin_rights_find_nothing_there(client):
    client.force_login(UserFactory(role=roles.EXPERT))

    assert client.get("/admin/", follow=True).status_code == 404


def test_admin_sends_strangers_to_the_one_sign_in_page(client):
    response = client.get("/admin/accounts/user/", follow=True)

    assert response.redirect_chain[-1][0] == "/accounts/login/?next=/admin/accounts/user/"
