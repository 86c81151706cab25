"""The waiting list: whose turn it is, how long a time is kept, and how it ends."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import Case, CaseEvent, Resident
from cases.services import CaseHasOpenWork, close_case
from consultations.choices import BookingStatus, ConsentGiven
from consultations.models import Booking, Draft, Slot, TransitionNotAllowed, WaitingEntry
from consultations.services import waiting_desk
from consultations.services.bookings import cancel_booking
from consultations.services.calls import report_call
from consultations.services.drafts import DraftGone, SlotTaken, hold_slot
from consultations.services.making import AnswersMissing, book_by_phone
from consultations.services.waiting import (
    CannotBeTold,
    OfferLapsed,
    come_back,
    decline,
    join_from_draft,
    leave,
    offer_day,
    offer_free_slots,
    offer_slot,
    put_first,
    stand_by_for,
    take,
    withdraw_offer,
)
from consultations.tests.acts import BY_PHONE, WITH_INTERPRETER, begin_draft, book, complete_answers
from consultations.tests.factories import NOW, SlotFactory
from notifications.models import Notice
from privacy.networks import TooManyAttempts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

TOKYO = ZoneInfo("Asia/Tokyo")


def join(name="Lan", *, now=NOW, **changes):
    address = {"email": f"{name.lower()}@example.org", "nickname": name}
    draft = begin_draft(now=now, **address | changes)
    return join_from_draft(key=draft.key, consent_language="vi", network="", now=now)


def hoa(**changes):
    return join("Hoa", now=NOW + timedelta(minutes=1), **changes)


def now_of(entry):
    return WaitingEntry.objects.with_story().get(pk=entry.pk)


def events(entry):
    rows = CaseEvent.objects.filter(case=entry.case_id).order_by("pk")
    return [row.verb.removeprefix("consultations.") for row in rows]


# GETTING ON THE LIST


def test_joining_makes_a_person_a_case_and_an_entry_of_the_draft():
    entry = join(message="My boss keeps my passport.")

    assert entry.status == "waiting"
    assert entry.case.resident.nickname == "Lan"
    assert entry.case.primary_topic_id == "work"
    assert entry.answers["answers"]["message"] == "My boss keeps my passport."
    assert entry.answers["origin"]["consent_language"] == "vi"
    assert not Draft.objects.exists()
    assert events(entry) == ["waiting_joined"]


def test_the_same_draft_sent_again_is_the_same_entry():
    draft = begin_draft()
    first, second = [
        join_from_draft(key=draft.key, consent_language="vi", network="", now=NOW)
        for _each in range(2)
    ]

    assert first == second
    assert Case.objects.count() == 1


def test_a_draft_that_is_gone_or_incomplete_or_can_be_told_nothing_joins_nobody():
    with pytest.raises(DraftGone):
        join_from_draft(key=uuid4(), consent_language="vi", network="", now=NOW)
    with pytest.raises(AnswersMissing):
        join(email="")
    with pytest.raises(CannotBeTold):
        join(channel="none", email="")
    assert Draft.objects.count() == 2
    assert not WaitingEntry.objects.exists()
    assert not Resident.objects.exists()


def test_joining_again_with_the_same_address_looks_the_same_and_is_offered_nothing():
    first = join()
    again = join(now=NOW + timedelta(minutes=1))

    assert again.pk != first.pk
    assert again.status == first.status == "waiting"
    assert events(again) == events(first)
    assert Notice.objects.filter(kind="waiting_joined").count() == 2
    assert offer_slot(slot=SlotFactory(), now=NOW) == first
    assert offer_slot(slot=SlotFactory(), now=NOW) is None


def test_the_second_entry_counts_when_the_first_has_left_and_ends_when_it_is_taken():
    first, again = join(), join(now=NOW + timedelta(minutes=1))
    leave(entry_id=first.pk, now=NOW)
    assert offer_slot(slot=SlotFactory(), now=NOW) == again

    mai, mai_again = join("Mai"), join("Mai")
    assert offer_slot(slot=SlotFactory(), now=NOW) == mai
    take(entry_id=mai.pk, now=NOW)
    assert now_of(mai_again).status == "left"


def test_an_address_joins_three_times_an_hour_at_the_most():
    for _each in range(3):
        join()
    with pytest.raises(TooManyAttempts):
        join()
    join("Hoa")


def test_the_database_keeps_one_entry_for_a_contact():
    first, other = join(), join("Hoa")
    with pytest.raises(IntegrityError):
        WaitingEntry.objects.filter(pk=other.pk).update(contact_digest=first.contact_digest)


def test_a_time_that_was_free_when_they_joined_is_not_offered_to_them():
    slot = SlotFactory()
    entry = join()

    assert offer_slot(slot=slot, now=NOW) is None
    assert offer_slot(slot=SlotFactory(), now=NOW) == entry


# WHOSE TURN IT IS


def test_the_free_time_goes_to_who_came_first_and_is_kept_from_everybody_else():
    first, second = join(), hoa()
    slot = SlotFactory()

    assert offer_slot(slot=slot, now=NOW) == first

    entry = now_of(first)
    slot.refresh_from_db()
    assert (entry.status, entry.slot, entry.revision) == ("offered", slot, 1)
    assert slot.held_until == entry.claim_until
    assert slot.held_by_draft_id is None
    assert now_of(second).status == "waiting"
    assert events(entry) == ["waiting_joined", "waiting_offered"]
    with pytest.raises(SlotTaken):
        hold_slot(key=begin_draft().key, slot_id=slot.pk, now=NOW)
    with pytest.raises(SlotTaken):
        book_by_phone(
            answers=complete_answers(),
            slot_id=slot.pk,
            booked_by=UserFactory(role=roles.COORDINATOR),
            now=NOW,
        )


def test_a_time_is_offered_once():
    join()
    hoa()
    slot = SlotFactory()

    assert offer_slot(slot=slot, now=NOW)
    assert offer_slot(slot=slot, now=NOW) is None


def test_who_was_let_down_comes_before_who_came_earlier():
    join()
    second = hoa()
    waiting_desk.move_to_front(
        entry_id=second.pk, moved_by=UserFactory(role=roles.COORDINATOR), now=NOW
    )

    assert offer_slot(slot=SlotFactory(), now=NOW) == second


@pytest.mark.parametrize(
    "changes",
    [
        {"expert__kind": "psychiatrist"},
        {"expert__is_active": False},
        {"withdrawn_at": NOW},
        {"held_until": NOW + timedelta(minutes=5)},
        {"starts_at": NOW + timedelta(hours=2)},
        {"day__is_published": False},
        {"day__booking_opens_at": NOW + timedelta(hours=1)},
    ],
)
def test_a_time_that_is_not_free_is_offered_to_nobody(changes):
    join()

    assert offer_slot(slot=SlotFactory(**changes), now=NOW) is None


def test_a_booked_time_is_offered_to_nobody():
    slot = SlotFactory()
    book(slot, email="other@example.org")
    join()
    Slot.objects.filter(pk=slot.pk).forget_holds()

    assert offer_slot(slot=slot, now=NOW) is None


# HOW LONG IT IS KEPT


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        # Three hours, in the daytime.
        ((1, 10), "", (1, 13)),
        # What is left of the evening counts, the night does not.
        ((1, 20), "", (2, 10)),
        # At night the three hours begin in the morning.
        ((1, 23), "", (2, 11)),
        # Ten in the morning in Tokyo is three at night in Berlin.
        ((1, 10), "Europe/Berlin", (1, 18)),
    ],
)
def test_a_time_is_kept_while_the_person_is_awake(at, zone, until):
    day, hour = at
    now = datetime(2030, 4, day, hour, tzinfo=TOKYO)
    entry = join(now=now, time_zone=zone)

    offer_slot(slot=SlotFactory(), now=now)

    assert now_of(entry).claim_until == datetime(2030, 4, until[0], until[1], tzinfo=TOKYO)


def test_who_comes_first_has_a_day():
    entry = join()
    entry.go_first()

    offer_slot(slot=SlotFactory(), now=NOW)

    assert now_of(entry).claim_until == NOW + timedelta(days=1)


def test_it_is_never_kept_later_than_two_hours_before_the_start():
    entry = join()
    slot = SlotFactory(
        starts_at=NOW + timedelta(hours=4), day__booking_closes_at=NOW + timedelta(hours=3)
    )

    offer_slot(slot=slot, now=NOW)

    assert now_of(entry).claim_until == NOW + timedelta(hours=2)


def test_who_would_have_no_time_to_answer_is_passed_over_for_who_is_awake():
    evening = NOW.replace(hour=22)
    asleep, awake = join(now=evening), join("Hoa", now=evening, time_zone="America/New_York")
    early = SlotFactory(starts_at=(NOW + timedelta(days=1)).replace(hour=10))

    assert offer_slot(slot=early, now=evening) == awake
    assert now_of(asleep).status == "waiting"


# TAKING


def offered(**changes):
    entry, slot = join(**changes), SlotFactory()
    assert offer_slot(slot=slot, now=NOW) == entry
    return now_of(entry), slot


def test_taking_books_the_time_for_the_same_case():
    entry, slot = offered()

    booking = take(entry_id=entry.pk, now=NOW + timedelta(hours=1))

    assert (booking.slot, booking.case, booking.status) == (slot, entry.case, "confirmed")
    assert (booking.source, booking.consent_language) == ("waiting", "vi")
    assert booking.message == "My boss keeps my passport."
    assert booking.contact_digest
    slot.refresh_from_db()
    assert slot.held_until is None
    entry = now_of(entry)
    assert (entry.status, entry.booking) == ("taken", booking)
    assert Case.objects.count() == Resident.objects.count() == 1
    assert events(entry)[-2:] == ["booking_made", "waiting_taken"]


def test_who_has_taken_a_time_is_offered_no_other_however_often_they_joined():
    entries = [join(email="lan@example.org") for _time in range(3)]
    offer_slot(slot=SlotFactory(), now=NOW)

    take(entry_id=entries[0].pk, now=NOW)
    other = SlotFactory(starts_at=NOW + timedelta(days=9))

    assert offer_slot(slot=other, now=NOW) is None
    assert [now_of(entry).status for entry in entries] == ["taken", "left", "left"]


def test_taking_twice_is_taking_once():
    entry, _slot = offered()

    assert take(entry_id=entry.pk, now=NOW) == take(entry_id=entry.pk, now=NOW)
    assert Booking.objects.count() == 1


def test_whoever_wished_for_an_interpreter_gets_a_held_booking():
    entry, _slot = offered(**WITH_INTERPRETER)

    assert take(entry_id=entry.pk, now=NOW).status == BookingStatus.HELD


def test_nothing_is_taken_after_the_offer_has_lapsed():
    entry, slot = offered()
    with pytest.raises(OfferLapsed):
        take(entry_id=entry.pk, now=entry.claim_until)
    slot.withdraw(at=NOW)
    with pytest.raises(OfferLapsed):
        take(entry_id=entry.pk, now=NOW)
    assert not Booking.objects.exists()


def test_another_booking_with_the_same_address_does_not_stand_in_the_way():
    entry, _slot = offered()
    book(SlotFactory(), email="lan@example.org")

    assert take(entry_id=entry.pk, now=NOW).contact_digest == ""


def test_a_helpers_word_stays_with_the_booking():
    entry, _slot = offered(for_whom="other")

    booking = take(entry_id=entry.pk, now=NOW)

    assert (booking.for_whom, booking.consent_given) == ("other", ConsentGiven.ORAL)


# NOT THIS TIME


def test_declining_keeps_the_place_and_passes_the_time_on():
    entry, slot = offered()
    second = hoa()

    decline(entry_id=entry.pk, now=NOW)

    assert now_of(entry).status == "waiting"
    assert now_of(second).slot == slot
    decline(entry_id=second.pk, now=NOW)
    slot.refresh_from_db()
    assert slot.held_until is None
    assert offer_slot(slot=slot, now=NOW) is None
    # The next time is theirs again.
    assert offer_slot(slot=SlotFactory(), now=NOW) == entry
    assert now_of(entry).revision == 2


def test_declining_what_is_no_offer_changes_nothing():
    entry = join()

    decline(entry_id=entry.pk, now=NOW)

    assert events(entry) == ["waiting_joined"]


# LEAVING AND COMING BACK


def test_leaving_passes_the_offer_on():
    entry, slot = offered()
    second = hoa()

    leave(entry_id=entry.pk, now=NOW)
    leave(entry_id=entry.pk, now=NOW)

    assert now_of(entry).status == "left"
    assert now_of(second).slot == slot
    assert events(entry).count("waiting_left") == 1


def test_an_offer_that_lapses_goes_to_the_next_person_at_once():
    entry, slot = offered()
    second = hoa()
    late = entry.claim_until

    offer_free_slots(now=late)

    assert now_of(entry).status == "expired"
    assert now_of(second).slot == slot
    assert Notice.objects.filter(kind="waiting_lapsed", subject_key=entry.key).exists()
    assert Notice.objects.filter(kind="waiting_offered", subject_key=second.key).exists()


def test_coming_back_leads_to_the_same_place():
    entry, _slot = offered()
    late = entry.claim_until
    offer_free_slots(now=late)
    hoa()

    come_back(entry_id=entry.pk, now=late)

    assert now_of(entry).status == "waiting"
    assert now_of(entry).joined_at == NOW
    assert offer_slot(slot=SlotFactory(), now=late) == entry


def test_coming_back_after_joining_anew_stands_behind_the_newer_entry():
    entry, _slot = offered()
    offer_free_slots(now=entry.claim_until)
    newer = join(now=entry.claim_until)

    come_back(entry_id=entry.pk, now=entry.claim_until)

    assert now_of(entry).same_as == newer
    assert offer_slot(slot=SlotFactory(), now=entry.claim_until) == newer


def test_who_left_does_not_come_back():
    entry = join()
    leave(entry_id=entry.pk, now=NOW)
    with pytest.raises(TransitionNotAllowed):
        come_back(entry_id=entry.pk, now=NOW)


def test_a_promised_call_that_nobody_made_costs_nobody_the_place():
    entry, _slot = offered(**BY_PHONE)

    offer_free_slots(now=entry.claim_until)

    assert now_of(entry).status == "waiting"


def test_a_call_that_was_not_answered_does():
    entry, _slot = offered(**BY_PHONE)
    Notice.objects.filter(kind="waiting_offered").update(attempts=1)

    offer_free_slots(now=entry.claim_until)

    assert now_of(entry).status == "expired"


# THE OTHER SIDE


def let_down(**changes):
    booking = book(SlotFactory(), **changes)
    Slot.objects.get(pk=booking.slot_id).withdraw(at=NOW)
    cancel_booking(booking_id=booking.pk, canceled_by="expert", now=NOW)
    return Booking.objects.with_story().get(pk=booking.pk)


def test_who_was_let_down_is_first_and_has_a_free_time_at_once():
    earlier = join("Hoa")
    booking = let_down()
    free = SlotFactory()

    entry = put_first(booking=booking, now=NOW)

    assert (entry.status, entry.slot, entry.is_first) == ("offered", free, True)
    assert entry.case == booking.case
    assert now_of(earlier).status == "waiting"
    assert list(Notice.objects.filter(subject_key=entry.key).values_list("kind", flat=True)) == [
        "waiting_first"
    ]
    assert put_first(booking=booking, now=NOW) == entry
    taken = take(entry_id=entry.pk, now=NOW)
    assert (taken.case, taken.message) == (booking.case, booking.message)


def test_who_was_let_down_waits_when_there_is_no_time():
    entry = put_first(booking=let_down(), now=NOW)

    assert entry.status == "waiting"
    assert offer_slot(slot=SlotFactory(), now=NOW) == entry


def test_two_who_were_let_down_get_a_time_each():
    bookings = [let_down(email=f"{name}@example.org") for name in ("lan", "hoa")]
    slots = {SlotFactory(), SlotFactory()}

    entries = [put_first(booking=booking, now=NOW) for booking in bookings]

    assert {now_of(entry).slot for entry in entries} == slots


def test_an_offer_whose_time_falls_out_leads_back_to_the_list():
    entry, slot = offered()
    slot.withdraw(at=NOW)

    withdraw_offer(slot=slot, now=NOW)

    assert now_of(entry).status == "waiting"
    # Nobody had told them of it.
    assert not Notice.objects.filter(kind="waiting_withdrawn").exists()
    assert offer_slot(slot=slot, now=NOW) is None


def test_who_was_told_of_a_time_is_told_that_it_fell_out():
    entry, slot = offered()
    Notice.objects.filter(kind="waiting_offered").update(
        state="sent", sent_at=NOW, next_look_at=None
    )
    slot.withdraw(at=NOW)

    offer_free_slots(now=NOW)

    assert now_of(entry).status == "waiting"
    assert Notice.objects.filter(kind="waiting_withdrawn").count() == 1


# STANDING BY


def test_the_first_who_fits_stands_by_once_for_a_time_and_has_the_first_offer():
    slot = SlotFactory()
    booking = book(slot, email="other@example.org")
    first, second = join(), hoa()

    assert stand_by_for(slot=slot, now=NOW) == first
    assert stand_by_for(slot=slot, now=NOW) is None
    other = SlotFactory()
    book(other, email="third@example.org")
    assert stand_by_for(slot=other, now=NOW) == second
    cancel_booking(booking_id=booking.pk, canceled_by="resident", now=NOW)
    offer_free_slots(now=NOW + timedelta(minutes=20))
    assert now_of(first).slot == slot


def test_who_stands_by_comes_before_who_is_first():
    slot = SlotFactory()
    book(slot, email="other@example.org")
    entry = join()
    stand_by_for(slot=slot, now=NOW)
    hoa().go_first()
    Booking.objects.update(status="canceled", canceled_by="resident", ended_at=NOW)
    Slot.objects.filter(pk=slot.pk).forget_holds()

    assert offer_slot(slot=slot, now=NOW) == entry


# THE SWEEP


def test_the_sweep_offers_every_free_time_in_order():
    entries = [join(), hoa()]
    slots = [SlotFactory(), SlotFactory(starts_at=NOW + timedelta(days=8))]

    assert offer_free_slots(now=NOW) == 2
    assert offer_free_slots(now=NOW) == 0
    assert [now_of(entry).slot for entry in entries] == slots


def test_the_sweep_asks_little_when_nobody_waits(django_assert_num_queries):
    SlotFactory.create_batch(3)
    with django_assert_num_queries(3):
        offer_free_slots(now=NOW)


def test_the_sweep_asks_little_when_nothing_suits(django_assert_num_queries):
    SlotFactory.create_batch(3)
    for number in range(3):
        join(f"Lan{number}")
    with django_assert_num_queries(4):
        offer_free_slots(now=NOW)


def test_an_offer_costs_a_known_number_of_queries(django_assert_num_queries):
    for number in range(3):
        join(f"Lan{number}")
    slot = SlotFactory()
    with django_assert_num_queries(13):
        offer_slot(slot=slot, now=NOW)


def test_the_times_of_a_new_day_go_to_who_waits_before_anybody_else_sees_them():
    entries = [join(), hoa()]
    slot = SlotFactory(day__is_published=False)
    slot.day.publish()

    offer_day(day_id=slot.day_id, now=NOW)

    assert [now_of(entry).slot for entry in entries] == [slot, None]
    assert not Slot.objects.free(NOW).exists()


# THE DESK


def test_a_coordinator_offers_a_time_out_of_turn():
    coordinator = UserFactory(role=roles.COORDINATOR)
    join()
    second, slot = hoa(), SlotFactory()

    waiting_desk.offer_to(entry_id=second.pk, slot_id=slot.pk, offered_by=coordinator, now=NOW)

    assert now_of(second).slot == slot
    with pytest.raises(waiting_desk.NotWaiting):
        waiting_desk.offer_to(
            entry_id=second.pk, slot_id=SlotFactory().pk, offered_by=coordinator, now=NOW
        )
    with pytest.raises(SlotTaken):
        waiting_desk.offer_to(entry_id=second.pk, slot_id=slot.pk, offered_by=coordinator, now=NOW)


def test_the_window_is_a_setting():
    assert timedelta(hours=3) == settings.CLAIM_WINDOW


def test_a_call_about_an_offer_stands_in_the_history():
    entry, _slot = offered(**BY_PHONE)
    notice = Notice.objects.get(kind="waiting_offered")

    report_call(
        notice_id=notice.pk,
        was_reached=True,
        called_by=UserFactory(role=roles.COORDINATOR),
        now=NOW,
    )

    assert events(entry)[-1] == "resident_called"


def test_a_case_whose_person_waits_is_not_closed():
    entry, by = join(), UserFactory(role=roles.COORDINATOR)
    with pytest.raises(CaseHasOpenWork):
        close_case(case_id=entry.case_id, outcome="withdrawn", closed_by=by, now=NOW)

    leave(entry_id=entry.pk, now=NOW)
    close_case(case_id=entry.case_id, outcome="withdrawn", closed_by=by, now=NOW)
