"""The waiting list, when several things happen at the same moment."""

from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection

from cases.models import CaseEvent
from consultations.models import Booking, Slot, WaitingEntry
from consultations.models.day import SlotQuerySet
from consultations.services import waiting
from consultations.services.bookings import cancel_booking
from consultations.services.drafts import SlotTaken, hold_slot
from consultations.services.waiting import (
    OfferLapsed,
    join_from_draft,
    leave,
    offer_free_slots,
    offer_slot,
    take,
    withdraw_offer,
)
from consultations.tests.acts import begin_draft
from consultations.tests.factories import NOW, ConsultationDayFactory, ExpertFactory, SlotFactory
from consultations.tests.test_races import silent_doorbell  # noqa: F401
from consultations.tests.test_waiting import join, now_of
from interface.tests.together import at_once
from notifications.models import Notice
from privacy.models import Attempt

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data", "silent_doorbell"),
]


def people(count):
    return [join(f"Person{number}") for number in range(count)]


@pytest.fixture
def day(reference_data):
    return ConsultationDayFactory()


def new_slot(day):
    return SlotFactory(day=day, expert=ExpertFactory(account=None))


def offers_by_slot():
    return list(WaitingEntry.objects.offered().values_list("slot", flat=True))


def test_one_slot_offered_by_many_at_once_is_offered_to_one(day):
    for _round in range(5):
        entries = people(4)
        slot = new_slot(day)

        offers = at_once([partial(offer_slot, slot=slot, now=NOW) for _each in range(4)], 4)

        assert [offer for offer in offers if offer] == entries[:1]
        assert offers_by_slot() == [slot.pk]
        assert Notice.objects.filter(kind="waiting_offered").count() == 1
        wipe()


def test_many_sweeps_at_once_give_each_time_to_one_person_in_order(day):
    entries = people(5)
    slots = [new_slot(day) for _each in range(3)]

    at_once([partial(offer_free_slots, now=NOW) for _each in range(4)], 4)
    offer_free_slots(now=NOW)

    assert sorted(offers_by_slot()) == [slot.pk for slot in slots]
    assert [now_of(entry).status for entry in entries] == ["offered"] * 3 + ["waiting"] * 2


@contextmanager
def without_unique_offer():
    """The database decides nothing any more; afterwards it does again."""
    [constraint] = [
        each
        for each in WaitingEntry._meta.constraints
        if each.name == "waiting_one_offer_for_a_slot"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(WaitingEntry, constraint)
    try:
        yield
    finally:
        wipe()
        with connection.schema_editor() as editor:
            editor.add_constraint(WaitingEntry, constraint)


def wipe():
    Notice.objects.all().delete()
    Attempt.objects.all().delete()
    CaseEvent._base_manager.all()._raw_delete("default")
    WaitingEntry.declined_slots.through.objects.all().delete()
    WaitingEntry.objects.all()._raw_delete("default")
    Booking.objects.all()._raw_delete("default")
    Slot.objects.forget_holds()


@pytest.fixture
def no_guards(monkeypatch):
    """Nobody looks whether a slot is booked, held or locked before offering it."""
    monkeypatch.setattr(SlotQuerySet, "unbooked", lambda slots: slots)
    monkeypatch.setattr(SlotQuerySet, "unheld", lambda slots, now, draft_key=None: slots)
    monkeypatch.setattr(waiting, "lock_while_free", lambda slot, now: True)


def offer_each(day):
    """One slot, offered once for each person."""
    people(6)
    slot = new_slot(day)
    for _each in range(6):
        offer_slot(slot=slot, now=NOW)
    return offers_by_slot()


def test_the_unique_constraint_alone_decides(day, no_guards):
    assert len(offer_each(day)) == 1


def test_without_constraint_and_guards_one_time_is_offered_to_many(day, no_guards):
    """Negative control: the promise breaks when nothing keeps it."""
    with without_unique_offer():
        assert len(offer_each(day)) > 1


def outcome(act):
    try:
        result = act()
    except (OfferLapsed, SlotTaken) as refusal:
        return type(refusal).__name__
    return getattr(result, "status", result)


def offered(day):
    [entry] = people(1)
    slot = new_slot(day)
    assert offer_slot(slot=slot, now=NOW) == entry
    return now_of(entry), slot


def test_taking_at_the_moment_it_lapses_ends_one_way_or_the_other(day):
    for _round in range(10):
        entry, slot = offered(day)
        last, next_ = entry.claim_until.replace(microsecond=0), entry.claim_until

        taken, _swept = at_once(
            [
                partial(outcome, partial(take, entry_id=entry.pk, now=NOW)),
                partial(offer_free_slots, now=next_),
            ],
            2,
        )

        status = now_of(entry).status
        assert (taken, status) in {("confirmed", "taken"), ("OfferLapsed", "expired")}, last
        assert Booking.objects.filter(slot=slot).count() == (status == "taken")
        wipe()


def test_taking_twice_at_once_is_one_booking(day):
    entry, _slot = offered(day)

    bookings = at_once([partial(take, entry_id=entry.pk, now=NOW) for _each in range(4)], 4)

    assert len({booking.pk for booking in bookings}) == 1
    assert Booking.objects.count() == 1


def test_taking_while_the_time_falls_out_or_the_person_leaves(day):
    for _round in range(10):
        entry, slot = offered(day)

        taken, _withdrawn, _left = at_once(
            [
                partial(outcome, partial(take, entry_id=entry.pk, now=NOW)),
                partial(withdraw_offer, slot=slot, now=NOW),
                partial(leave, entry_id=entry.pk, now=NOW),
            ],
            3,
        )

        status = now_of(entry).status
        assert (taken, status) in {("confirmed", "taken"), ("OfferLapsed", "left")}
        assert Booking.objects.count() == (status == "taken")
        wipe()


def test_a_time_that_is_given_back_goes_to_one_of_those_who_want_it(day):
    """Cancel, sweep and somebody typing at the same moment."""
    for _round in range(8):
        entry, slot = offered(day)
        booking = take(entry_id=entry.pk, now=NOW)
        second = join("Second")
        draft = begin_draft(email="third@example.org")

        at_once(
            [
                partial(cancel_booking, booking_id=booking.pk, canceled_by="resident", now=NOW),
                partial(outcome, partial(hold_slot, key=draft.key, slot_id=slot.pk, now=NOW)),
                partial(offer_free_slots, now=NOW),
            ],
            3,
        )
        offer_free_slots(now=NOW)

        slot.refresh_from_db()
        has_offer = now_of(second).slot_id == slot.pk
        assert has_offer != (slot.held_by_draft_id == draft.key)
        wipe()


def test_joining_many_times_at_once_is_one_entry(day):
    draft = begin_draft()
    join_once = partial(join_from_draft, key=draft.key, consent_language="vi", network="", now=NOW)

    entries = at_once([join_once for _each in range(4)], 4)

    assert len({entry.pk for entry in entries}) == 1


def test_two_drafts_of_one_address_at_once_are_offered_one_time(day):
    drafts = [begin_draft() for _each in range(2)]
    at_once(
        [
            partial(join_from_draft, key=draft.key, consent_language="vi", network="", now=NOW)
            for draft in drafts
        ],
        2,
    )
    for _each in range(2):
        offer_slot(slot=new_slot(day), now=NOW)

    assert WaitingEntry.objects.count() == 2
    assert len(offers_by_slot()) == 1
