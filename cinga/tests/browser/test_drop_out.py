"""A lawyer is ill on the morning of a day with four bookings in four languages. A coordinator
at a phone takes the day back; three letters and one call; a resident takes the new time.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cinga.tests.browser.journey import put
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking, WaitingEntry
from consultations.tests.acts import BY_PHONE, book
from consultations.tests.factories import (
    TOKYO,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
)
from interface.references import spoken
from languages.formatting import format_period
from notifications.models import Notice
from notifications.services import send_due_notices
from notifications.waking_hours import next_waking_moment

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
HOUR = timedelta(hours=1)
# Who speaks Nepali comes first, in little more than an hour, and is reached by telephone.
LANGUAGES = ["ne", "vi", "my", "ur"]


@pytest.fixture
def lawyer():
    return ExpertFactory(name="Ill Today")


@pytest.fixture
def bookings(lawyer):
    """Booked five days ago, for the hours to come."""
    now = timezone.now()
    first = now + timedelta(minutes=70)
    day = ConsultationDayFactory(
        date=first.astimezone(TOKYO).date(), booking_closes_at=now + 24 * HOUR
    )
    return [
        book(
            SlotFactory(day=day, expert=lawyer, starts_at=first + number * HOUR),
            now=now - timedelta(days=5),
            **{"email": f"{code}@example.org"} | (BY_PHONE if code == "ne" else {}),
            speaking_language=code,
            reading_language=code,
        )
        for number, code in enumerate(LANGUAGES)
    ]


def words(here):
    return here.page.locator("main").inner_text()


def typed(moment):
    return moment.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")


def test_a_lawyer_is_ill_in_the_morning(slots, lawyer, bookings, desk, journey, mailoutbox):
    Notice.objects.all().delete()
    mailoutbox.clear()
    now = timezone.now()

    # From the board: who, from when until when; then everybody affected.
    desk.press("main a[href$='/cannot-come/']")
    put(desk.page, "expert", str(lawyer.pk))
    put(desk.page, "starts", typed(now))
    put(desk.page, "ends", typed(now + 12 * HOUR))
    desk.press("main form[method=get] button")
    preview = words(desk)
    for booking, new_slot in zip(bookings, slots, strict=True):
        assert spoken(booking.case.reference) in preview
        assert format_period(booking.slot.starts_at, booking.slot.ends_at, "en") in preview
        assert format_period(new_slot.starts_at, new_slot.ends_at, "en") in preview
    assert "Letters: 3. Calls to make: 1." in preview
    assert Booking.objects.open().count() == 4

    # One button; what is left is one call, and it is on the board at once.
    desk.press("main form:has([name=seen]) button")
    done = words(desk)
    assert done.count("To be called.") == 1
    assert done.count("New time kept:") == 4
    assert not Booking.objects.open().exists()
    desk.open_path("/admin/")
    [call] = Notice.objects.filter(channel="call")
    desk.press(f"form[action$='/board/calls/{call.pk}/'] button")
    assert BY_PHONE["phone"] in words(desk)

    # Three letters in three languages, each with the time that is kept.
    send_due_notices(next_waking_moment(now + timedelta(minutes=5)))
    letters = {mail.to[0].partition("@")[0]: mail.body for mail in mailoutbox}
    assert len(mailoutbox) == 3
    assert set(letters) == {"vi", "my", "ur"}
    for code, new_slot in zip(LANGUAGES[1:], slots[1:], strict=True):
        assert format_period(new_slot.starts_at, new_slot.ends_at, code) in letters[code]

    # On another phone: the link, the code they have, one button.
    link = re.search(r"https?://[^/\s]+(/vi/w/\S+)", letters["vi"])[1]
    resident = journey("vi", check_fit, javascript=False, viewport=PHONE)
    resident.open_path(link)
    resident.show(bookings[1].link_code)
    resident.press("main form[action$='/take/'] button")

    taken = WaitingEntry.objects.get(replaces=bookings[1]).booking
    assert (taken.slot, taken.status, taken.case_id) == (
        slots[1],
        "confirmed",
        bookings[1].case_id,
    )
    assert format_period(slots[1].starts_at, slots[1].ends_at, "vi") in words(resident)
