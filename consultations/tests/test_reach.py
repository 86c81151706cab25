"""Who is reached how: nobody who wants no message, and people abroad in their own day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import Case, Resident
from consultations import letters, notices
from consultations.calls import call_brief
from consultations.models import Booking, Slot
from consultations.reminders import reminder_times, waking_moment_before
from consultations.services.bookings import (
    cancel_booking,
    confirm_booking,
    hold_booking_again,
    move_booking,
)
from consultations.services.contacts import change_contact
from consultations.tests.acts import BY_PHONE, WITH_INTERPRETER, book
from consultations.tests.factories import NOW, BookingFactory, SlotFactory
from languages.formatting import format_period, format_period_abroad
from languages.zones import zones_for_choice
from notifications import registry
from notifications.letters import Suppressed
from notifications.models import Notice
from notifications.services import send_due_notices

pytestmark = pytest.mark.usefixtures("reference_data")

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NOTHING = {"channel": "none", "email": "", "reminders": "none"}
LONDON = "Europe/London"
ZONES = [zone for zone, _name in zones_for_choice("en")]
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + minutes * MINUTE)


def to_resident():
    return Notice.objects.filter(recipient_key__startswith="resident:")


# NO MESSAGE AND NO CALL


def test_who_wants_no_message_gets_none_whatever_happens():
    booking = book(SlotFactory(), **NOTHING | WITH_INTERPRETER)
    user = UserFactory(role=roles.COORDINATOR)
    act = {"booking_id": booking.pk, "now": NOW}

    confirm_booking(confirmed_by=user, **act)
    hold_booking_again(held_by=user, **act)
    move_booking(slot_id=SlotFactory().pk, actor_role="coordinator", **act)
    cancel_booking(canceled_by="coordinator", **act)

    assert list(to_resident()) == []


def test_who_wants_no_message_has_an_expert_who_is_told():
    book(SlotFactory(), **NOTHING)

    assert Notice.objects.filter(kind="expert_booked").count() == 1


def test_what_was_planned_before_is_not_sent_any_more(mailoutbox):
    booking = book(SlotFactory())
    Resident.objects.update(channel="none", email="", email_digest="")

    send_due_notices(booking.slot.starts_at - MINUTE)

    assert [letter.to for letter in mailoutbox if "lan@example.org" in letter.to] == []
    assert set(to_resident().values_list("state", flat=True)) <= {"suppressed", "obsolete"}


@pytest.mark.parametrize("changes", [{}, BY_PHONE, WITH_INTERPRETER], ids=["mail", "call", "held"])
def test_who_changes_to_no_message_hears_nothing_more(changes, mailoutbox):
    booking = book(SlotFactory(), **changes)
    nothing = {"channel": "none", "email": "", "discretion": "unsure", "safe_hours": []}
    phone = {"phone": changes.get("phone", "")}

    change_contact(booking_id=booking.pk, now=NOW + MINUTE, **nothing | phone)
    for hours in range(1, 30 * 24, 12):
        send_due_notices(NOW + hours * HOUR)

    assert [letter.to for letter in mailoutbox if "lan@example.org" in letter.to] == []
    assert not to_resident().filter(state="sent").exists()
    booking = Booking.objects.with_story().get()
    assert [call_brief(notice, booking, now=NOW + HOUR) for notice in to_resident()] == [
        None for _notice in to_resident()
    ]


def test_a_call_that_was_planned_before_is_not_asked_for_any_more():
    booking = book(SlotFactory(), **BY_PHONE)
    notice = Notice.objects.get(kind="reminder_day_before")
    assert call_brief(notice, booking, now=NOW)
    Resident.objects.update(channel="none")
    booking = Booking.objects.with_story().get()

    assert call_brief(notice, booking, now=NOW) is None
    assert registry.compose(notice, NOW) == Suppressed("another_channel_is_safe")


# ABROAD


def test_a_letter_tells_both_times_and_so_does_the_call_for_the_interpreter():
    slot = SlotFactory()
    booking = book(slot, time_zone=LONDON, second_language="")
    period = slot.starts_at, slot.ends_at

    letter = registry.compose(Notice.objects.get(kind="booking_confirmed"), NOW)

    for text, language in ((letter.text, "vi"), (letter.helper_text, "ja")):
        here = format_period(*period, language)
        there = format_period_abroad(*period, language, LONDON)
        assert f"{here}\n{there}" in text
    with override("ja"):
        assert format_period_abroad(*period, "ja", LONDON) in letters.when(booking, "ja")


def test_a_confirmation_waits_for_the_morning_of_the_person_abroad():
    booking = BookingFactory(case__resident__time_zone=LONDON)
    night = datetime(2030, 4, 2, 3, tzinfo=ZoneInfo(LONDON))

    letters_planned = letters_at(booking, now=night)

    assert letters_planned == [datetime(2030, 4, 2, 8, tzinfo=ZoneInfo(LONDON))]


def test_a_letter_that_could_only_come_after_the_start_goes_at_once():
    booking = BookingFactory(case__resident__time_zone=LONDON)
    slot = booking.slot
    slot.starts_at = datetime(2030, 4, 2, 7, tzinfo=ZoneInfo(LONDON))
    night = datetime(2030, 4, 2, 3, tzinfo=ZoneInfo(LONDON))

    assert letters_at(booking, now=night) == [night]


def letters_at(booking, *, now):
    notices.booking_confirmed(booking, now=now)
    return list(to_resident().values_list("due_at", flat=True))


@given(
    starts_at=MOMENTS,
    ahead=st.timedeltas(MINUTE, timedelta(days=60)),
    zone=st.sampled_from(ZONES),
)
def test_reminders_come_in_the_persons_waking_hours_and_before_the_start(starts_at, ahead, zone):
    booked_at = starts_at - ahead

    times = reminder_times(starts_at, booked_at=booked_at, zone=zone)

    for due_at in times.values():
        assert booked_at + HOUR <= due_at < starts_at
        assert 8 <= due_at.astimezone(ZoneInfo(zone)).hour < 21


@given(
    starts_at=MOMENTS, ahead=st.timedeltas(MINUTE, timedelta(days=9)), zone=st.sampled_from(ZONES)
)
def test_no_letter_is_due_after_the_start(starts_at, ahead, zone):
    moment = starts_at - ahead

    due_at = waking_moment_before(starts_at, moment, zone)

    assert moment <= due_at < starts_at
    assert due_at == moment or due_at.astimezone(ZoneInfo(zone)).hour == 8


def test_the_letter_of_a_booking_that_was_never_saved_names_no_place():
    slot = Slot(starts_at=NOW, ends_at=NOW + HOUR)
    booking = Booking(slot=slot, case=Case(resident=Resident()))

    assert letters.when(booking, "en") == format_period(NOW, NOW + HOUR, "en")
