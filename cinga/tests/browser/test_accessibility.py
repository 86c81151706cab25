"""Every page a resident meets against WCAG 2.2 AA and the best practices axe knows."""

import pytest
from django.utils import timezone

from cinga import home
from cinga.tests.browser.journey import Journey, check_language
from consultations.models import Booking, ConsultationDay, Slot
from consultations.services.bookings import cancel_booking
from consultations.services.drafts import hold_slot
from consultations.steps import CHECK, QUESTIONS, TIME, TOPIC
from consultations.tests.acts import begin_draft

# What a page looks like and weighs is the same over every database: once is enough.
pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

# One of each kind of script, and readings above the words.
CODES = ["ja", "ur", "my", "ja-simple"]


@pytest.fixture
def visit(new_page, assert_accessible):
    """A journey on which axe looks at every page."""

    def start(language):
        def look(page):
            check_language(page, language)
            assert_accessible(page)

        return Journey(new_page(), language, look)

    return start


def wrong_code(booking):
    return "000000" if booking.link_code != "000000" else "111111"


@pytest.mark.parametrize("language", CODES)
def test_pages_of_a_booking(language, slots, visit):
    here = visit(language).begin()

    for number in QUESTIONS:
        if here.send().status == 422:
            assert here.at() == number
            here.answer(number)
    assert (here.at(), here.send().status) == (TIME, 422)
    here.choose_time()
    assert (here.at(), here.send().status) == (CHECK, 422)
    here.agree()

    assert Booking.objects.count() == 1


@pytest.mark.parametrize("language", ["ur", "ja-simple"])
def test_pages_of_a_booking_that_waits_for_its_interpreter(language, slots, journey, visit):
    here = journey(language).begin().answer(interpreter_wish="wanted").choose_time()
    here.look = visit(language).look
    here.agree()
    booking = Booking.objects.get()
    assert booking.status == "held"

    assert here.open_link(booking).status == 200
    here.show()
    here.press("main a[href$='/time/']")
    assert here.send().status == 422
    ConsultationDay.objects.update(is_published=False)
    assert here.open(f"l/{booking.link_token}/time/").status == 200
    ConsultationDay.objects.update(is_published=True)
    here.open(f"l/{booking.link_token}/cancel/")
    here.open(f"l/{booking.link_token}/time/")
    here.page.locator("[name=slot]").last.check()
    cancel_booking(booking_id=booking.pk, canceled_by="coordinator", now=timezone.now())
    assert here.send().status == 409
    assert here.open_link(booking).status == 200


@pytest.mark.parametrize("language", ["ur", "ja-simple"])
def test_pages_of_a_link_in_another_browser(language, slots, journey, visit):
    here = visit(language)
    journey(language).book()
    booking = Booking.objects.get()

    assert here.open_link(booking).status == 200
    assert here.show().status == 422
    assert here.show(wrong_code(booking)).status == 422
    Booking.objects.update(link_wrong_codes=5, link_wrong_code_at=timezone.now())
    assert here.show(wrong_code(booking)).status == 429
    assert here.open("l/nothing/").status == 404
    assert here.open("l/").status == 200
    assert here.send().status == 422


@pytest.mark.parametrize("language", ["ur", "my", "en"])
def test_pages_for_everybody(language, slots, visit, live_server):
    here = visit(language)

    for path in ("", "consultations/", "danger/"):
        assert here.open(path).status == 200
    here.page.locator(".languages__current").click()
    here.look(here.page)
    here.page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    assert here.open_path("/languages/").status == 200

    ConsultationDay.objects.update(is_published=False)
    assert here.open("consultations/").status == 200


@pytest.mark.parametrize("language", ["ur", "my"])
def test_pages_when_something_is_wrong(language, slots, journey, visit, monkeypatch):
    here = journey(language).begin().answer()
    now = timezone.now()
    hold_slot(key=begin_draft(now=now).key, slot_id=slots[0].pk, now=now)
    here.look = visit(language).look

    here.page.locator("[name=slot]").first.check()
    assert here.send().status == 409
    Slot.objects.all().delete()
    assert here.step(TIME).status == 200
    assert here.open("nowhere/").status == 404
    assert here.open("?a=%00").status == 400
    here.open("consultations/book/")
    here.page.context.clear_cookies()
    assert here.send().status == 403
    assert here.step(TOPIC).status == 410
    monkeypatch.setattr(home, "render", break_down)
    # Another address than the one the browser may still have kept.
    assert here.open("?again").status == 500


def break_down(*args):
    raise RuntimeError("A page that cannot be made.")
