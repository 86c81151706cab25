"""What a visit costs a slow connection, and what it leaves in the browser."""

import gzip
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Error

from accounts import roles
from accounts.tests.factories import PASSWORD, UserFactory
from cinga.tests.browser.journey import Journey
from consultations.models import Booking
from consultations.steps import CHECK, QUESTIONS, TIME

# What a page looks like and weighs is the same over every database: once is enough.
pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

MOST_REQUESTS = 6
MOST_BYTES = 40 * 1024
KEPT = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


class Traffic:
    """Every answer a page got, from first to last."""

    def __init__(self, page):
        self.page = page
        self.answers = []
        page.on("response", lambda answer: self.answers.append(answer))

    def forget(self):
        self.answers.clear()

    @property
    def hosts(self):
        return {urlsplit(answer.url).netloc for answer in self.answers}

    @property
    def kinds(self):
        return {answer.request.resource_type for answer in self.answers}

    def compressed(self):
        """Bytes of all bodies as a server in production sends them."""
        return sum(
            len(gzip.compress(self.body_of(answer), 6))
            for answer in self.answers
            if answer.status == 200
        )

    def body_of(self, answer):
        try:
            return answer.body()
        except Error:
            # The browser forgets what belonged to the page before; we ask once more.
            return self.page.context.request.get(answer.url).body()


def check_budget(traffic, live_server):
    assert traffic.hosts == {urlsplit(live_server.url).netloc}
    assert traffic.kinds <= {"document", "stylesheet", "image", "other"}
    assert len(traffic.answers) <= MOST_REQUESTS
    assert traffic.compressed() <= MOST_BYTES


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_a_first_visit_is_small(language, slots, new_page, live_server):
    for path in ("", "consultations/", "consultations/book/", "danger/", "l/"):
        page = new_page()
        traffic = Traffic(page)
        page.goto(f"/{language}/{path}")
        # What a browser still asks for afterwards is the same in every language.
        page.wait_for_load_state("networkidle" if language == "my" else "load")
        check_budget(traffic, live_server)


def test_every_page_of_a_booking_is_small_even_when_it_is_the_first(slots, journey, live_server):
    """A page that was asked for with a cold cache, as after the answer of a form."""
    here = journey("my").begin().answer().choose_time()
    session = here.page.context.new_cdp_session(here.page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    traffic = Traffic(here.page)

    for number in (*QUESTIONS, TIME, CHECK):
        traffic.forget()
        here.step(number)
        here.page.wait_for_load_state("networkidle")
        check_budget(traffic, live_server)


def test_a_whole_journey_talks_to_one_host_and_keeps_nothing(slots, journey, live_server):
    here = journey("ur")
    traffic = Traffic(here.page)
    here.book()
    here.open_link(Booking.objects.get())
    here.show()
    here.cancel()

    assert traffic.hosts == {urlsplit(live_server.url).netloc}
    assert not traffic.kinds & {"font", "script", "xhr", "fetch", "websocket"}
    assert set(here.page.evaluate(KEPT).values()) == {0}


def test_pages_of_staff_load_nothing_from_elsewhere(slots, new_page, live_server):
    """What their policy blocks fails in the fixture."""
    user = UserFactory(role=roles.COORDINATOR)
    here = Journey(new_page(viewport={"width": 1280, "height": 800}), "en")
    traffic = Traffic(here.page)

    here.open_path("/accounts/login/")
    here.page.locator("[name=login]").fill(user.email)
    here.page.locator("[name=password]").fill(PASSWORD)
    here.press("form:has([name=password]) button[type=submit]")
    for path in ("", "consultations/booking/", "consultations/consultationday/", "cases/case/"):
        assert here.open_path(f"/admin/{path}").status == 200

    assert traffic.hosts == {urlsplit(live_server.url).netloc}
    assert "font" not in traffic.kinds
    assert set(here.page.evaluate(KEPT).values()) <= {0, 1}
