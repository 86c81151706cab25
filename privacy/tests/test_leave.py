import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from privacy.signals import leaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    # As a browser whose pages are open too long: without a token.
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def heard():
    requests = []

    def hear(sender, request, **kwargs):
        requests.append(request.path)

    leaving.connect(hear)
    yield requests
    leaving.disconnect(hear)


def test_leaving_leads_to_a_neutral_page_and_clears_what_the_browser_keeps(browser, heard):
    browser.cookies["b"] = "draft"
    browser.cookies["language"] = "vi"

    response = browser.post("/leave/")

    assert response.status_code == 303
    assert response.headers["Location"] == settings.LEAVE_TO
    assert response.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert "no-store" in response.headers["Cache-Control"]
    assert {name: cookie["max-age"] for name, cookie in response.cookies.items()} == {
        "b": 0,
        "language": 0,
    }
    assert response.content == b""
    assert heard == ["/leave/"]


def test_leaving_ends_the_session(browser):
    browser.force_login(get_user_model().objects.create_user("mori@example.org", "x" * 20))
    assert Session.objects.count() == 1

    browser.post("/leave/")

    assert Session.objects.count() == 0


def test_leaving_works_without_any_cookie(browser, heard):
    assert browser.post("/leave/").status_code == 303
    assert heard == ["/leave/"]


@pytest.mark.parametrize("cookies", ["a b=1", "path=1; expires=2", "x(y)=1", "ü=1", "=1", "b"])
def test_leaving_works_whatever_cookies_the_browser_sends(browser, cookies):
    response = browser.post("/leave/", headers={"cookie": cookies})

    assert response.status_code == 303


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_a_press_of_the_button_leaves(browser, heard, method):
    browser.force_login(get_user_model().objects.create_user("mori@example.org", "x" * 20))

    response = getattr(browser, method)("/leave/")

    assert response.status_code == 405
    assert heard == []
    assert Session.objects.count() == 1


def test_if_something_cannot_be_wiped_nobody_is_told_it_was(browser):
    def fail(sender, request, **kwargs):
        raise ZeroDivisionError

    leaving.connect(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            browser.post("/leave/")
    finally:
        leaving.disconnect(fail)


def test_leaving_works_while_the_database_does_not(browser):
    def fail(sender, request, **kwargs):
        raise OperationalError

    browser.cookies["b"] = "draft"
    leaving.connect(fail)
    try:
        response = browser.post("/leave/")
    finally:
        leaving.disconnect(fail)

    assert (response.status_code, response.cookies["b"]["max-age"]) == (303, 0)
    assert response.headers["Clear-Site-Data"] == '"cookies", "storage"'
