import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from cinga import navigation
from interface import memory
from languages import registry
from schedules import selectors
from schedules.services import load_schedules

pytestmark = pytest.mark.django_db

CODES = settings.COMPLETE_LANGUAGES


@pytest.fixture
def office():
    """The office's telephone and hours."""
    load_schedules()


def ask_root(*, accept="", cookie=None):
    browser = Client()
    if cookie:
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    return browser.get("/", headers={"accept-language": accept} if accept else {})


@pytest.mark.parametrize(
    ("accept", "cookie", "place"),
    [
        ("", None, "/languages/"),
        ("tlh", None, "/languages/"),
        ("vi", None, "/vi/"),
        ("vi-VN,vi;q=0.9,en;q=0.5", None, "/vi/"),
        ("fr;q=0.9, ur;q=0.4", None, "/ur/"),
        ("en", "my", "/my/"),
        ("ne", "klingon", "/ne/"),
        ("ja", "ja-simple", "/ja-simple/"),
    ],
)
def test_root_leads_to_the_earlier_choice_then_the_browsers_language_then_the_choice(
    accept, cookie, place
):
    response = ask_root(accept=accept, cookie=cookie)

    assert (response.status_code, response.headers["Location"]) == (302, place)
    assert "no-cache" in response.headers["Cache-Control"]


def test_what_one_person_is_told_stays_in_no_shared_cache():
    browser = signed_in(roles.EXPERT)
    browser.post("/accounts/logout/")

    told, after = browser.get("/en/"), browser.get("/en/")

    assert "signed out" in told.text
    assert "no-store" in told.headers["Cache-Control"]
    assert after.headers["Cache-Control"] == "public, max-age=60"


def test_root_takes_no_form():
    assert Client().post("/").status_code == 405


@pytest.mark.parametrize("code", CODES)
def test_the_first_screen_shows_what_a_resident_needs(code, office):
    page = Client().get(f"/{code}/").content.decode()

    known = registry.get(code)
    assert f'<html lang="{known.tag}" dir="{known.direction}"' in page
    assert f'href="/{code}/consultations/book/"' in page
    assert f'href="/{code}/danger/"' in page
    assert 'href="tel:03-6261-6225"' in page
    for offered in CODES:
        assert registry.get(offered).autonym in page


def test_without_a_number_no_telephone_is_promised():
    page = Client().get("/en/").content.decode()

    assert "tel:" not in page


@pytest.mark.parametrize("code", CODES)
def test_danger_shows_the_numbers_in_every_language(code):
    call_command("load_reference_data", verbosity=0)

    page = Client().get(f"/{code}/danger/").content.decode()

    assert re.findall(r'href="tel:(\d[\d-]*)"', page)[:2] == ["110", "119"]


def test_the_present_page_is_marked_in_the_navigation():
    page = Client().get("/en/consultations/").content.decode()

    [current] = re.findall(r'<a href="([^"]+)" aria-current="page"', page)
    assert current == "/en/consultations/"


def test_the_hours_are_read_again_after_a_while(office, monkeypatch, django_assert_num_queries):
    with django_assert_num_queries(1):
        navigation.contact()
    with django_assert_num_queries(0):
        navigation.contact()
    later = memory.monotonic() + selectors.calendars.lifetime + 1
    monkeypatch.setattr(memory, "monotonic", lambda: later)

    with django_assert_num_queries(1):
        navigation.contact()


def test_the_telephone_says_when_it_is_answered_next_time(office, monkeypatch):
    holiday_monday = timezone.datetime(2026, 11, 23, 11, tzinfo=timezone.get_default_timezone())
    call_command("load_reference_data", verbosity=0)
    monkeypatch.setattr(navigation.timezone, "now", lambda: holiday_monday)

    contact = navigation.contact()

    assert not contact.is_open
    assert "November 24" in contact.next_opening
    assert "10:00" in contact.next_opening
