"""An expert drops out at the very moment at which residents book, move and cancel."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from accounts import roles
from accounts.tests.factories import UserFactory
from consultations.drop_outs import DropOut, preview_drop_out
from consultations.models import Booking, WaitingEntry
from consultations.notices import CANCELED
from consultations.services import dropout
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    move_booking,
)
from consultations.services.drafts import SlotTaken
from consultations.services.dropout import AffectedChanged, drop_out
from consultations.services.making import book_by_phone
from consultations.tests.acts import book, complete_answers
from consultations.tests.factories import (
    NOW,
    TOKYO,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
)
from consultations.waiting_notices import FIRST
from interface.tests.together import at_once
from notifications import doorbell
from notifications.models import Notice

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data", "letters_stay_rows"),
]

ROUNDS = 12


@pytest.fixture
def letters_stay_rows(monkeypatch):
    monkeypatch.setattr(doorbell, "publish", lambda: None)


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


class Round:
    """An expert with a booked and a free slot, a colleague with the same, later."""

    def __init__(self, number, coordinator):
        self.number, self.coordinator = number, coordinator
        start = datetime(2030, 5, 1, 10, tzinfo=TOKYO) + number * timedelta(days=1)
        day = ConsultationDayFactory(date=start.date())
        self.expert, colleague = ExpertFactory(account=None), ExpertFactory(account=None)
        self.booked, self.free, self.others, self.target = (
            SlotFactory(day=day, expert=expert, starts_at=start + timedelta(hours=hour))
            for expert, hour in ((self.expert, 0), (self.expert, 1), (colleague, 2), (colleague, 3))
        )
        self.what = DropOut(
            expert_id=self.expert.pk, from_at=start, until_at=start + timedelta(hours=9)
        )
        self.booking = book(self.booked, email=f"a{number}@example.org")
        self.other = book(self.others, email=f"b{number}@example.org")
        self.seen = preview_drop_out(what=self.what, now=NOW).seen

    def drop_out(self):
        drop_out(what=self.what, seen=self.seen, dropped_by=self.coordinator, now=NOW)
        return "done"

    def cancel(self):
        cancel_booking(booking_id=self.booking.pk, canceled_by="resident", now=NOW)
        return "done"

    def move_away(self):
        return self._move(self.booking, self.target)

    def move_in(self):
        return self._move(self.other, self.free)

    def book_in(self):
        book_by_phone(
            answers=complete_answers(email=f"c{self.number}@example.org"),
            slot_id=self.free.pk,
            booked_by=self.coordinator,
            now=NOW,
        )
        return "done"

    def _move(self, booking, slot):
        move_booking(booking_id=booking.pk, slot_id=slot.pk, actor_role=Role.RESIDENT, now=NOW)
        return "done"


def outcome(act):
    try:
        return act()
    except (AffectedChanged, BookingNotOpen, SlotTaken) as refusal:
        return type(refusal).__name__


def strays():
    """Open bookings of times that have been taken back."""
    return Booking.objects.open().filter(slot__withdrawn_at__isnull=False).count()


def told():
    """How many have been told by the letter of the drop-out, by the ordinary one."""
    return (
        Notice.objects.filter(kind=FIRST).count(),
        Notice.objects.filter(kind=CANCELED, channel="email").count(),
    )


@pytest.mark.parametrize("act", ["cancel", "move_away", "move_in", "book_in"])
def test_whoever_comes_first_nobody_is_left_on_a_time_taken_back(act, coordinator):
    for number in range(ROUNDS):
        here = Round(number, coordinator)
        first_before, canceled_before = told()

        ended = at_once([partial(outcome, here.drop_out), partial(outcome, getattr(here, act))], 2)

        withdrawn = here.expert.slots.filter(withdrawn_at__isnull=False).count()
        first, canceled = (
            now - then for now, then in zip(told(), (first_before, canceled_before), strict=True)
        )
        assert strays() == 0
        assert ended[0] in {"done", "AffectedChanged"}
        assert withdrawn == (2 if ended[0] == "done" else 0)
        # Each is told once, by the one letter or by the other.
        assert first == (1 if ended[0] == "done" else 0)
        assert first + canceled <= 1
        assert WaitingEntry.objects.filter(replaces=here.booking).count() == first


def test_dropping_out_twice_at_once_is_dropping_out_once(coordinator):
    for number in range(ROUNDS):
        here = Round(number, coordinator)

        ended = at_once([partial(outcome, here.drop_out)] * 2, 2)

        assert ended == ["done", "done"]
        assert WaitingEntry.objects.filter(replaces=here.booking).count() == 1
        assert told()[0] == number + 1


def test_an_act_that_trusts_its_preview_leaves_somebody_behind(coordinator, monkeypatch):
    """What the look at the bookings under the lock is for."""
    here = Round(0, coordinator)
    seen_then = list(Booking.objects.open().filter(slot=here.booked).with_story())
    monkeypatch.setattr(dropout, "bookings_on", lambda slots: seen_then)
    here.book_in()

    here.drop_out()

    assert strays() == 1
