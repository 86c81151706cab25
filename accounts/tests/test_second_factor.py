import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core import checks
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.tests.conftest import SECRET
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_sign_in import is_signed_in

pytestmark = pytest.mark.usefixtures("second_factor_required")


def every_admin_list():
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        for model in admin.site._registry
        for page in ["changelist", "add"]
    ]


@pytest.mark.parametrize("role", sorted(roles.STAFF_ROLES))
def test_staff_without_second_factor_reach_only_the_set_up(client, role):
    client.force_login(UserFactory(role=role))

    answers = [client.get(path) for path in ["/page/", "/admin/", *every_admin_list()]]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/accounts/2fa/")}
    assert client.post("/admin/accounts/user/add/", {"name": "x"}).url == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/accounts/password/change/").url == "/accounts/2fa/"


def test_superusers_are_not_excepted(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get("/admin/").url == "/accounts/2fa/"


def test_staff_without_second_factor_can_change_language_and_sign_out(client):
    client.force_login(UserFactory(role=roles.COORDINATOR))

    assert client.get("/language/ja/?next=/accounts/2fa/").url == "/accounts/2fa/"
    assert client.post("/accounts/logout/").url == "/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("role", [None, roles.INTERPRETER])
def test_others_need_no_second_factor(client, role):
    client.force_login(UserFactory(role=role))

    assert is_signed_in(client)


def test_demo_asks_for_no_second_factor(client, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(UserFactory(role=roles.COORDINATOR))

    assert client.get("/admin/").status_code == 200


def test_sign_in_with_the_app_reaches_the_admin(client, sign_in, add_totp, totp_code):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)

    first_step = sign_in(user)
    before = client.get("/admin/").status_code
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})

    assert first_step.url == "/accounts/2fa/authenticate/"
    assert before == 302
    assert client.get("/admin/").status_code == 200


def test_one_code_works_once(client, sign_in, add_totp, totp_code):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)
    sign_in(user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    client.logout()

    sign_in(user)
    again = client.post("/accounts/2fa/authenticate/", {"code": totp_code()})

    assert again.status_code == 422


def test_recovery_code_signs_in_once(client, sign_in, add_totp):
    user = UserFactory(role=roles.COORDINATOR)
    code = add_totp(user).get_unused_codes()[0]

    sign_in(user)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200

    client.logout()
    sign_in(user)
    again = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert again.status_code == 422


def test_wrong_codes_are_throttled(client, sign_in, add_totp):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)
    sign_in(user)

    statuses = [
        client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code
        for _attempt in range(6)
    ]

    assert statuses == [422] * 5 + [429]


def test_code_by_letter_does_not_skip_the_second_factor(client, mailoutbox, add_totp):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)

    client.post("/accounts/login/code/", {"email": user.email})
    code = next(line for line in mailoutbox[0].body.splitlines() if "-" in line and " " not in line)
    response = client.post("/accounts/login/code/confirm/", {"code": code})

    assert response.url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)  # the library finishes its work on commit
def test_setting_up_an_app_opens_the_admin(client, sign_in, totp_code, mailoutbox):
    user = UserFactory(role=roles.COORDINATOR)
    sign_in(user)

    asked = client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    answer = client.post(
        "/accounts/2fa/totp/activate/", {"code": totp_code(page.context["form"].secret)}
    )

    assert asked.url.startswith("/accounts/reauthenticate/")
    assert answer.url == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert "no-store" in codes.headers["Cache-Control"]
    assert [letter.to for letter in mailoutbox] == [[user.email]]


def test_picture_for_the_app_is_part_of_the_page(client, sign_in):
    sign_in(UserFactory(role=roles.COORDINATOR))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = client.get("/accounts/2fa/totp/activate/").content.decode()

    assert "<svg" in page
    assert "data:image" not in page
    assert "<?xml" not in page
    assert "style=" not in page


def test_secret_is_encrypted_in_the_database(add_totp):
    add_totp(UserFactory())

    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]

    assert SECRET not in stored


def test_session_from_before_the_set_up_ends(client, add_totp):
    """Somebody with the password alone must not watch the owner set up the app."""
    user = UserFactory(role=roles.COORDINATOR)
    stranger = Client()
    stranger.force_login(user)
    add_totp(user)

    answers = [stranger.get(path).url for path in ["/accounts/2fa/recovery-codes/", "/admin/"]]

    assert answers[0] == "/accounts/login/"
    assert answers[1].startswith("/admin/login/")
    assert not is_signed_in(stranger)


def test_removing_the_app_bars_the_admin_again(client, sign_in, add_totp, totp_code):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)
    sign_in(user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_recovery_codes_alone_are_no_second_factor(client, add_totp):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    client.force_login(user)

    assert client.get("/admin/").url == "/accounts/2fa/"


def test_portal_does_not_start_without_second_factor_outside_the_demo(settings):
    settings.SECOND_FACTOR_REQUIRED = False
    settings.DEMO = False

    errors = [error.id for error in checks.run_checks(tags=[checks.Tags.security])]

    assert "accounts.E001" in errors


@pytest.mark.parametrize(("required", "demo"), [(True, False), (False, True)])
def test_check_accepts_production_and_demo(settings, required, demo):
    settings.SECOND_FACTOR_REQUIRED = required
    settings.DEMO = demo

    errors = [error.id for error in checks.run_checks(tags=[checks.Tags.security])]

    assert "accounts.E001" not in errors


def test_every_page_of_the_second_step_opens(client, sign_in, add_totp, totp_code):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)
    sign_in(user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    for path in [
        "",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "recovery-codes/download/",
        "reauthenticate/",
        "passkeys/",
        "passkeys/add/",
    ]:
        answer = client.get(f"/accounts/2fa/{path}")
        assert (path, answer.status_code) == (path, 200)
        assert "no-store" in answer.headers["Cache-Control"]
