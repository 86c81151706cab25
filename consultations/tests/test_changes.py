"""What can become of a booking: moved, canceled, confirmed, sought again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.services import CaseHasOpenWork, close_case
from consultations.choices import CanceledBy
from consultations.models import Booking, Slot, TransitionNotAllowed
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    confirm_booking,
    hold_booking_again,
    move_booking,
)
from consultations.services.drafts import SlotTaken
from consultations.tests.acts import (
    BY_PHONE,
    WITH_INTERPRETER,
    book,
    draft_holding,
    every_row,
    planned_kinds,
    planned_notices,
)
from consultations.tests.factories import NOW, ExpertFactory, SlotFactory

pytestmark = pytest.mark.usefixtures("reference_data")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LATER = NOW + HOUR
RESIDENT_KINDS = ["reminder_day_before", "reminder_hour_before", "reminder_three_days"]


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


@pytest.fixture
def slot():
    return SlotFactory()


@pytest.fixture
def next_day_slot(slot):
    """A day later, of another expert."""
    return SlotFactory(starts_at=slot.starts_at + DAY)


def move(booking, slot, *, now=LATER, **who):
    return move_booking(
        booking_id=booking.pk, slot_id=slot.pk, now=now, **({"actor_role": Role.RESIDENT} | who)
    )


def cancel(booking, *, now=LATER, canceled_by=CanceledBy.RESIDENT, actor=None):
    return cancel_booking(booking_id=booking.pk, canceled_by=canceled_by, actor=actor, now=now)


def last_event(booking):
    event = booking.case.events.latest("pk")
    return event.verb, event.actor_role, event.actor, event.happened_at, event.details


# MOVING


def test_move_booking_keeps_reference_and_link_and_raises_the_revision(slot, next_day_slot):
    booking = book(slot)
    kept = (booking.case.reference, booking.link_token, booking.link_code)

    move(booking, next_day_slot)

    booking.refresh_from_db()
    assert (booking.slot, booking.status, booking.revision) == (next_day_slot, "confirmed", 1)
    assert (booking.case.reference, booking.link_token, booking.link_code) == kept
    assert last_event(booking) == (
        "consultations.booking_moved",
        "resident",
        None,
        LATER,
        {
            "booking": booking.pk,
            "revision": 1,
            "from_slot": slot.pk,
            "to_slot": next_day_slot.pk,
        },
    )


def test_move_booking_frees_the_old_time_at_once(slot, next_day_slot):
    booking = book(slot)

    move(booking, next_day_slot, now=NOW + MINUTE)

    assert set(Slot.objects.free(NOW + MINUTE)) == {slot}


def test_move_booking_to_another_expert_tells_both(slot, next_day_slot):
    booking = book(slot)

    move(booking, next_day_slot)

    lan, starts_at = booking.case.resident.key, next_day_slot.starts_at
    planned = {key: value for key, value in planned_notices().items() if key[1] == 1}
    assert planned == {
        ("booking_moved", 1, lan, "email"): (LATER, starts_at),
        ("reminder_three_days", 1, lan, "email"): (starts_at - 3 * DAY, starts_at - DAY),
        ("reminder_day_before", 1, lan, "email"): (starts_at - DAY, starts_at - HOUR),
        ("reminder_hour_before", 1, lan, "email"): (starts_at - HOUR, starts_at),
        ("expert_booked", 1, next_day_slot.expert.key, "email"): (LATER, starts_at),
        ("expert_day_before", 1, next_day_slot.expert.key, "email"): (starts_at - DAY, starts_at),
        ("expert_freed", 1, slot.expert.key, "email"): (LATER, slot.starts_at),
    }


def test_move_booking_of_the_same_expert_tells_of_one_new_time(slot):
    booking = book(slot)
    afternoon = SlotFactory(
        day=slot.day, expert=slot.expert, starts_at=slot.starts_at + timedelta(hours=4)
    )

    move(booking, afternoon)

    assert planned_kinds(1) == [
        "booking_moved",
        "expert_day_before",
        "expert_moved",
        *RESIDENT_KINDS,
    ]


def test_move_booking_with_an_interpreter_seeks_again_and_takes_the_time_from_the_expert(
    slot, coordinator
):
    booking = book(slot, **WITH_INTERPRETER)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER)
    new_slot = SlotFactory(expert=slot.expert, starts_at=slot.starts_at + 14 * DAY)

    move(booking, new_slot, now=LATER)

    booking.refresh_from_db()
    assert (booking.status, booking.decide_by) == ("held", new_slot.starts_at - 5 * DAY)
    assert planned_kinds(1) == [
        "booking_moved",
        "booking_undecided",
        "expert_freed",
        *RESIDENT_KINDS,
    ]


def test_move_booking_says_nothing_to_an_expert_who_was_never_told(slot, next_day_slot):
    booking = book(slot, **WITH_INTERPRETER)

    move(booking, next_day_slot)

    assert [kind for kind in planned_kinds(1) if kind.startswith("expert")] == []


def test_move_booking_forgets_the_room_of_the_old_time(slot, next_day_slot):
    booking = book(slot)
    booking.put_room("https://zoom.example/j/1")

    move(booking, next_day_slot)

    booking.refresh_from_db()
    assert booking.room_url == ""


def test_move_booking_by_a_coordinator_calls_who_is_reached_by_telephone(
    slot, next_day_slot, coordinator
):
    booking = book(slot, **BY_PHONE)

    move(booking, next_day_slot, actor=coordinator, actor_role=Role.COORDINATOR)

    lan = booking.case.resident.key
    assert ("booking_moved", 1, lan, "call") in planned_notices()
    assert last_event(booking)[1:3] == ("coordinator", coordinator)


@pytest.mark.parametrize("act", [book, draft_holding], ids=["booked", "held"])
def test_move_booking_to_a_taken_time_keeps_the_old_one(slot, next_day_slot, act):
    booking = book(slot)
    act(next_day_slot, email="other@example.org")
    before = every_row()

    with pytest.raises(SlotTaken):
        move(booking, next_day_slot, now=NOW)

    assert every_row() == before


def test_move_booking_leaves_the_decision_to_the_database(slot, next_day_slot, monkeypatch):
    booking = book(slot)
    book(next_day_slot, email="other@example.org")
    before = every_row()
    monkeypatch.setattr(type(Slot.objects.all()), "unbooked", lambda slots: slots)
    monkeypatch.setattr(
        type(Slot.objects.all()), "unheld", lambda slots, now, draft_key=None: slots
    )

    with pytest.raises(SlotTaken) as refusal:
        move(booking, next_day_slot)

    assert isinstance(refusal.value.__context__, IntegrityError)
    assert every_row() == before


def test_move_booking_to_an_expert_of_another_kind_is_refused(slot):
    booking = book(slot)
    other_kind = SlotFactory(expert=ExpertFactory(kind="psychiatrist"))
    before = every_row()

    with pytest.raises(SlotTaken):
        move(booking, other_kind)

    assert every_row() == before


def test_move_booking_to_its_own_time_is_refused(slot):
    booking = book(slot)
    before = every_row()

    with pytest.raises(SlotTaken):
        move(booking, slot)

    assert every_row() == before


# CANCELING


def test_cancel_booking_frees_its_slot_with_the_commit(slot):
    booking = book(slot)

    cancel(booking, now=NOW + MINUTE)

    booking.refresh_from_db()
    assert (booking.status, booking.canceled_by) == ("canceled", "resident")
    assert booking.ended_at == NOW + MINUTE
    assert set(Slot.objects.free(NOW + MINUTE)) == {slot}
    assert book(slot, now=NOW + MINUTE).slot == slot


def test_cancel_booking_tells_the_resident_at_once_and_the_expert(slot):
    booking = book(slot)
    at_night = NOW.replace(hour=22)

    cancel(booking, now=at_night)

    assert last_event(booking) == (
        "consultations.booking_canceled",
        "resident",
        None,
        at_night,
        {"booking": booking.pk, "revision": 0, "canceled_by": "resident"},
    )
    planned = planned_notices()
    assert planned["booking_canceled", 0, booking.case.resident.key, "email"][0] == at_night
    assert planned["expert_canceled", 0, slot.expert.key, "email"] == (
        (NOW + DAY).replace(hour=8),
        slot.starts_at,
    )


def test_cancel_booking_by_a_coordinator_waits_for_the_morning(slot, coordinator):
    booking = book(slot)
    at_night = NOW.replace(hour=22)

    cancel(booking, now=at_night, canceled_by=CanceledBy.COORDINATOR, actor=coordinator)

    assert last_event(booking)[1:3] == ("coordinator", coordinator)
    due_at, _end = planned_notices()["booking_canceled", 0, booking.case.resident.key, "email"]
    assert due_at == (NOW + DAY).replace(hour=8)


def test_cancel_booking_that_was_held_tells_no_expert(slot):
    booking = book(slot, **WITH_INTERPRETER)
    before = set(planned_notices())

    cancel(booking)

    new = {kind for kind, *_rest in set(planned_notices()) - before}
    assert new == {"booking_canceled"}


def test_cancel_booking_again_answers_the_same_and_writes_nothing(slot):
    booking = book(slot)
    cancel(booking)
    before = every_row()

    again = cancel(booking, now=LATER + HOUR)

    assert again == booking
    assert every_row() == before


def test_an_expert_hears_of_a_canceled_booking_after_a_move_with_an_interpreter(slot, coordinator):
    booking = book(slot, **WITH_INTERPRETER)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER)
    new_slot = SlotFactory(expert=slot.expert, starts_at=slot.starts_at + 14 * DAY)
    move(booking, new_slot)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER)

    cancel(booking)

    told = [kind for kind in planned_kinds(1) if kind.startswith("expert")]
    assert told == ["expert_booked", "expert_canceled", "expert_day_before", "expert_freed"]


# AN INTERPRETER IS FOUND, OR LOST


def test_confirm_booking_tells_the_resident_and_the_expert(slot, coordinator):
    booking = book(slot, **WITH_INTERPRETER)
    before = set(planned_notices())

    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER)

    booking.refresh_from_db()
    assert (booking.status, booking.decide_by, booking.revision) == ("confirmed", None, 0)
    assert last_event(booking)[:4] == (
        "consultations.booking_confirmed",
        "coordinator",
        coordinator,
        LATER,
    )
    assert set(planned_notices()) - before == {
        ("booking_confirmed", 0, booking.case.resident.key, "email"),
        ("expert_booked", 0, slot.expert.key, "email"),
        ("expert_day_before", 0, slot.expert.key, "email"),
    }


def test_confirm_booking_of_who_is_reached_by_telephone_makes_a_call(slot, coordinator):
    booking = book(slot, **WITH_INTERPRETER, **BY_PHONE)

    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER)

    assert ("booking_confirmed", 0, booking.case.resident.key, "call") in planned_notices()


def test_hold_booking_again_tells_anew_and_plans_anew(slot, coordinator):
    booking = book(slot, **WITH_INTERPRETER)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=NOW)

    hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=LATER)

    booking.refresh_from_db()
    assert (booking.status, booking.revision) == ("held", 1)
    assert booking.decide_by == slot.starts_at - 5 * DAY
    assert last_event(booking)[0] == "consultations.booking_held_again"
    assert planned_kinds(1) == ["booking_held_again", "booking_undecided", *RESIDENT_KINDS]


def test_an_interpreter_found_again_is_told_again(slot, coordinator):
    booking = book(slot, **WITH_INTERPRETER)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=NOW)
    hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=LATER)

    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER + HOUR)

    planned = set(planned_notices())
    assert ("booking_confirmed", 1, booking.case.resident.key, "email") in planned
    assert ("expert_booked", 1, slot.expert.key, "email") in planned


# REFUSALS


def over(booking, coordinator):
    Booking.objects.get(pk=booking.pk).complete(outcome="advice_given", at=NOW)


def canceled(booking, coordinator):
    Booking.objects.get(pk=booking.pk).cancel(canceled_by="resident", at=NOW)


ACTS = {
    "move": lambda booking, user, now: move(booking, SlotFactory(), now=now),
    "cancel": lambda booking, user, now: cancel(booking, now=now),
    "confirm": lambda booking, user, now: confirm_booking(
        booking_id=booking.pk, confirmed_by=user, now=now
    ),
    "hold again": lambda booking, user, now: hold_booking_again(
        booking_id=booking.pk, held_by=user, now=now
    ),
}


def nothing_written_since(before):
    # The slot that a move was offered is the test's own.
    after = every_row()
    return all(after[model] == rows for model, rows in before.items() if model is not Slot)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_can_be_changed_once_the_session_has_begun(act, slot, coordinator):
    wish = WITH_INTERPRETER if act == "confirm" else {}
    booking = book(slot, **wish)
    before = every_row()

    with pytest.raises(BookingNotOpen):
        ACTS[act](booking, coordinator, slot.starts_at)

    assert nothing_written_since(before)


@pytest.mark.parametrize(
    ("act", "end", "refusal"),
    [
        ("move", over, BookingNotOpen),
        ("move", canceled, BookingNotOpen),
        ("cancel", over, BookingNotOpen),
        ("confirm", over, TransitionNotAllowed),
        ("confirm", canceled, TransitionNotAllowed),
        ("hold again", over, TransitionNotAllowed),
        ("hold again", canceled, TransitionNotAllowed),
    ],
)
def test_what_has_ended_stays_as_it_is(act, end, refusal, slot, coordinator):
    booking = book(slot)
    end(booking, coordinator)
    before = every_row()

    with pytest.raises(refusal):
        ACTS[act](booking, coordinator, LATER)

    assert nothing_written_since(before)


def test_a_confirmed_booking_is_not_confirmed_again(slot, coordinator):
    booking = book(slot)
    before = every_row()

    with pytest.raises(TransitionNotAllowed):
        confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=LATER)

    assert every_row() == before


def test_a_held_booking_is_not_held_again(slot, coordinator):
    booking = book(slot, **WITH_INTERPRETER)
    before = every_row()

    with pytest.raises(TransitionNotAllowed):
        hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=LATER)

    assert every_row() == before


# THE CASE BEHIND IT


def test_a_case_is_not_closed_while_its_booking_is_open(slot, coordinator):
    booking = book(slot)
    before = every_row()

    with pytest.raises(CaseHasOpenWork):
        close_case(
            case_id=booking.case_id, outcome="advice_given", closed_by=coordinator, now=LATER
        )

    assert every_row() == before


def test_a_case_is_closed_when_its_booking_is_over(slot, coordinator):
    booking = book(slot)
    cancel(booking)

    case = close_case(
        case_id=booking.case_id, outcome="withdrawn", closed_by=coordinator, now=LATER
    )

    assert (case.status, case.outcome) == ("closed", "withdrawn")
