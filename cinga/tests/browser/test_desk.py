"""A coordinator's pages on a phone: nothing to push sideways, nothing axe objects to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.tests.factories import CaseFactory, ResidentFactory
from cinga.tests.browser.journey import put
from cinga.tests.browser.test_keyboard import Keyboard
from consultations import notices
from consultations.models import Booking, ConsultationDay, Slot
from consultations.steps import CARE, CONTACT, INTERPRETER, MODE
from consultations.tests.factories import TOKYO, BookingFactory, HeldBookingFactory
from consultations.tests.flows import TYPED
from notifications.choices import Channel
from notifications.tests.factories import NoticeFactory
from taxonomy.models import Language, Topic

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

DAYS = "/admin/consultations/consultationday/"
BY_PHONE = "/admin/consultations/booking/by-phone/"


def case(**changes):
    return CaseFactory(
        primary_topic=Topic.objects.get(pk="work"),
        resident=ResidentFactory(speaking_language=Language.objects.get(pk="ne"), **changes),
    )


@pytest.fixture
def held_booking(slots):
    decide_by = timezone.now() + timedelta(hours=2)
    return HeldBookingFactory(slot=slots[0], case=case(), decide_by=decide_by)


@pytest.fixture
def due_call(slots):
    booking = BookingFactory(
        slot=slots[1], case=case(channel="phone", phone="+81312345678", safe_hours=["morning"])
    )
    return NoticeFactory(
        kind=notices.CONFIRMED,
        subject_key=booking.key,
        revision=booking.revision,
        recipient_key=booking.case.resident.key,
        channel=Channel.CALL,
        due_at=timezone.now() - timedelta(hours=1),
        expires_at=booking.slot.starts_at,
    )


def test_an_empty_board_and_the_lists_fit_a_phone(slots, desk):
    for path in (DAYS, "/admin/consultations/booking/"):
        assert desk.open_path(path).status == 200


def test_a_held_booking_is_confirmed_from_the_board_by_keyboard(held_booking, due_call, desk):
    desk.open_path("/admin/")
    keyboard = Keyboard(desk.page)

    for _stop in range(60):
        keyboard.tab()
        if desk.page.evaluate("() => document.activeElement.innerText").startswith("Confirm"):
            break
    keyboard.enter()
    desk.look(desk.page)

    held_booking.refresh_from_db()
    assert held_booking.status == "confirmed"
    assert keyboard.presses <= 60


def test_a_call_is_shown_and_reported(due_call, desk):
    desk.open_path("/admin/")

    desk.press(f"form[action$='/board/calls/{due_call.pk}/'] button")
    assert "+81312345678" in desk.page.locator("main").inner_text()
    desk.press("form[action*='reached'] button")

    due_call.refresh_from_db()
    assert not due_call.is_open


def test_a_day_gets_its_slots(slots, desk):
    expert_id = slots[0].expert_id
    date = (timezone.now() + timedelta(days=20)).astimezone(TOKYO).date()
    desk.open_path(f"{DAYS}add/")

    desk.press("main form[method=post] [type=submit]")
    for name, value in {
        "date": date.isoformat(),
        "expert": str(expert_id),
        "first_at": "13:00",
        "count": "4",
        "minutes": "45",
        "pause": "15",
        "is_published": "on",
    }.items():
        put(desk.page, name, value)
    desk.press("main form[method=post] [type=submit]")

    day = ConsultationDay.objects.get(date=date)
    assert day.is_published
    assert Slot.objects.filter(day=day, expert=expert_id).count() == 4


def test_a_booking_is_made_for_somebody_on_the_telephone(slots, desk):
    desk.open_path(BY_PHONE)
    put(desk.page, "topic", "work")
    desk.press("[name=show_times]")
    answers = {"slot": str(slots[2].pk), "speaking_language": "ne", "reading_language": "ne"}
    for number in (INTERPRETER, CARE, MODE, CONTACT):
        answers |= TYPED[number]
    for name, value in (answers | {"nickname": "Maya"}).items():
        put(desk.page, name, value)
    desk.press(".actions button[type=submit]")
    desk.page.locator("[name=consent]").check()
    desk.press(".actions button[type=submit]")

    booking = Booking.objects.with_story().get()
    assert (booking.slot, booking.source) == (slots[2], "phone")
    assert booking.link_code in desk.page.locator("main").inner_text()
