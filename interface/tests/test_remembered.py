"""Finished pages from memory: the same for all, and never anybody's own."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from interface import caching, memory
from interface.caching import RememberedPagesMiddleware, finished_pages
from interface.memory import ShortMemory


class Site:
    """Behind the middleware: counts how often a page was made."""

    def __init__(self, **headers):
        self.made = 0
        self.status = 200
        self.cookie = ""
        self.is_remembered = True
        self.headers = {"Cache-Control": "public, max-age=60", "X-Frame-Options": "DENY"} | headers
        self.middleware = RememberedPagesMiddleware(self.respond)

    def respond(self, request):
        self.made += 1
        response = HttpResponse(f"page {self.made}", status=self.status, headers=self.headers)
        response.may_be_remembered = self.is_remembered
        if self.cookie:
            response.set_cookie(self.cookie, "x")
        return response

    def get(self, path="/en/centers/", **extra):
        return self.middleware(RequestFactory().get(path, **extra))


def test_the_second_visitor_gets_the_same_page_with_every_header():
    site = Site()

    pages = [site.get(), site.get()]

    assert [page.content for page in pages] == [b"page 1", b"page 1"]
    assert pages[1]["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/en/centers/?q=a"},
        {"path": "/ur/centers/"},
        {"HTTP_HOST": "other.example.org"},
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "readings=off"},
        {"secure": True},
    ],
)
def test_another_address_and_whoever_brings_a_cookie_get_their_own(other):
    site = Site()
    site.get()

    assert site.get(**other).content == b"page 2"


def test_what_was_made_for_a_cookie_is_given_to_nobody():
    site = Site()
    site.get(HTTP_COOKIE="sessionid=x")

    assert site.get().content == b"page 2"


@pytest.mark.parametrize(
    "facts",
    [
        {"status": 404},
        {"cookie": "csrftoken"},
        {"is_remembered": False},
    ],
)
def test_what_is_not_for_everybody_is_not_kept(facts):
    site = Site()
    vars(site).update(facts)

    site.get()
    assert site.get().content == b"page 2"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store, private"},
        {"Cache-Control": ""},
        {"Vary": "Accept-Language, Cookie"},
    ],
)
def test_headers_are_believed(headers):
    site = Site(**headers)

    site.get()
    assert site.get().content == b"page 2"


def test_a_post_is_never_answered_from_memory():
    site = Site()
    site.get()

    assert site.middleware(RequestFactory().post("/en/centers/")).content == b"page 2"


def test_a_page_is_kept_for_seconds(monkeypatch):
    site = Site()
    site.get()
    later = memory.monotonic() + finished_pages.lifetime + 1
    monkeypatch.setattr(memory, "monotonic", lambda: later)

    assert site.get().content == b"page 2"


def test_made_up_addresses_do_not_fill_the_memory():
    site = Site()
    for number in range(caching.finished_pages.most * 2 + 10):
        site.get(f"/en/centers/?q={number}")

    assert len(finished_pages._values) <= finished_pages.most


def test_what_is_none_is_made_again():
    short = ShortMemory(lifetime=60)

    assert [short.get("key", lambda: None), short.get("key", lambda: 1)] == [None, 1]
