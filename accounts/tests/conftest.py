import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _database_and_pages(db, settings):
    """This app and those below it: the links upward in each page's head are left out."""
    settings.ROOT_URLCONF = "accounts.tests.urls"
    [engine] = settings.TEMPLATES
    processors = [
        path for path in engine["OPTIONS"]["context_processors"] if not path.startswith("cinga.")
    ]
    settings.TEMPLATES = [{**engine, "OPTIONS": {"context_processors": processors}}]


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def second_factor_required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def totp_code():
    """The code that the app on the phone shows now."""

    def code(secret=SECRET):
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    return code


@pytest.fixture
def add_totp():
    def add(user):
        TOTP.activate(user, SECRET)
        return RecoveryCodes.activate(user)

    return add


@pytest.fixture
def sign_in(client):
    """What the person types on the first page."""

    def post(user, password=None, **extra):
        from_factory = "a long password for tests"
        data = {"login": user.email, "password": password or from_factory}
        return client.post("/accounts/login/", data, **extra)

    return post
