"""What the letters and calls of the waiting list say, and when they are not sent after all."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from consultations.models import Slot, WaitingEntry
from consultations.services.bookings import cancel_booking
from consultations.services.waiting import (
    decline,
    leave,
    offer_free_slots,
    offer_slot,
    put_first,
    stand_by_for,
    take,
)
from consultations.tests.acts import BY_PHONE, book
from consultations.tests.factories import NOW, BookingFactory, SlotFactory
from consultations.tests.test_waiting import hoa, join, now_of
from notifications import registry
from notifications.letters import Call, Letter, Obsolete, Suppressed
from notifications.models import Notice
from notifications.services import send_due_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

IN_ENGLISH = {"reading_language": "en"}


def letter(kind, entry=None, now=NOW):
    notices = Notice.objects.filter(kind=kind)
    if entry:
        notices = notices.filter(subject_key__startswith=entry.key)
    return registry.compose(notices.latest("pk"), now)


def offered(**changes):
    entry, slot = join(**IN_ENGLISH | changes), SlotFactory()
    assert offer_slot(slot=slot, now=NOW) == entry
    return now_of(entry)


def test_joining_is_answered_at_once_with_the_link():
    entry = join(**IN_ENGLISH)

    written = letter("waiting_joined")

    assert written.to == "lan@example.org"
    assert written.text.startswith("You are on the waiting list.")
    assert f"/en/w/{entry.link_token}/" in written.text
    assert Notice.objects.get().due_at == NOW


def test_an_offer_names_the_time_and_until_when_it_is_kept():
    entry = offered()

    written = letter("waiting_offered")

    assert "A time is free. We keep it for you." in written.text
    assert "10:00" in written.text
    assert "Please answer before this time: Monday, April 1, 2030, 13:00" in written.text
    notice = Notice.objects.get(kind="waiting_offered")
    assert (notice.due_at, notice.expires_at) == (NOW, entry.claim_until)


def test_nobody_is_written_to_at_night():
    evening = NOW.replace(hour=22)
    join(now=evening, **IN_ENGLISH)
    offer_slot(slot=SlotFactory(), now=evening)

    assert Notice.objects.get(kind="waiting_offered").due_at == evening + timedelta(hours=10)


def test_a_discreet_letter_says_nothing_but_the_link():
    entry = offered(discretion="shared")

    written = letter("waiting_offered")

    assert written.subject == "Reminder"
    assert written.text.splitlines() == [
        "There is news for you. Please open this link to see it.",
        "",
        written.text.splitlines()[-1],
    ]
    assert written.text.endswith(f"/en/w/{entry.link_token}/")
    assert written.helper_text == ""


def test_who_is_reached_by_telephone_is_called_with_a_script():
    offered(**BY_PHONE)

    call = letter("waiting_offered")

    assert isinstance(call, Call)
    assert call.phone == "+819012345678"
    assert "10:00" in call.script
    # Their own act needs no call, and a lapsed offer none.
    assert not Notice.objects.exclude(kind="waiting_offered").exists()


def test_who_wants_no_message_gets_none():
    booking = BookingFactory(
        status="canceled",
        canceled_by="expert",
        case__primary_topic_id="work",
        case__resident__channel="none",
        case__resident__email="",
    )

    put_first(booking=booking, now=NOW)
    SlotFactory()
    offer_free_slots(now=NOW)

    assert WaitingEntry.objects.get().status == "offered"
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda entry: leave(entry_id=entry.pk, now=NOW), "status_changed"),
        (lambda entry: take(entry_id=entry.pk, now=NOW), "status_changed"),
        (lambda entry: decline(entry_id=entry.pk, now=NOW), "status_changed"),
        (lambda entry: offer_free_slots(now=entry.claim_until), "status_changed"),
        (
            lambda entry: (
                decline(entry_id=entry.pk, now=NOW),
                offer_slot(slot=SlotFactory(), now=NOW),
            ),
            "revision_changed",
        ),
    ],
)
def test_no_letter_tells_of_an_offer_that_is_over(act, reason):
    entry = offered()
    notice = Notice.objects.get(kind="waiting_offered")

    act(entry)

    assert registry.compose(notice, NOW) == Obsolete(reason)


def test_no_letter_goes_out_after_the_time_to_answer():
    entry = offered()

    assert letter("waiting_offered", now=entry.claim_until) == Obsolete("offer_lapsed")


def test_no_letter_goes_out_on_a_channel_that_is_no_longer_right():
    entry = offered()
    resident = entry.case.resident
    resident.change_contact(
        channel="phone", email="", phone="+819012345678", discretion="private", safe_hours=[]
    )

    assert letter("waiting_offered") == Suppressed("another_channel_is_safe")


def test_who_did_not_answer_reads_how_to_come_back():
    entry = offered()
    offer_free_slots(now=entry.claim_until)

    written = letter("waiting_lapsed", now=entry.claim_until)

    assert "With one button you can come back to it." in written.text
    assert f"/w/{entry.link_token}/" in written.text


def test_standing_by_is_told_once_for_each_time_and_not_when_it_is_over():
    slot, other = SlotFactory(), SlotFactory()
    book(slot, email="one@example.org")
    book(other, email="two@example.org")
    entry = join(**IN_ENGLISH)
    stand_by_for(slot=slot, now=NOW)

    written = letter("waiting_standby", entry)

    assert "A time may become free soon." in written.text
    now_of(entry).stand_by(other)
    assert letter("waiting_standby", entry) == Obsolete("another_time")


def let_down(**changes):
    booking = book(SlotFactory(), **IN_ENGLISH | changes)
    Slot.objects.get(pk=booking.slot_id).withdraw(at=NOW)
    cancel_booking(booking_id=booking.pk, canceled_by="expert", now=NOW)
    booking.refresh_from_db()
    return booking


def test_who_was_let_down_reads_one_letter_with_the_old_and_the_new_time():
    booking = let_down()
    SlotFactory(starts_at=NOW + timedelta(days=8))
    entry = put_first(booking=booking, now=NOW)

    written = letter("waiting_first")

    assert "We are sorry. Your appointment cannot take place:" in written.text
    assert "April 8, 2030" in written.text
    assert "April 9, 2030" in written.text
    assert not Notice.objects.filter(kind="waiting_offered", subject_key=entry.key).exists()


def test_who_was_let_down_reads_that_they_are_first_in_line():
    put_first(booking=let_down(), now=NOW)

    assert "You are first in line." in letter("waiting_first").text


@pytest.mark.parametrize("channel", [{}, BY_PHONE])
def test_a_time_that_comes_before_the_bad_news_brings_both(channel):
    entry = put_first(booking=let_down(**channel), now=NOW)
    slot = SlotFactory(starts_at=NOW + timedelta(days=8))
    offer_slot(slot=slot, now=NOW)

    [told] = [
        notice
        for notice in Notice.objects.filter(subject_key=entry.key)
        if not isinstance(registry.compose(notice, NOW), Obsolete)
    ]

    assert (told.kind, told.revision) == ("waiting_first", 1)


def test_a_time_that_comes_after_the_bad_news_is_an_offer_like_any_other():
    entry = put_first(booking=let_down(), now=NOW)
    send_due_notices(NOW)
    offer_slot(slot=SlotFactory(starts_at=NOW + timedelta(days=8)), now=NOW)

    assert letter("waiting_offered", entry).text.startswith("A time is free.")


def test_who_was_let_down_and_never_called_is_still_called_when_the_offer_is_over():
    SlotFactory(starts_at=NOW + timedelta(days=8))
    booking = let_down(**BY_PHONE)
    entry = put_first(booking=booking, now=NOW)
    later = now_of(entry).claim_until
    offer_free_slots(now=later)

    call = Notice.objects.get(subject_key=entry.key, kind="waiting_first")

    assert now_of(entry).status == "waiting"
    assert not call.has_expired(later)
    assert isinstance(registry.compose(call, later), Call)


def test_letters_of_many_entries_are_read_in_one_query(django_assert_num_queries):
    join(), hoa()
    notices = list(Notice.objects.order_by("pk"))

    with django_assert_num_queries(1):
        registry.load_subjects(notices)
        letters = [registry.compose(notice, NOW) for notice in notices]

    assert all(isinstance(each, Letter) for each in letters)


def test_what_is_due_by_the_clock_happens_when_letters_are_sent(mailoutbox):
    entry = offered()
    WaitingEntry.objects.filter(pk=entry.pk).update(claim_until=NOW.replace(year=2020))
    Notice.objects.update(expires_at=NOW.replace(year=2020))

    call_command("send_due_notices")

    assert now_of(entry).status == "expired"
