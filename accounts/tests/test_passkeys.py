import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from accounts import roles
from accounts.services import grant_role_permissions
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("second_factor_required")]

# A phone that knows its owner by the finger.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def device(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session


def own_device(device):
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_in_by_password(page, user):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_passkey_is_set_up_and_signs_in_without_a_password(page, device, assert_accessible):
    grant_role_permissions()
    user = UserFactory(role=roles.COORDINATOR)
    own_device(device)

    sign_in_by_password(page, user)
    expect(page.get_by_role("heading", name="Please set up a second step")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Add a passkey").click()
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    assert_accessible(page)
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert_accessible(page)

    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/$"))

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    assert_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/admin/$"))


def test_passkey_that_fails_is_said_on_the_page(page, device):
    page.goto("/accounts/login/")
    expect(page.get_by_text("The passkey could not be used.")).to_be_hidden()

    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("The passkey could not be used.")).to_be_visible()


def test_app_is_set_up_without_javascript(page_without_javascript, totp_code):
    grant_role_permissions()
    user = UserFactory(role=roles.COORDINATOR)
    page = page_without_javascript

    sign_in_by_password(page, user)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    assert page.locator("svg path").first.is_visible()
    page.get_by_label("Authenticator code").fill(totp_code(page.locator(".reference").inner_text()))
    page.get_by_role("button", name="Set up").click()

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
