"""An expert who was told of a session hears that it will not take place."""

from datetime import timedelta

import pytest

from accounts import roles
from accounts.tests.factories import UserFactory
from consultations.choices import CanceledBy
from consultations.services.bookings import (
    Role,
    cancel_booking,
    confirm_booking,
    expire_undecided_bookings,
    hold_booking_again,
    move_booking,
)
from consultations.tests.acts import WITH_INTERPRETER, book
from consultations.tests.factories import NOW, SlotFactory
from languages.formatting import format_period
from notifications.services import send_due_notices

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
WILL_NOT_TAKE_PLACE = "A consultation with you will not take place."


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


@pytest.fixture
def held_again(reference_data, coordinator, mailoutbox):
    """Confirmed, its expert told of it; then the interpreter dropped out."""
    booking = book(SlotFactory(starts_at=NOW + timedelta(days=20)), **WITH_INTERPRETER)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=NOW)
    send_due_notices(now=NOW)
    hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=NOW)
    mailoutbox.clear()
    return booking


def cancel(booking, now=LATER):
    cancel_booking(booking_id=booking.pk, canceled_by=CanceledBy.RESIDENT, now=now)


def move(booking, slot, now=LATER):
    move_booking(booking_id=booking.pk, slot_id=slot.pk, actor_role=Role.RESIDENT, now=now)


def told(slot, mailoutbox, now):
    """What the expert of a slot hears of it now."""
    send_due_notices(now=now)
    letters = [mail.body for mail in mailoutbox if mail.to == [slot.expert.account.email]]
    mailoutbox.clear()
    period = format_period(slot.starts_at, slot.ends_at, slot.expert.account.language)
    assert all(period in letter for letter in letters)
    return [letter.split("\n\n")[0] for letter in letters]


def test_when_a_booking_held_again_is_canceled(held_again, mailoutbox):
    cancel(held_again)

    assert told(held_again.slot, mailoutbox, LATER) == [WILL_NOT_TAKE_PLACE]


def test_when_no_other_interpreter_is_found(held_again, mailoutbox):
    expired_at = held_again.slot.starts_at - 2 * timedelta(days=1)
    expire_undecided_bookings(now=expired_at)

    assert told(held_again.slot, mailoutbox, expired_at) == [WILL_NOT_TAKE_PLACE]


def test_when_a_booking_held_again_is_moved_and_not_again_when_it_is_canceled(
    held_again, mailoutbox
):
    same_expert = held_again.slot.expert
    slot = SlotFactory(starts_at=held_again.slot.starts_at + 2 * HOUR, expert=same_expert)
    move(held_again, slot)
    assert told(held_again.slot, mailoutbox, LATER) == [WILL_NOT_TAKE_PLACE]

    cancel(held_again, now=LATER + HOUR)

    assert told(slot, mailoutbox, LATER + HOUR) == []


def test_but_not_of_a_session_that_was_never_confirmed(reference_data, mailoutbox):
    booking = book(SlotFactory(starts_at=NOW + timedelta(days=20)), **WITH_INTERPRETER)
    move(booking, slot := SlotFactory(starts_at=NOW + timedelta(days=21)))
    cancel(booking)

    assert told(booking.slot, mailoutbox, LATER) == []
    assert told(slot, mailoutbox, LATER) == []


def test_but_not_in_an_account_that_is_closed(held_again, mailoutbox):
    held_again.slot.expert.account.disable()
    cancel(held_again)

    assert told(held_again.slot, mailoutbox, LATER) == []


def test_every_letter_leads_to_the_agenda_and_to_no_session(reference_data, settings, mailoutbox):
    booking = book(SlotFactory(starts_at=NOW + timedelta(days=20)))
    expert = booking.slot.expert

    send_due_notices(now=LATER)

    [letter] = [mail.body for mail in mailoutbox if mail.to == [expert.account.email]]
    assert f"{settings.LINK_ORIGIN}/{expert.account.language}/agenda/" in letter
    assert f"/agenda/{booking.pk}" not in letter
