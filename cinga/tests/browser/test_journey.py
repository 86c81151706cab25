"""The whole way on a phone of 320 pixels without JavaScript, from the first page to the letters."""

import re

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override

from cinga.tests.browser.journey import check_language
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking
from languages import registry
from languages.formatting import format_period
from languages.readings import to_plain

pytestmark = pytest.mark.browser

LANGUAGES = ["vi", "ne", "ur", "ja-simple", "my"]
EMAIL = "lan@example.org"
ORDINARY_SIZES = {"standard": 16, "fixed": 13}
DOUBLE_SIZES = {"standard": 32, "fixed": 26}


def set_text_size(page, sizes):
    """As a person does in the settings of the browser."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": sizes})
    session.detach()


def look_at(language):
    def look(page):
        check_language(page, language)
        check_fit(page)
        set_text_size(page, DOUBLE_SIZES)
        assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "32px"
        check_fit(page)
        set_text_size(page, ORDINARY_SIZES)

    return look


def link_in(letter):
    return re.search(r"http\S+/l/\S+/", letter.body)[0]


def to_resident(mailoutbox):
    """By day the expert is written to at once as well."""
    return [letter for letter in mailoutbox if letter.to == [EMAIL]]


def check_letter(letter, language, slot):
    known = registry.get(language)
    ((page, kind),) = letter.alternatives
    assert letter.to == [EMAIL]
    assert to_plain(format_period(slot.starts_at, slot.ends_at, language)) in letter.body
    assert kind == "text/html"
    assert f'<html lang="{known.tag}" dir="{known.direction}">' in page


# The other languages read the same rows: over one database only.
ONCE = [
    pytest.param(code, marks=() if code == "ur" else pytest.mark.only_on("sqlite3"))
    for code in LANGUAGES
]


@pytest.mark.parametrize("language", ONCE)
def test_a_booking_is_made_opened_moved_and_canceled(language, slots, journey, mailoutbox):
    here = journey(language, look_at(language), javascript=False)
    here.book()
    booking = Booking.objects.with_story().get()
    (confirmation,) = to_resident(mailoutbox)
    check_letter(confirmation, language, slots[0])

    elsewhere = journey(language, look_at(language), javascript=False)
    elsewhere.open_path(link_in(confirmation))
    assert elsewhere.show("000000" if booking.link_code != "000000" else "111111").status == 422
    assert elsewhere.show(booking.link_code).status == 200
    elsewhere.move_to(slots[2])
    check_letter(to_resident(mailoutbox)[1], language, slots[2])
    elsewhere.cancel()

    booking.refresh_from_db()
    assert (booking.status, booking.slot) == ("canceled", slots[2])
    check_letter(to_resident(mailoutbox)[2], language, slots[2])
    assert len(to_resident(mailoutbox)) == 3
    with override(language):
        assert to_plain(_("Canceled")) in elsewhere.page.locator("main").inner_text()
