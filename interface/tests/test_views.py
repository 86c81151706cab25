import re

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import Client, RequestFactory
from django.utils import translation

from interface import views

pytestmark = [pytest.mark.urls("interface.tests.urls"), pytest.mark.usefixtures("clean_input")]

NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.forbidden, 403),
        (views.csrf_failure, 403),
        (views.not_found, 404),
        (views.server_error, 500),
    ],
)
@pytest.mark.parametrize(("code", "direction"), [("ja", "ltr"), ("ur", "rtl"), ("en", "ltr")])
def test_an_error_page_speaks_the_readers_language(view, status, code, direction):
    request = RequestFactory().get("/somewhere/?a=1")
    request.LANGUAGE_CODE = code

    with translation.override(code):
        response = view(request)

    page = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (status, NO_STORE)
    assert f'<html lang="{code}" dir="{direction}">' in page
    assert len(re.findall("<h1>", page)) == 1
    assert 'href="/language/vi/?next=%2Fsomewhere%2F%3Fa%3D1"' in page
    assert "style=" not in page
    assert "<script" not in page


def test_an_error_page_links_to_where_it_is_told():
    response = views.error_page(
        RequestFactory().get("/"), 410, "Gone & past", ["One.", "Two."], [("Again", "/b/1")]
    )

    page = response.content.decode()
    assert response.status_code == 410
    assert "<title>Gone &amp; past</title>" in page
    assert "<p>One.</p>" in page
    assert '<a href="/b/1">Again</a>' in page


def test_an_error_page_survives_its_context(settings, caplog):
    (engine,) = settings.TEMPLATES
    broken = {"context_processors": ["interface.tests.urls.fail"]}
    settings.TEMPLATES = [{**engine, "OPTIONS": broken}]

    with translation.override("ur"):
        response = views.not_found(RequestFactory().get("/"))

    assert response.status_code == 404
    assert '<html lang="ur" dir="rtl">' in response.content.decode()
    assert "An error page was made without its context." in caplog.text


def test_a_failing_view_is_told_without_the_database(client):
    # No database mark: a query would fail the test.
    response = client.get("/fail/", headers={"accept-language": "ja"})

    assert response.status_code == 500
    assert '<html lang="ja" dir="ltr">' in response.content.decode()


def test_the_last_resort_needs_no_template(settings, caplog):
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [], "APP_DIRS": False}]

    response = views.server_error(RequestFactory().get("/"))

    assert (response.status_code, response.content.decode()) == (500, views.LAST_RESORT)


def test_a_body_found_too_large_later_is_called_so():
    request = RequestFactory().get("/")

    assert views.bad_request(request, RequestDataTooBig()).status_code == 413
    assert views.bad_request(request, SuspiciousOperation()).status_code == 400


def test_an_unknown_page_is_told_whatever_the_host(client):
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/nowhere/", headers={"host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_is_told_kindly(settings):
    settings.CSRF_FAILURE_VIEW = "interface.views.csrf_failure"

    response = Client(enforce_csrf_checks=True).post("/guarded/", {"name": "a"})

    page = response.content.decode()
    assert response.status_code == 403
    assert '<a href="/guarded/">' in page
    # A language is switched by asking for a page again, and this one was posted to.
    assert 'href="/language/ja/?next=%2F"' in page


@pytest.mark.parametrize("path", ["//evil.example/", "/a\nb/", "/\u202e/"])
def test_the_way_back_never_leaves_the_site(path):
    request = RequestFactory().post("/")
    request.path = path

    assert views.back_link(request)[1] == "/"
