"""Booking and its end; what happens to a booking in between is in test_changes.py."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import Case, CaseEvent
from consultations import notices
from consultations.choices import BOOKING_TRANSITIONS, OCCUPYING_STATUSES, BookingStatus
from consultations.models import Booking, Draft, Slot, TransitionNotAllowed
from consultations.services import bookings, making
from consultations.services.bookings import (
    BookingNotOpen,
    complete_booking,
    put_room_link,
    record_no_show,
)
from consultations.services.drafts import DraftGone, SlotTaken, hold_slot, save_answers
from consultations.services.making import AnswersMissing, book_by_phone, decision_deadline
from consultations.tests.acts import (
    BY_PHONE,
    WITH_INTERPRETER,
    begin_draft,
    book,
    complete_answers,
    draft_holding,
    every_row,
    planned_notices,
    send_draft,
)
from consultations.tests.factories import (
    NOW,
    BookingFactory,
    HeldBookingFactory,
    SlotFactory,
)
from privacy.digests import lookup_digest

pytestmark = pytest.mark.usefixtures("reference_data")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def history_of(booking):
    return [
        (event.verb, event.actor_role, event.actor, event.happened_at)
        for event in booking.case.events.order_by("pk")
    ]


def for_coordinator():
    return UserFactory(role=roles.COORDINATOR)


# FROM A DRAFT


def test_a_draft_becomes_a_booking_with_its_resident_case_and_history():
    slot = SlotFactory()

    booking = book(slot, email="Lan@example.org")

    resident = booking.case.resident
    assert list(Booking.objects.all()) == [booking]
    assert (booking.slot, booking.status, booking.decide_by) == (slot, "confirmed", None)
    assert (booking.source, booking.mode, booking.booked_at) == ("web", "video", NOW)
    assert booking.message == "My boss keeps my passport."
    assert (booking.consent_version, booking.consent_language) == ("2026-11", "vi")
    assert (resident.nickname, resident.email, resident.phone) == ("Lan", "Lan@example.org", "")
    assert resident.email_digest == lookup_digest("Lan@example.org", "email")
    assert (booking.case.primary_topic_id, booking.case.status) == ("work", "new")
    assert history_of(booking) == [("consultations.booking_made", "resident", None, NOW)]
    assert booking.case.events.get().details == {
        "booking": booking.pk,
        "slot": slot.pk,
        "status": "confirmed",
    }


def test_a_draft_that_was_sent_is_wiped():
    book(SlotFactory())

    assert list(Draft.objects.all()) == []


def test_a_booking_plans_its_letter_the_reminders_and_what_the_expert_is_told():
    slot = SlotFactory()

    booking = book(slot)

    lan, expert = booking.case.resident.key, slot.expert.key
    starts_at = slot.starts_at
    assert planned_notices() == {
        ("booking_confirmed", 0, lan, "email"): (NOW, starts_at),
        ("reminder_three_days", 0, lan, "email"): (starts_at - 3 * DAY, starts_at - DAY),
        ("reminder_day_before", 0, lan, "email"): (starts_at - DAY, starts_at - HOUR),
        ("reminder_hour_before", 0, lan, "email"): (starts_at - HOUR, starts_at),
        ("expert_booked", 0, expert, "email"): (NOW, starts_at),
        ("expert_day_before", 0, expert, "email"): (starts_at - DAY, starts_at),
    }


def test_a_wish_for_an_interpreter_holds_the_booking_until_five_days_before():
    slot = SlotFactory()

    booking = book(slot, **WITH_INTERPRETER, language_variety="Huế", not_from_community=True)

    lan = booking.case.resident.key
    starts_at = slot.starts_at
    assert (booking.status, booking.decide_by) == ("held", starts_at - 5 * DAY)
    assert (booking.language_variety, booking.not_from_community) == ("Huế", True)
    assert planned_notices() == {
        ("booking_received", 0, lan, "email"): (NOW, starts_at),
        ("booking_undecided", 0, lan, "email"): (starts_at - 5 * DAY, starts_at),
        ("reminder_three_days", 0, lan, "email"): (starts_at - 3 * DAY, starts_at - DAY),
        ("reminder_day_before", 0, lan, "email"): (starts_at - DAY, starts_at - HOUR),
        ("reminder_hour_before", 0, lan, "email"): (starts_at - HOUR, starts_at),
    }


def test_who_is_reached_by_telephone_gets_one_call_the_day_before_and_no_letter():
    slot = SlotFactory()

    booking = book(slot, **BY_PHONE)

    starts_at = slot.starts_at
    assert planned_notices() == {
        ("reminder_day_before", 0, booking.case.resident.key, "call"): (
            starts_at - DAY,
            starts_at,
        ),
        ("expert_booked", 0, slot.expert.key, "email"): (NOW, starts_at),
        ("expert_day_before", 0, slot.expert.key, "email"): (starts_at - DAY, starts_at),
    }


@pytest.mark.parametrize(
    ("wish", "kinds"),
    [
        ("all", {"reminder_three_days", "reminder_day_before", "reminder_hour_before"}),
        ("day_before", {"reminder_day_before"}),
        ("none", set()),
    ],
)
def test_reminders_are_those_the_person_wished_for(wish, kinds):
    book(SlotFactory(), reminders=wish)

    planned = {kind for kind, *_rest in planned_notices()}
    assert {kind for kind in planned if kind.startswith("reminder")} == kinds


def test_a_booking_shortly_before_the_session_has_no_reminder():
    slot = SlotFactory(starts_at=NOW + HOUR, day__booking_closes_at=NOW + HOUR)

    book(slot)

    assert {kind for kind, *_rest in planned_notices()} == {"booking_confirmed", "expert_booked"}


def test_a_letter_to_the_expert_waits_for_the_morning_but_the_persons_own_does_not():
    at_night = NOW.replace(hour=23)
    slot = SlotFactory()

    booking = book(slot, now=at_night)

    due = {kind: due_at for (kind, *_rest), (due_at, _end) in planned_notices().items()}
    assert due["booking_confirmed"] == at_night
    assert due["expert_booked"] == (NOW + DAY).replace(hour=8)
    assert booking.booked_at == at_night


def test_the_same_draft_sent_again_answers_with_its_booking_and_writes_nothing():
    draft = draft_holding(SlotFactory())
    booking = send_draft(draft)
    before = every_row()

    again = [send_draft(draft, now=NOW + minutes * MINUTE) for minutes in (0, 1, 600)]

    assert again == [booking] * 3
    assert every_row() == before


def test_a_hold_that_ran_out_still_books_while_nobody_else_came():
    slot = SlotFactory()
    draft = draft_holding(slot)

    booking = send_draft(draft, now=NOW + 40 * MINUTE)

    assert booking.slot == slot


def test_a_hold_that_ran_out_loses_to_who_came_meanwhile_and_keeps_the_answers():
    slot = SlotFactory()
    slow_draft = draft_holding(slot)
    book(slot, now=NOW + 20 * MINUTE)
    before = every_row()

    with pytest.raises(SlotTaken):
        send_draft(slow_draft, now=NOW + 21 * MINUTE)

    assert every_row() == before


def test_a_slot_booked_by_telephone_after_the_hold_ran_out_is_lost():
    slot = SlotFactory()
    slow_draft = draft_holding(slot)
    by_phone(slot, now=NOW + 20 * MINUTE)
    before = every_row()

    with pytest.raises(SlotTaken):
        send_draft(slow_draft, now=NOW + 21 * MINUTE)

    assert every_row() == before


def test_a_hold_still_books_when_booking_has_closed_meanwhile_but_not_later():
    closes_at = NOW + 10 * MINUTE
    in_time, too_late = (SlotFactory(day__booking_closes_at=closes_at) for _each in range(2))
    prompt_draft, slow_draft = draft_holding(in_time), draft_holding(too_late)

    booking = send_draft(prompt_draft, now=closes_at + MINUTE)

    assert booking.slot == in_time
    before = every_row()
    with pytest.raises(SlotTaken):
        send_draft(slow_draft, now=NOW + 15 * MINUTE)
    assert every_row() == before


def test_a_slot_of_a_day_that_was_withdrawn_is_not_booked():
    slot = SlotFactory()
    draft = draft_holding(slot)
    type(slot.day).objects.update(is_published=False)
    before = every_row()

    with pytest.raises(SlotTaken):
        send_draft(draft)

    assert every_row() == before


def test_a_session_that_has_begun_is_not_booked():
    slot = SlotFactory(starts_at=NOW + 10 * MINUTE, day__booking_closes_at=NOW + HOUR)
    draft = draft_holding(slot)
    before = every_row()

    with pytest.raises(SlotTaken):
        send_draft(draft, now=NOW + 10 * MINUTE)

    assert every_row() == before


def test_a_draft_that_is_gone_books_nothing():
    slot = SlotFactory()
    draft = draft_holding(slot)
    before = every_row()

    with pytest.raises(DraftGone):
        send_draft(draft, now=NOW + 60 * MINUTE)
    with pytest.raises(DraftGone):
        send_draft(Draft(key=uuid4()))

    assert every_row() == before


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "phone"},
        {"channel": "phone"},
        {"email": ""},
    ],
)
def test_a_way_of_talking_without_its_address_is_an_open_question(change):
    slot = SlotFactory()
    draft = draft_holding(slot)
    save_answers(key=draft.key, answers=change, now=NOW)
    before = every_row()

    with pytest.raises(AnswersMissing):
        send_draft(draft)

    assert every_row() == before


def test_a_question_not_answered_yet_books_nothing():
    slot = SlotFactory()
    draft = begin_draft()
    draft.payload = '{"topic": "work"}'
    draft.save()
    hold_slot(key=draft.key, slot_id=slot.pk, now=NOW)
    before = every_row()

    with pytest.raises(AnswersMissing):
        send_draft(draft)

    assert every_row() == before


def test_a_draft_without_a_time_books_nothing():
    draft = begin_draft()
    before = every_row()

    with pytest.raises(AnswersMissing):
        send_draft(draft)

    assert every_row() == before


def test_a_reference_that_exists_is_drawn_again(monkeypatch):
    known = book(SlotFactory()).case.reference
    drawn = iter([known, known, "76543210"])
    monkeypatch.setattr(making, "new_reference", lambda: next(drawn))

    booking = book(SlotFactory(), email="other@example.org")

    assert booking.case.reference == "76543210"
    assert Case.objects.count() == 2


# BY TELEPHONE


def by_phone(slot, *, now=NOW, booked_by=None, **changes):
    return book_by_phone(
        answers=complete_answers(**changes),
        slot_id=slot.pk,
        booked_by=booked_by or for_coordinator(),
        now=now,
    )


def test_book_by_phone_names_who_entered_it_and_makes_them_responsible():
    coordinator = for_coordinator()
    slot = SlotFactory()

    booking = by_phone(slot, booked_by=coordinator, **BY_PHONE)

    assert (booking.source, booking.booked_by, booking.draft_key) == ("phone", coordinator, None)
    assert booking.case.owner == coordinator
    assert booking.case.resident.safe_hours == ["morning", "evening"]
    assert history_of(booking) == [("consultations.booking_made", "coordinator", coordinator, NOW)]
    assert {kind for kind, *_rest in planned_notices()} == {
        "reminder_day_before",
        "expert_booked",
        "expert_day_before",
    }


def test_book_by_phone_may_use_a_day_before_and_after_it_is_open_to_all():
    early = SlotFactory(day__booking_opens_at=NOW + HOUR)
    late = SlotFactory(day__booking_closes_at=NOW)

    booked = [by_phone(early), by_phone(late)]

    assert [booking.slot for booking in booked] == [early, late]


@pytest.mark.parametrize("act", [book, draft_holding], ids=["booked", "held"])
def test_book_by_phone_refuses_what_somebody_has_and_leaves_no_trace(act):
    slot = SlotFactory()
    act(slot)
    coordinator = for_coordinator()
    before = every_row()

    with pytest.raises(SlotTaken):
        by_phone(slot, booked_by=coordinator)

    assert every_row() == before


def test_book_by_phone_refuses_a_slot_that_has_begun():
    slot = SlotFactory()
    coordinator = for_coordinator()
    before = every_row()

    with pytest.raises(SlotTaken):
        by_phone(slot, booked_by=coordinator, now=slot.starts_at)

    assert every_row() == before


# THE GUARDS OF THE DATABASE


@pytest.mark.parametrize("status", OCCUPYING_STATUSES)
def test_the_database_refuses_a_second_booking_of_a_slot(status):
    fields = {
        "held": {"decide_by": NOW},
        "completed": {"outcome": "advice_given"},
        "no_show": {"no_show_party": "client"},
    }
    slot = SlotFactory()
    BookingFactory(slot=slot, status=status, **fields.get(status, {}))

    with pytest.raises(IntegrityError, match="slot"), transaction.atomic():
        BookingFactory(slot=slot)


def test_a_canceled_or_expired_booking_leaves_its_slot_to_others():
    slot = SlotFactory()
    BookingFactory(slot=slot, status="canceled", canceled_by="resident")
    BookingFactory(slot=slot, status="expired")

    booking = book(slot)

    assert booking.slot == slot


@pytest.mark.parametrize(
    "contradiction",
    [
        {"status": "held"},
        {"status": "confirmed", "decide_by": NOW},
        {"status": "canceled"},
        {"status": "confirmed", "canceled_by": "resident"},
        {"status": "no_show"},
        {"status": "confirmed", "no_show_party": "client"},
        {"status": "completed"},
        {"status": "confirmed", "outcome": "advice_given"},
    ],
)
def test_the_database_refuses_a_booking_that_contradicts_itself(contradiction):
    with pytest.raises(IntegrityError), transaction.atomic():
        BookingFactory(**contradiction)


def test_every_status_says_where_it_may_lead():
    assert set(BOOKING_TRANSITIONS) == set(BookingStatus)
    over = {status for status, steps in BOOKING_TRANSITIONS.items() if not steps}
    assert over == {"completed", "canceled", "no_show", "expired"}


# THE DEADLINE OF A HELD BOOKING


@pytest.mark.parametrize(
    ("ahead", "deadline"),
    [
        (30 * DAY, 25 * DAY),
        (6 * DAY, DAY),
        (5 * DAY, 2.5 * DAY),
        (2 * DAY, DAY),
        (4 * HOUR, 2 * HOUR),
    ],
)
def test_decision_deadline_is_five_days_before_or_halfway(ahead, deadline):
    assert decision_deadline(NOW + ahead, now=NOW) == NOW + deadline


def expire(now):
    return bookings.expire_undecided_bookings(now=now)


def test_an_undecided_booking_is_given_up_halfway_between_deadline_and_start():
    booking = book(SlotFactory(), **WITH_INTERPRETER)
    halfway = booking.decide_by + (booking.slot.starts_at - booking.decide_by) / 2
    before = every_row()

    assert expire(halfway - MINUTE) == 0
    assert every_row() == before
    assert expire(halfway) == 1

    booking.refresh_from_db()
    assert (booking.status, booking.ended_at, booking.decide_by) == ("expired", halfway, None)
    assert history_of(booking)[1:] == [("consultations.booking_expired", "system", None, halfway)]
    assert planned_notices()["booking_expired", 0, booking.case.resident.key, "email"] == (
        notices.next_waking_moment(halfway),
        booking.slot.starts_at,
    )
    assert set(Slot.objects.free(NOW)) == {booking.slot}
    assert expire(halfway + MINUTE) == 0


def test_a_booking_that_was_decided_is_never_given_up():
    confirmed = BookingFactory()
    HeldBookingFactory(status="canceled", canceled_by="resident", decide_by=None)

    assert expire(confirmed.slot.starts_at + DAY) == 0


def test_a_booking_moved_while_the_sweep_runs_is_not_given_up():
    booking = HeldBookingFactory(decide_by=NOW - DAY)
    far_slot = SlotFactory(starts_at=NOW + 60 * DAY)
    overdue = Booking.objects.get(pk=booking.pk)
    overdue.move_to(far_slot, decide_by=NOW + 55 * DAY)

    assert not bookings._expire(booking.pk, now=NOW + 3 * DAY)

    booking.refresh_from_db()
    assert booking.status == "held"


# AFTER THE SESSION


def test_complete_booking_keeps_how_it_went():
    booking = BookingFactory()
    coordinator = for_coordinator()
    now = booking.slot.ends_at

    complete_booking(
        booking_id=booking.pk, outcome="advice_given", completed_by=coordinator, now=now
    )

    booking.refresh_from_db()
    assert (booking.status, booking.outcome, booking.ended_at) == (
        "completed",
        "advice_given",
        now,
    )
    assert history_of(booking) == [
        ("consultations.booking_completed", "coordinator", coordinator, now)
    ]
    assert planned_notices() == {}


def test_record_no_show_keeps_who_did_not_come():
    booking = BookingFactory()
    coordinator = for_coordinator()
    now = booking.slot.ends_at

    record_no_show(booking_id=booking.pk, party="expert", recorded_by=coordinator, now=now)

    booking.refresh_from_db()
    assert (booking.status, booking.no_show_party) == ("no_show", "expert")
    assert history_of(booking) == [
        ("consultations.booking_no_show", "coordinator", coordinator, now),
        ("consultations.waiting_joined", "system", None, now),
    ]


def complete(booking, now, user):
    complete_booking(booking_id=booking.pk, outcome="advice_given", completed_by=user, now=now)


def miss(booking, now, user):
    record_no_show(booking_id=booking.pk, party="client", recorded_by=user, now=now)


@pytest.mark.parametrize("act", [complete, miss])
def test_how_it_went_is_not_said_before_it_begins(act):
    booking = BookingFactory()
    coordinator = for_coordinator()
    before = every_row()

    with pytest.raises(BookingNotOpen):
        act(booking, booking.slot.starts_at - MINUTE, coordinator)

    assert every_row() == before


@pytest.mark.parametrize("act", [complete, miss])
@pytest.mark.parametrize(
    "over",
    [
        {"status": "canceled", "canceled_by": "resident"},
        {"status": "completed", "outcome": "referred"},
        {"status": "held", "decide_by": NOW},
    ],
    ids=lambda over: over["status"],
)
def test_how_it_went_is_not_said_of_what_did_not_take_place(act, over):
    booking = BookingFactory(**over)
    coordinator = for_coordinator()
    before = every_row()

    with pytest.raises(TransitionNotAllowed):
        act(booking, booking.slot.ends_at, coordinator)

    assert every_row() == before


def test_the_room_link_is_kept_unreadable_and_written_into_history_without_itself():
    booking = BookingFactory()
    coordinator = for_coordinator()

    put_room_link(
        booking_id=booking.pk, url="https://zoom.example/j/1", put_by=coordinator, now=NOW
    )

    booking.refresh_from_db()
    assert booking.room_url == "https://zoom.example/j/1"
    event = CaseEvent.objects.get()
    assert (event.verb, event.details) == (
        "consultations.room_link_set",
        {"booking": booking.pk, "revision": 0},
    )
