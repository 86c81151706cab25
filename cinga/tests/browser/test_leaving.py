""" "Leave this page": away at once, and nothing is left to be found."""

import base64
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from consultations.models import Booking, Draft, Slot
from consultations.steps import ABOUT, TIME
from consultations.tests.flows import TYPED

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

WEATHER = "<!doctype html><title>Weather</title><h1>Sunny</h1>"
LEAVE = ".leave button"
FROM_SERVER = "() => performance.getEntriesByType('navigation')[0].transferSize > 0"
SECRETS = [TYPED[ABOUT]["nickname"], TYPED[ABOUT]["message"]]


@pytest.fixture
def weather():
    """Stands for the place "Leave this page" leads to; the requests that arrived there.

    Playwright's own routes do not see where a redirect leads, the browser's protocol does.
    """

    def answer_at(page):
        session = page.context.new_cdp_session(page)
        requests = []

        def answer(event):
            # Not the picture a browser looks for by itself.
            if event["resourceType"] == "Document":
                requests.append(event["request"])
            session.send(
                "Fetch.fulfillRequest",
                {
                    "requestId": event["requestId"],
                    "responseCode": 200,
                    "responseHeaders": [{"name": "Content-Type", "value": "text/html"}],
                    "body": base64.b64encode(WEATHER.encode()).decode(),
                },
            )

        session.on("Fetch.requestPaused", answer)
        host = urlsplit(settings.LEAVE_TO).netloc
        session.send("Fetch.enable", {"patterns": [{"urlPattern": f"https://{host}/*"}]})
        return requests

    return answer_at


def by_click(page):
    page.locator(LEAVE).click()


def by_touch(page):
    page.locator(LEAVE).tap()


def by_key(page):
    page.locator(LEAVE).focus()
    page.keyboard.press("Enter")


def check_left(here, requests):
    here.page.wait_for_url(settings.LEAVE_TO)
    (request,) = requests
    assert request["method"] == "GET"
    # Nothing tells the place where the person came from.
    assert "Referer" not in request["headers"]
    assert here.page.context.cookies(here.origin) == []


def check_back(here, *, steps):
    """However often Back is pressed, what it shows knows nothing of the person."""
    for _press in range(steps):
        here.page.go_back()
        text = here.page.content()
        assert not [secret for secret in SECRETS if secret in text], here.page.url
        assert here.page.locator("main form:not([action]) input:visible").count() == 0
        assert here.page.locator(".reference").count() == 0


@pytest.mark.parametrize(
    ("leave", "javascript"),
    [(by_click, False), (by_click, True), (by_touch, True), (by_key, True)],
)
def test_leaving_in_mid_booking(leave, javascript, slots, journey, weather, live_server):
    here = journey("vi", javascript=javascript, has_touch=True)
    here.origin = live_server.url
    here.begin().answer().choose_time()
    here.step(ABOUT)
    assert SECRETS[1] in here.page.content()
    requests = weather(here.page)

    leave(here.page)

    check_left(here, requests)
    assert Draft.objects.count() == 0
    assert Slot.objects.filter(held_until__isnull=False).count() == 0
    check_back(here, steps=4)
    assert here.step(ABOUT).status == 410


def test_leaving_a_page_with_errors(slots, journey, weather, live_server):
    here = journey("ur", javascript=False)
    here.origin = live_server.url
    here.begin().answer(*range(1, ABOUT))
    here.fill(ABOUT, nickname="")
    assert here.send().status == 422
    requests = weather(here.page)

    by_click(here.page)

    check_left(here, requests)
    assert here.step(TIME).status == 410


def test_leaving_the_page_behind_a_link(slots, journey, weather, live_server):
    here = journey("ne", javascript=False).book()
    here.origin = live_server.url
    booking = Booking.objects.get()
    here.open_link(booking)
    here.show()
    assert here.page.locator(".reference").count() == 1
    requests = weather(here.page)

    by_click(here.page)

    check_left(here, requests)
    check_back(here, steps=3)
    assert Booking.objects.get().status == "confirmed"
    # This browser is a stranger again.
    here.open_link(booking)
    assert here.page.locator("[name=code]").count() == 1


def test_pages_with_the_way_out_are_stored_nowhere(slots, journey):
    here = journey("en").begin().answer().choose_time()

    for path in ("consultations/book/", "b/1/", f"b/{ABOUT}/", "b/8/"):
        answer = here.open(path)
        assert "no-store" in answer.header_value("cache-control")
        # What comes back comes from the server again, not out of a store.
        here.open("danger/")
        with here.page.expect_response(lambda response, path=path: path in response.url) as again:
            here.page.go_back()
        assert again.value.status == 200
        assert here.page.evaluate(FROM_SERVER), path
