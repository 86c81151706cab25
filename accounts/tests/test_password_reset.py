import re

from accounts import roles
from accounts.tests.factories import UserFactory
from accounts.tests.test_sign_in import is_signed_in

NEW = "battery-horse-staple-9"


def reset_password(client, mailoutbox, email):
    client.post("/accounts/password/reset/", {"email": email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mailoutbox[-1].body)[1]
    form_page = client.get(link, follow=True)
    path = form_page.redirect_chain[-1][0]
    return client.post(path, {"password1": NEW, "password2": NEW}), link


def test_reset_sets_the_password_and_signs_nobody_in(client, mailoutbox, sign_in):
    user = UserFactory(email="mika@example.org")

    response, _link = reset_password(client, mailoutbox, "Mika@Example.org")

    assert response.url == "/accounts/password/reset/key/done/"
    assert not is_signed_in(client)
    sign_in(user, NEW)
    assert is_signed_in(client)


def test_reset_link_works_once(client, mailoutbox):
    UserFactory(email="mika@example.org")
    _response, link = reset_password(client, mailoutbox, "mika@example.org")

    again = client.get(link)

    assert "This link does not work any more" in again.content.decode()


def test_reset_does_not_skip_the_second_factor(
    client, mailoutbox, sign_in, add_totp, second_factor_required
):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)

    reset_password(client, mailoutbox, user.email)
    response = sign_in(user, NEW)

    assert response.url == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    assert not is_signed_in(client)


def test_reset_works_after_too_many_wrong_passwords(client, mailoutbox, sign_in):
    user = UserFactory()
    for _attempt in range(6):
        sign_in(user, "not the right password")

    reset_password(client, mailoutbox, user.email)

    assert sign_in(user, NEW).status_code == 302


def test_reset_does_not_tell_whether_there_is_an_account(client, mailoutbox):
    UserFactory(email="known@example.org")

    known = client.post("/accounts/password/reset/", {"email": "known@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "unknown@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.to for letter in mailoutbox] == [["known@example.org"], ["unknown@example.org"]]


def test_reset_of_a_disabled_account_sends_no_link(client, mailoutbox):
    user = UserFactory()
    user.disable()

    client.post("/accounts/password/reset/", {"email": user.email})

    assert "/accounts/password/reset/key/" not in mailoutbox[0].body
