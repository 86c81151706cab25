"""A lost link on a new phone: back with number and code, the address mended, then forgotten."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from cases.models import Resident
from cinga.tests.browser.journey import only_look, put
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking
from consultations.steps import ABOUT, CONTACT
from consultations.tests.flows import TYPED
from notifications.services import send_due_notices

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

PHONE = {"width": 360, "height": 740}
WRONG = TYPED[CONTACT]["email"]
RIGHT = "right@example.org"
NICKNAME = "Canary"
SECRETS = [WRONG, RIGHT, NICKNAME, TYPED[ABOUT]["message"]]
TO_ADDRESS = "form:has(input[name=to]) button"


@pytest.fixture
def letters(settings):
    """What has arrived at an address, after the portal has sent what is due."""

    def at(address):
        send_due_notices(now=timezone.now())
        return [letter.body for letter in mail.outbox if letter.to == [address]]

    return at


def numbers_on(page):
    return [re.sub(r"\D", "", text) for text in page.locator(".reference").all_inner_texts()]


def find_with(here, number, code):
    put(here.page, "number", number)
    put(here.page, "code", code)
    return here.send()


@pytest.mark.parametrize(("language", "javascript"), [("en", False), ("ur", True)])
def test_a_lost_link_on_a_new_phone(
    language, javascript, slots, journey, letters, assert_accessible
):
    # axe needs the timers of the page.
    check = assert_accessible if javascript else only_look
    at_home = journey(language).begin().answer(nickname=NICKNAME).choose_time().agree()
    number, code = numbers_on(at_home.page)
    assert len(letters(WRONG)) == 1
    phone = journey(language, check_fit, javascript=javascript, viewport=PHONE, has_touch=True)

    # Number and code, once wrong.
    phone.open("l/")
    assert find_with(phone, number, f"{(int(code) + 1) % 10**6:06d}").status == 422
    assert phone.page.locator(".reference").count() == 0
    find_with(phone, number, code)
    old = phone.page.url
    assert numbers_on(phone.page) == [number]
    assert WRONG in phone.page.locator("main").inner_text()

    # The address is mended; the letter comes again, with another link.
    check(phone.page)
    phone.press(TO_ADDRESS)
    check(phone.page)
    put(phone.page, "email", RIGHT)
    phone.send()
    assert phone.page.url.endswith("/saved/")
    check(phone.page)
    assert numbers_on(phone.page)[0] == number
    assert numbers_on(phone.page)[1] != code
    [letter] = letters(RIGHT)
    [new] = re.findall(rf"https?://\S+/{language}/l/\S+", letter)[:1]
    assert new != old
    assert len(letters(WRONG)) == 1
    phone.page.goto(new)
    assert numbers_on(phone.page) == [number]

    # The old link is dead, for the browser that booked as well.
    assert at_home.page.goto(old).status == 404
    assert at_home.step(11).status == 410
    assert phone.page.goto(old).status == 404

    # Everything is deleted, and Back shows nothing.
    phone.page.goto(new)
    phone.press("main a[href$='/delete/']")
    check(phone.page)
    arrival = phone.send()
    assert arrival.status == 200
    assert phone.page.url.endswith(f"/{language}/l/deleted/")
    assert phone.page.context.cookies() == []
    for _press in range(4):
        phone.page.go_back()
        text = phone.page.content()
        assert [secret for secret in SECRETS if secret in text] == [], phone.page.url
        assert phone.page.locator(".reference").count() == 0
    assert phone.page.goto(new).status == 404
    phone.open("l/")
    assert find_with(phone, number, code).status == 422

    resident, booking = Resident.objects.get(), Booking.objects.get()
    assert (resident.email, resident.nickname) == ("", "")
    assert (booking.status, booking.message) == ("canceled", "")
    assert letters(RIGHT) == [letter]


def test_the_letter_is_asked_for_once_more_on_the_last_page(slots, journey, letters):
    here = journey("en", javascript=False).book()
    assert len(letters(WRONG)) == 1

    here.press("form[action$='/letter/'] button")

    assert here.page.url.endswith("/sent/")
    first, second = letters(WRONG)
    link = re.search(r"https?://\S+/l/\S+", first)[0]
    assert link in second
