"""The waiting list from full to taken: Urdu on a phone, another phone for the letter."""

import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from cinga.tests.browser.journey import SEND
from consultations.models import Booking, Slot, WaitingEntry
from consultations.services.bookings import cancel_booking
from consultations.steps import TIME
from consultations.tests.factories import BookingFactory
from notifications import doorbell
from notifications.models import Notice

pytestmark = pytest.mark.browser

AT_HOME = {"width": 360, "height": 740}
TELL_ME = "main a[href$='/b/wait/']"


@pytest.fixture(autouse=True)
def silent_doorbell(monkeypatch):
    """Letters go out when the test sends them."""
    monkeypatch.setattr(doorbell, "publish", lambda: None)


@pytest.fixture
def booked(slots):
    """All four times are taken."""
    return [BookingFactory(slot=slot) for slot in slots]


def join(here, email):
    """Through all questions to a place on the list."""
    here.begin().answer(email=email)
    assert here.at() == TIME
    here.press(TELL_ME)
    assert email in here.page.locator("main").inner_text()
    here.page.locator("[name=consent]").check()
    here.send()
    return WaitingEntry.objects.with_story().get(draft_key=here.draft_key)


def send_letters(mailoutbox):
    before = len(mailoutbox)
    call_command("send_due_notices")
    return mailoutbox[before:]


@pytest.mark.parametrize(
    ("language", "javascript"),
    [
        pytest.param("ur", False, marks=pytest.mark.only_on("sqlite3"), id="ur-plain"),
        pytest.param("my", True, id="my"),
    ],
)
def test_the_waiting_list_from_full_to_taken(
    booked, journey, assert_accessible, mailoutbox, settings, language, javascript
):
    # Whatever the hour on the wall is, everybody is awake.
    settings.CLAIM_WINDOW = settings.CLAIM_WINDOW_FIRST
    look = assert_accessible if javascript else lambda page: None
    here = journey(language, look, javascript=javascript, viewport=AT_HOME)
    entry = join(here, "lan@example.org")
    code = here.page.locator(".reference").nth(1).inner_text()
    assert code == entry.link_code
    second = join(journey(language, viewport=AT_HOME), "hoa@example.org")
    assert {letter.to[0] for letter in send_letters(mailoutbox)} == {
        "lan@example.org",
        "hoa@example.org",
    }

    cancel_booking(booking_id=booked[2].pk, canceled_by="resident", now=timezone.now())

    entry.refresh_from_db()
    assert entry.slot == booked[2].slot
    [letter] = [
        letter for letter in at_daytime(mailoutbox) if f"/w/{entry.link_token}/" in letter.body
    ]
    assert letter.to == ["lan@example.org"]
    link = re.search(r"https?://\S+", letter.body)[0]
    elsewhere = journey(language, look, javascript=javascript, viewport=AT_HOME)
    elsewhere.page.goto(link)
    elsewhere.look(elsewhere.page)
    assert str(entry.case) not in elsewhere.page.content()
    elsewhere.show(code)
    elsewhere.press("form[action$='/take/'] button")

    booking = Booking.objects.get(case=entry.case)
    assert elsewhere.page.url.endswith(f"/l/{booking.link_token}/")
    assert str(booking.case) in elsewhere.page.locator("main").inner_text()
    assert (booking.slot, booking.source) == (booked[2].slot, "waiting")
    # Nobody else was told, and nothing is kept from them any more.
    second.refresh_from_db()
    assert second.status == "waiting"
    assert "hoa@example.org" not in [letter.to[0] for letter in mailoutbox[2:]]
    assert Slot.objects.get(pk=booked[2].slot_id).held_until is None


def at_daytime(mailoutbox):
    """What is sent when everybody is awake again."""
    now = timezone.now()
    Notice.objects.filter(next_look_at__gt=now, kind="waiting_offered").update(
        due_at=now, next_look_at=now
    )
    return send_letters(mailoutbox)


@pytest.mark.only_on("sqlite3")
def test_who_says_no_stays_and_leaves_with_one_tap(booked, journey, assert_accessible):
    here = journey("en", assert_accessible, viewport=AT_HOME)
    entry = join(here, "lan@example.org")
    cancel_booking(booking_id=booked[0].pk, canceled_by="resident", now=timezone.now())
    here.press(f"main a[href$='/w/{entry.link_token}/']")
    here.show()

    here.press("form[action$='/decline/'] button")
    here.press("main form[action$='/leave/'] button")

    entry.refresh_from_db()
    assert entry.status == "left"
    assert here.page.locator(SEND).count() == 1
