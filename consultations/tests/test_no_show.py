"""A session that did not take place: by whose side, and what the resident gets for it."""

from datetime import datetime, timedelta

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from cases.models import CaseEvent
from consultations.calls import call_brief
from consultations.choices import NoShowParty
from consultations.missed_notices import MISSED
from consultations.models import Booking, TransitionNotAllowed, WaitingEntry
from consultations.services.bookings import BookingNotOpen, record_no_show
from consultations.services.erasure import erase_resident
from consultations.tests.acts import BY_PHONE, book, every_row
from consultations.tests.factories import TOKYO, BookingFactory, SlotFactory
from consultations.waiting_notices import FIRST
from notifications import registry
from notifications.letters import Call, Obsolete, Suppressed
from notifications.models import Notice

pytestmark = pytest.mark.usefixtures("reference_data")

MINUTE = timedelta(minutes=1)
OUR_SIDE = [party for party in NoShowParty if party != NoShowParty.CLIENT]


def miss(booking, party, minutes=15):
    return record_no_show(
        booking_id=booking.pk,
        party=party,
        recorded_by=UserFactory(role=roles.COORDINATOR),
        now=booking.slot.starts_at + minutes * MINUTE,
    )


@pytest.mark.parametrize("party", NoShowParty)
def test_nobody_is_missed_before_a_quarter_of_an_hour(party):
    booking = book(SlotFactory())
    before = every_row()

    with pytest.raises(BookingNotOpen):
        miss(booking, party, minutes=14)

    assert every_row() == before
    assert miss(booking, party).no_show_party == party


@pytest.mark.parametrize("party", OUR_SIDE)
def test_whom_our_side_let_down_is_first_in_line_and_told_so(party):
    booking = book(SlotFactory())
    free = SlotFactory(starts_at=booking.slot.starts_at + timedelta(days=3))

    miss(booking, party)

    [entry] = WaitingEntry.objects.all()
    assert (entry.replaces, entry.is_first, entry.slot) == (booking, True, free)
    kinds = Notice.objects.filter(recipient_key=booking.case.resident.key)
    assert kinds.filter(kind=FIRST).count() == 1
    assert not kinds.filter(kind=MISSED).exists()


@pytest.mark.parametrize("party", NoShowParty)
def test_for_who_has_had_everything_deleted_no_time_is_kept(party):
    booking = book(SlotFactory())
    free = SlotFactory(starts_at=booking.slot.starts_at + timedelta(days=3))
    erase_resident(
        resident_id=booking.case.resident_id,
        actor_role="resident",
        now=booking.slot.starts_at + MINUTE,
    )

    miss(booking, party)

    free.refresh_from_db()
    assert free.held_until is None
    assert not WaitingEntry.objects.exists()
    assert not Notice.objects.open().filter(recipient_key=booking.case.resident.key).exists()


def test_a_resident_who_did_not_come_is_told_kindly_and_is_not_put_first():
    booking = book(SlotFactory(), reading_language="en")

    miss(booking, NoShowParty.CLIENT)

    [notice] = Notice.objects.filter(kind=MISSED)
    text = registry.compose(notice, notice.due_at).text
    assert "You can book another time. It is free." in text
    assert not WaitingEntry.objects.exists()


def test_a_discreet_letter_says_nothing():
    booking = book(SlotFactory(), reading_language="en", discretion="shared")

    miss(booking, NoShowParty.CLIENT)

    letter = registry.compose(Notice.objects.get(kind=MISSED), booking.slot.ends_at)
    assert letter.subject == "Reminder"
    for word in ("meet", "book", "2030"):
        assert word not in letter.text.replace("/l/", "").split("http")[0]


def test_who_is_reached_by_telephone_is_called():
    booking = book(SlotFactory(), **BY_PHONE)

    miss(booking, NoShowParty.CLIENT)

    notice = Notice.objects.get(kind=MISSED)
    booking = Booking.objects.with_story().get()
    call = registry.compose(notice, notice.due_at)
    assert isinstance(call, Call)
    assert call_brief(notice, booking, now=notice.due_at).script == call.script.splitlines()


def test_who_wants_no_message_gets_none():
    booking = book(SlotFactory())
    resident = booking.case.resident
    miss(booking, NoShowParty.CLIENT)
    notice = Notice.objects.get(kind=MISSED)
    resident.channel = "none"
    resident.save(update_fields=["channel"])

    composed = registry.compose(notice, notice.due_at)

    assert composed == Suppressed("another_channel_is_safe")
    other = BookingFactory(case__resident__channel="none", case__primary_topic_id="work")
    miss(other, NoShowParty.CLIENT)
    assert Notice.objects.filter(kind=MISSED).count() == 1


def test_a_letter_about_something_else_is_never_sent():
    booking = book(SlotFactory())
    miss(booking, NoShowParty.CLIENT)
    notice = Notice.objects.get(kind=MISSED)
    Booking.objects.update(no_show_party="expert")

    assert registry.compose(notice, notice.due_at) == Obsolete("somebody_else_failed")


def test_it_is_said_once():
    booking = book(SlotFactory())
    miss(booking, NoShowParty.EXPERT)
    before = every_row()

    with pytest.raises(TransitionNotAllowed):
        miss(booking, NoShowParty.CLIENT)

    assert every_row() == before


def test_a_coordinator_says_in_words_that_it_is_sure():
    client = signed_in(roles.COORDINATOR)
    booking = BookingFactory(
        slot__starts_at=datetime(2026, 4, 6, 10, tzinfo=TOKYO), case__primary_topic_id="work"
    )
    address = f"/admin/consultations/booking/{booking.pk}/act/no-show/"

    unsure = client.post(address, {"seen": "", "party": "expert"})
    assert unsure.status_code == 422
    assert "This cannot be changed later." in unsure.content.decode()
    assert not CaseEvent.objects.exists()
    client.post(address, {"seen": "", "party": "expert", "is_sure": "on"})

    booking.refresh_from_db()
    assert (booking.status, booking.no_show_party) == ("no_show", "expert")
    assert WaitingEntry.objects.get().replaces == booking
