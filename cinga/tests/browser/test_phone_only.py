"""Somebody who speaks Tigrinya, has a telephone and no e-mail: from "my language is not
here" to the coordinator's call, and back with number and code.
"""

import re

import pytest
from django.utils import timezone

from accounts import roles
from accounts.tests.factories import PASSWORD, UserFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking
from consultations.steps import ABOUT, CARE, CONTACT, DONE, INTERPRETER, MODE, TIME, TOPIC, WHOM
from interface.references import spoken
from notifications.models import Notice

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

PHONE = {"width": 360, "height": 740}
NUMBER = "090-1234-5678"


def books(here):
    """To the page with number and code; what is read there."""
    here.open()
    here.press("main a[href$='/my-language/']")
    put(here.page, "speaking_language", "ti")
    put(here.page, "reading_language", "en")
    here.send()
    here.answer(WHOM, TOPIC)
    here.answer(INTERPRETER, interpreter_wish="wanted")
    here.answer(CARE)
    here.answer(MODE, mode="phone")
    here.fill(CONTACT, channel="phone", email="", phone=NUMBER, safe_hours="evening")
    here.send()
    here.answer(ABOUT, nickname="Selam", message="")
    assert here.at() == TIME
    here.choose_time().agree()
    assert here.at() == DONE
    return here.page.locator("main").inner_text()


def signs_in(here):
    user = UserFactory(role=roles.COORDINATOR)
    here.open_path("/admin/")
    put(here.page, "login", user.email)
    put(here.page, "password", PASSWORD)
    here.press("main form:has([name=password]) button[type=submit]")
    return here


def words(here):
    return here.page.locator("main").inner_text()


def test_a_booking_by_telephone_in_a_language_we_cannot_write(slots, journey, new_page, mailoutbox):
    here = journey("en", check_fit, javascript=False, viewport=PHONE)
    done = books(here)

    booking = Booking.objects.with_story().get()
    resident, expert = booking.case.resident, booking.slot.expert.account.email
    assert (resident.speaking_language_id, resident.reading_language) == ("ti", "en")
    assert (booking.status, booking.mode, resident.channel) == ("held", "phone", "phone")
    number, code = spoken(booking.case.reference), booking.link_code
    assert number in done
    assert code in done
    assert "We call you the day before, in the hours you chose." in done
    assert "e-mail" not in done

    # A coordinator finds an interpreter; then there is a call to make.
    desk = signs_in(Journey(new_page(), "en", check_fit))
    assert number in words(desk)
    assert "Tigrinya" in words(desk)
    desk.press("form[action$='/confirm/'] button")
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    now = timezone.now()
    # At night it would wait for the morning.
    due = {"due_at": now, "next_look_at": now}
    assert Notice.objects.filter(kind="booking_confirmed", channel="call").update(**due) == 1
    desk.open_path("/admin/")
    assert number in words(desk)
    call = Notice.objects.get(kind="booking_confirmed")
    desk.press(f"form[action$='/board/calls/{call.pk}/'] button")
    assert resident.phone in words(desk)
    desk.press("form[action*='reached'] button")
    assert not Notice.objects.get(pk=call.pk).is_open

    # The person comes back, on another telephone, with both numbers.
    back = journey("en", check_fit, javascript=False)
    back.open("l/")
    put(back.page, "number", number)
    put(back.page, "code", code)
    back.send()
    assert re.search(r"/en/l/[^/]+/$", back.page.url)
    assert "Confirmed" in words(back)
    assert [letter.to for letter in mailoutbox if letter.to != [expert]] == []
