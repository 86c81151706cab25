"""Many at once, each with a connection of its own: who gets a slot, and what the others read."""

from collections import Counter
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import CaseEvent
from consultations.models import Booking, Draft, Slot
from consultations.models.day import SlotQuerySet
from consultations.models.draft import draft_key
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    move_booking,
)
from consultations.services.drafts import SlotTaken, hold_slot, save_answers, start_draft
from consultations.services.making import book_by_phone
from consultations.steps import CHECK, DONE, MODE, TIME
from consultations.tests.acts import ANSWERS, book, complete_answers
from consultations.tests.factories import (
    NOW,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
)
from consultations.tests.flows import CONSENT, Visitor
from interface.references import spoken
from interface.tests.together import at_once
from notifications import doorbell
from notifications.models import Notice

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data", "silent_doorbell"),
]

PEOPLE = 200
SLOTS = 20


@pytest.fixture
def silent_doorbell(monkeypatch):
    """Letters stay rows: in tests a ring would send them within the request."""
    monkeypatch.setattr(doorbell, "publish", lambda: None)


@pytest.fixture
def slots():
    day = ConsultationDayFactory()
    return [SlotFactory(day=day, expert=ExpertFactory(account=None)) for _each in range(SLOTS)]


def _different(number):
    """The answers of another person each time."""
    return ANSWERS | {"nickname": f"Lan {number}", "email": f"lan{number}@example.org"}


def visitors(count):
    """Browsers that have answered every question but the time."""
    now = timezone.now()
    for number in range(count):
        visitor = Visitor("vi", Client())
        visitor.client.cookies["b"] = f"person-{number}"
        key = draft_key(f"person-{number}")
        start_draft(key=key, replacing=None, now=now)
        save_answers(key=key, answers=_different(number), now=now)
        yield visitor


def oversold():
    """How many more bookings keep a slot than there are slots kept."""
    kept = Booking.objects.occupying()
    return kept.count() - kept.values("slot").distinct().count()


def assert_all_is_well():
    bookings = Booking.objects.occupying()
    assert oversold() == 0
    assert bookings.count() == SLOTS
    assert CaseEvent.objects.filter(verb="consultations.booking_made").count() == SLOTS
    assert Notice.objects.filter(kind="booking_confirmed").count() == SLOTS
    assert Notice.objects.filter(kind="expert_booked").count() == SLOTS
    assert len({booking.case.resident.nickname for booking in bookings}) == SLOTS


@contextmanager
def without_unique_constraint():
    """The database decides nothing any more; afterwards it does again."""
    [constraint] = [
        each for each in Booking._meta.constraints if each.name == "booking_one_for_a_slot"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, constraint)
    try:
        yield
    finally:
        Notice.objects.all().delete()
        CaseEvent._base_manager.all()._raw_delete("default")
        Booking.objects.all()._raw_delete("default")
        with connection.schema_editor() as editor:
            editor.add_constraint(Booking, constraint)


@pytest.fixture
def no_guards(monkeypatch):
    """Nobody looks whether a slot is booked or held before taking it."""
    monkeypatch.setattr(SlotQuerySet, "unbooked", lambda slots: slots)
    monkeypatch.setattr(SlotQuerySet, "unheld", lambda slots, now, draft_key=None: slots)


# 200 PEOPLE, 20 SLOTS


def race_on_the_pages(slots):
    """Each chooses a time and sends the booking; the codes of the last page each one got."""

    def take(visitor, slot):
        chosen = visitor.send(TIME, {"slot": slot.pk})
        return chosen if chosen.status_code != 302 else visitor.send(CHECK, CONSENT)

    acts = [
        lambda visitor=visitor, slot=slots[number % SLOTS]: take(visitor, slot)
        for number, visitor in enumerate(visitors(PEOPLE))
    ]
    return at_once(acts)


def test_two_hundred_people_get_twenty_slots_and_clear_answers(slots):
    answers = race_on_the_pages(slots)

    assert Counter(answer.status_code for answer in answers) == {302: SLOTS, 409: PEOPLE - SLOTS}
    assert_all_is_well()
    for answer in answers:
        if answer.status_code == 409:
            assert 'role="alert"' in answer.content.decode()
            assert "</html>" in answer.content.decode()
    assert Draft.objects.count() == PEOPLE - SLOTS


def race_on_the_constraint(slots):
    """Coordinators enter all two hundred; nothing but the database stands between them."""
    coordinator = UserFactory(role=roles.COORDINATOR)

    def enter(number):
        try:
            return book_by_phone(
                answers=complete_answers(nickname=f"Lan {number}"),
                slot_id=slots[number % SLOTS].pk,
                booked_by=coordinator,
                now=NOW,
            )
        except SlotTaken:
            return None

    booked = at_once([lambda number=number: enter(number) for number in range(PEOPLE)])
    return [booking for booking in booked if booking]


def test_the_unique_constraint_alone_decides(slots, no_guards):
    booked = race_on_the_constraint(slots)

    assert len(booked) == SLOTS
    assert_all_is_well()


def test_without_constraint_and_guards_slots_are_sold_twice(slots, no_guards):
    """Negative control: the same races fail when nothing decides them."""
    with without_unique_constraint():
        race_on_the_constraint(slots)
        entered_too_often = oversold()
        with pytest.raises(AssertionError):
            assert_all_is_well()
    assert entered_too_often > 0
    assert Booking.objects.count() == 0


def test_without_constraint_and_guards_the_pages_sell_slots_twice(slots, no_guards):
    """Negative control of the race on the pages."""
    with without_unique_constraint():
        answers = race_on_the_pages(slots)
        sent_too_often = oversold()
        with pytest.raises(AssertionError):
            assert_all_is_well()
    assert sent_too_often > 0
    assert {answer.status_code for answer in answers} <= {302, 409}


def test_the_constraint_is_back_after_it_was_taken_away(slots, no_guards):
    with without_unique_constraint():
        book(slots[0])
        book(slots[0], email="second@example.org")

    book(slots[0])
    with pytest.raises(SlotTaken):
        book(slots[0], email="second@example.org")


# THE SAME FORM, TEN TIMES


def test_ten_submits_at_once_are_one_booking_with_one_reference(slots):
    [visitor] = visitors(1)
    visitor.send(TIME, {"slot": slots[0].pk})
    browsers = [Visitor("vi", Client()) for _each in range(10)]
    for browser in browsers:
        browser.client.cookies["b"] = visitor.client.cookies["b"].value

    def submit(browser):
        sent = browser.send(CHECK, CONSENT)
        return sent, browser.see(DONE)

    answers = at_once([lambda each=each: submit(each) for each in browsers], threads=10)

    booking = Booking.objects.get()
    assert {sent.headers["Location"] for sent, _done in answers} == {visitor.page(DONE)}
    reference = spoken(booking.case.reference)
    assert all(reference in done.content.decode() for _sent, done in answers)
    assert CaseEvent.objects.count() == 1
    assert Notice.objects.filter(kind="booking_confirmed").count() == 1


# ONE PERSON, SEVERAL ACTS AT ONCE


def test_leaving_while_a_step_is_under_way_never_fails(slots):
    for round_number in range(15):
        [visitor] = visitors(1)
        visitor.send(TIME, {"slot": slots[0].pk})
        token = visitor.client.cookies["b"].value
        browsers = [Visitor("vi", Client()) for _each in range(4)]
        for browser in browsers:
            browser.client.cookies["b"] = token
        acts = [
            lambda browser=browsers[0]: browser.client.post("/leave/"),
            lambda browser=browsers[1]: browser.send(TIME, {"slot": slots[0].pk}),
            lambda browser=browsers[2]: browser.send(MODE, {"mode": "video"}),
            lambda browser=browsers[3]: browser.send(TIME, {"slot": slots[1].pk}),
        ]

        answers = at_once(acts, threads=4)

        assert answers[0].status_code == 303, round_number
        assert {answer.status_code for answer in answers[1:]} <= {302, 409, 410}
        assert Draft.objects.count() == 0
        assert not Slot.objects.filter(held_until__gt=timezone.now()).exists()


def test_sending_while_another_time_is_chosen_never_fails(slots):
    for round_number in range(15):
        first, second = slots[round_number], slots[(round_number + 1) % SLOTS]
        [visitor] = visitors(1)
        visitor.send(TIME, {"slot": first.pk})
        browsers = [Visitor("vi", Client()) for _each in range(3)]
        for browser in browsers:
            browser.client.cookies["b"] = visitor.client.cookies["b"].value
        acts = [
            lambda browser=browsers[0]: browser.send(CHECK, CONSENT),
            lambda browser=browsers[1], slot=second: browser.send(TIME, {"slot": slot.pk}),
            lambda browser=browsers[2]: browser.send(MODE, {"mode": "video"}),
        ]

        answers = at_once(acts, threads=3)

        assert {answer.status_code for answer in answers} <= {302, 409, 410}, round_number
        # Booked at the one time or the other, or the answers are still there to be sent.
        assert Booking.objects.count() + Draft.objects.count() == 1
        Booking.objects.all()._raw_delete("default")
        Draft.objects.all().delete()


def outcome(act):
    try:
        return act().status
    except (BookingNotOpen, SlotTaken) as refusal:
        return type(refusal).__name__


def test_moving_and_canceling_at_once_ends_one_way_or_the_other(slots):
    for _round in range(15):
        booking = book(slots[0])
        acts = [
            partial(move_booking, slot_id=slots[1].pk, actor_role=Role.RESIDENT),
            partial(cancel_booking, canceled_by="resident"),
        ]

        moved, canceled = at_once(
            [partial(outcome, partial(act, booking_id=booking.pk, now=NOW)) for act in acts],
            threads=2,
        )

        booking.refresh_from_db()
        assert canceled == booking.status == "canceled"
        assert (moved, booking.revision) in {("confirmed", 1), ("BookingNotOpen", 0)}


def test_moving_to_a_slot_that_others_book_at_the_same_moment(slots):
    coordinator = UserFactory(role=roles.COORDINATOR)
    wanted = slots[10:]
    for number, slot in enumerate(wanted):
        booking = book(slots[number], email=f"lan{number}@example.org")
        acts = [
            lambda slot=slot, booking=booking: move_booking(
                booking_id=booking.pk, slot_id=slot.pk, actor_role=Role.RESIDENT, now=NOW
            ),
            lambda slot=slot: book_by_phone(
                answers=complete_answers(), slot_id=slot.pk, booked_by=coordinator, now=NOW
            ),
        ]

        outcomes = at_once([lambda act=act: outcome(act) for act in acts], threads=2)

        assert sorted(outcomes) == ["SlotTaken", "confirmed"]
    assert oversold() == 0


def test_two_drafts_that_want_each_others_slot_keep_what_they_have(slots):
    first, second = slots[:2]
    [lan, hoa] = visitors(2)
    lan.send(TIME, {"slot": first.pk})
    hoa.send(TIME, {"slot": second.pk})

    def want(visitor, slot):
        try:
            hold_slot(key=visitor.draft_key, slot_id=slot.pk, now=timezone.now())
        except SlotTaken:
            return "taken"
        return "held"

    for _round in range(20):
        at_once([lambda: want(lan, second), lambda: want(hoa, first)], threads=2)

        held = Slot.objects.filter(held_by_draft__in=[lan.draft_key, hoa.draft_key])
        assert held.count() == 2
