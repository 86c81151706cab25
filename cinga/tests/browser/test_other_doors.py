"""A call instead of a form, and a language that is not among ours."""

import pytest
from django.conf import settings

from cinga.tests.browser.journey import Journey, check_language, put
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking, CallRequest
from consultations.steps import ABOUT, CARE, INTERPRETER, TOPIC, WHOM

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_both_pages_fit_and_can_be_read_in_every_language(new_page, assert_accessible, language):
    # Axe writes styles of its own into these pages, which their policy would block.
    visitor = Journey(new_page(viewport=PHONE, bypass_csp=True), language)

    for path in ("call/", "my-language/"):
        visitor.open(path)
        check_fit(visitor.page)
        check_language(visitor.page, language)
        assert_accessible(visitor.page)


def test_a_tigrinya_speaker_who_reads_english_is_booked_for_a_call(slots, journey):
    speaker = journey("ja", javascript=False)
    speaker.open_path("/languages/")
    speaker.press("main a[href$='/my-language/']")
    speaker.page.locator("label", has_text="ትግርኛ").click()
    put(speaker.page, "reading_language", "en")
    speaker.send()
    check_language(speaker.page, "en")
    speaker.language = "en"
    speaker.answer(WHOM, TOPIC)
    # The languages are answered.
    assert speaker.at() == INTERPRETER
    put(speaker.page, "interpreter_wish", "wanted")
    speaker.send()
    speaker.answer(CARE)
    put(speaker.page, "mode", "phone")
    speaker.send()
    for name, value in {
        "channel": "phone",
        "phone": "090-1234-5678",
        "discretion": "shared",
        "reminders": "day_before",
    }.items():
        put(speaker.page, name, value)
    speaker.send()
    speaker.answer(ABOUT).choose_time().agree()

    booking = Booking.objects.with_story().get()
    resident = booking.case.resident
    assert (resident.speaking_language_id, resident.reading_language) == ("ti", "en")
    assert (resident.channel, resident.email, booking.mode) == ("phone", "", "phone")
    assert booking.status == "held"


def test_a_tigrinya_speaker_who_reads_none_of_ours_is_called(journey):
    speaker = journey("ja", javascript=False)
    speaker.open("")
    speaker.press("main a[href$='/my-language/']")
    speaker.page.locator("label", has_text="ትግርኛ").click()
    put(speaker.page, "reading_language", "none")
    speaker.send()
    assert speaker.page.url.endswith("/ja/call/")
    put(speaker.page, "phone", "090-1234-5678")
    put(speaker.page, "consent", "on")
    speaker.send()

    call_request = CallRequest.objects.with_story().get()
    assert call_request.case.resident.speaking_language_id == "ti"
    assert str(call_request.case) in speaker.page.locator("main").inner_text()
