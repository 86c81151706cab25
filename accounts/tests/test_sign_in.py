import re

import pytest
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts import roles
from accounts.tests.factories import PASSWORD, UserFactory

WRONG = "not the right password"


def is_signed_in(client):
    return client.get("/page/").content == b"signed in: True"


@pytest.mark.parametrize("typed", ["mika@example.org", "MIKA@Example.Org", " mika@example.org "])
def test_email_signs_in_in_any_case(client, typed):
    UserFactory(email="mika@example.org")

    response = client.post("/accounts/login/", {"login": typed, "password": PASSWORD})

    assert response.status_code == 302
    assert is_signed_in(client)


def test_staff_land_in_the_admin_and_others_on_the_first_page(client, sign_in):
    assert sign_in(UserFactory(role=roles.COORDINATOR)).url == "/admin/"
    client.logout()
    assert sign_in(UserFactory(role=roles.INTERPRETER)).url == "/"


def test_wrong_password_and_unknown_address_get_the_same_answer(client, sign_in):
    known = sign_in(UserFactory(email="a@example.org"), WRONG)
    unknown = client.post("/accounts/login/", {"login": "b@example.org", "password": WRONG})

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert known.context["form"].errors == unknown.context["form"].errors


def test_sixth_wrong_password_is_refused_with_a_clear_message(client, sign_in):
    user = UserFactory()

    statuses = [sign_in(user, WRONG).status_code for _attempt in range(6)]
    right_password = sign_in(user)

    assert statuses == [422] * 5 + [429]
    assert right_password.status_code == 429
    assert "Too many failed login attempts" in right_password.content.decode()
    assert not is_signed_in(client)


def test_wrong_passwords_of_a_stranger_do_not_lock_the_owner_out(client, sign_in):
    user = UserFactory()
    for number in range(50):
        sign_in(user, WRONG, REMOTE_ADDR=f"198.51.100.{number % 10}")

    assert sign_in(user, REMOTE_ADDR="203.0.113.7").status_code == 302


def test_one_sender_cannot_try_many_accounts(client):
    statuses = [
        client.post(
            "/accounts/login/", {"login": f"a{number}@example.org", "password": WRONG}
        ).status_code
        for number in range(40)
    ]

    assert statuses[:20] == [422] * 20
    assert set(statuses[20:]) == {429}


def test_nothing_stored_for_the_limits_names_sender_or_account(sign_in):
    sign_in(UserFactory(email="mika@example.org"), WRONG, REMOTE_ADDR="198.51.100.4")

    keys = list(cache._cache)
    assert keys
    assert not [key for key in keys if "198.51" in key or "mika" in key]


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"email": "a@example.org"}).status_code == 404


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "3rdparty/", "social/login/"])
def test_other_pages_of_the_library_do_not_exist(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_disabled_account_cannot_sign_in(client, sign_in):
    user = UserFactory()
    user.disable()

    sign_in(user)

    assert not is_signed_in(client)


def test_disabling_an_account_ends_its_session_with_the_next_request(client, sign_in):
    user = UserFactory(role=roles.COORDINATOR)
    sign_in(user)
    assert is_signed_in(client)

    user.disable()

    assert not is_signed_in(client)


def test_sign_in_pages_are_kept_by_no_cache(client):
    assert "no-store" in client.get("/accounts/login/").headers["Cache-Control"]


def test_sign_in_page_has_no_inline_script(client):
    page = client.get("/accounts/login/").content.decode()

    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    assert all("src=" in script or "application/json" in script for script in scripts)
    assert "style=" not in page
    assert "onclick" not in page


def test_code_by_letter_signs_in(client, mailoutbox):
    UserFactory(email="mika@example.org")

    client.post("/accounts/login/code/", {"email": "Mika@example.org"})
    [letter] = mailoutbox
    code = re.search(r"^[A-Z0-9-]{6,}$", letter.body, re.MULTILINE)[0]
    client.post("/accounts/login/code/confirm/", {"code": code})

    assert letter.to == ["mika@example.org"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert is_signed_in(client)


def test_asking_for_a_code_does_not_tell_whether_there_is_an_account(client, mailoutbox):
    UserFactory(email="known@example.org")

    known = client.post("/accounts/login/code/", {"email": "known@example.org"})
    client.logout()
    unknown = client.post("/accounts/login/code/", {"email": "unknown@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.to for letter in mailoutbox] == [["known@example.org"], ["unknown@example.org"]]


def test_letter_that_cannot_be_sent_is_said_on_the_page(client, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    UserFactory(email="mika@example.org")

    response = client.post("/accounts/login/code/", {"email": "mika@example.org"})

    assert response.status_code == 503
    assert "The letter could not be sent" in response.content.decode()


def test_changing_the_password_ends_the_other_sessions(client, sign_in):
    user = UserFactory()
    other = Client()
    other.force_login(user)
    sign_in(user)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "horse-battery-9", "password2": "horse-battery-9"},
    )

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_session_ends_with_the_browser_and_after_twelve_hours_at_the_latest(client, sign_in):
    sign_in(UserFactory())

    assert client.cookies[portal_settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert Session.objects.count() == 1
    assert portal_settings.SESSION_COOKIE_AGE == 12 * 60 * 60
