"""Any order of acts: a slot is sold once, and no letter tells what is no longer true."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts import roles
from accounts.tests.factories import UserFactory
from consultations.models import Booking, Draft, Slot, TransitionNotAllowed
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    confirm_booking,
    expire_undecided_bookings,
    hold_booking_again,
    move_booking,
)
from consultations.services.drafts import (
    DraftGone,
    SlotTaken,
    hold_slot,
    purge_drafts,
    save_answers,
    wipe_draft,
)
from consultations.services.making import AnswersMissing, book_by_phone
from consultations.tests.acts import begin_draft, complete_answers, send_draft
from consultations.tests.factories import (
    NOW,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from notifications import registry
from notifications.letters import Call, Letter
from notifications.models import Notice
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = pytest.mark.django_db

REFUSALS = (AnswersMissing, BookingNotOpen, DraftGone, SlotTaken, TransitionNotAllowed)
NUMBERS = st.integers(0, 3)
# From a moment to more than a hold, an hour, a day, a week.
WHILES = st.sampled_from([1, 20, 61, 24 * 60, 3 * 24 * 60])
TRUE_OF_OPEN = ("reminder", "booking_confirmed", "expert_booked", "expert_day_before")


class BookingMachine(RuleBasedStateMachine):
    drafts = Bundle("drafts")
    bookings = Bundle("bookings")

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def open_two_days(self):
        self.now = NOW
        self.revisions = Counter()
        self.coordinator = UserFactory(role=roles.COORDINATOR)
        expert = ExpertFactory()
        day = ConsultationDayFactory(booking_closes_at=NOW + timedelta(days=12))
        self.slots = [
            SlotFactory(
                day=day,
                expert=expert,
                starts_at=NOW + timedelta(days=days, hours=hours),
            )
            for days, hours in [(6, 0), (6, 2), (12, 0), (12, 1)]
        ]

    def attempt(self, act, *args, **kwargs):
        try:
            return act(*args, **kwargs)
        except REFUSALS:
            return None

    @rule(target=drafts, wish=st.sampled_from(["not_needed", "wanted"]))
    def begin(self, wish):
        return begin_draft(now=self.now, interpreter_wish=wish).key

    @rule(draft=drafts, number=NUMBERS)
    def hold(self, draft, number):
        self.attempt(hold_slot, key=draft, slot_id=self.slots[number].pk, now=self.now)

    @rule(draft=drafts)
    def answer(self, draft):
        self.attempt(save_answers, key=draft, answers={"nickname": "Hoa"}, now=self.now)

    @rule(draft=drafts)
    def leave(self, draft):
        wipe_draft(key=draft)

    @rule(target=bookings, draft=drafts)
    def send(self, draft):
        booking = self.attempt(send_draft, Draft(key=draft), now=self.now)
        if booking is None:
            return multiple()
        assert self.attempt(send_draft, Draft(key=draft), now=self.now) == booking
        return booking.pk

    @rule(target=bookings, number=NUMBERS, wish=st.sampled_from(["not_needed", "wanted"]))
    def enter_by_phone(self, number, wish):
        booking = self.attempt(
            book_by_phone,
            answers=complete_answers(interpreter_wish=wish),
            slot_id=self.slots[number].pk,
            booked_by=self.coordinator,
            now=self.now,
        )
        return booking.pk if booking else multiple()

    @rule(booking=bookings, number=NUMBERS)
    def move(self, booking, number):
        slot = self.slots[number]
        self.attempt(
            move_booking,
            booking_id=booking,
            slot_id=slot.pk,
            actor_role=Role.RESIDENT,
            now=self.now,
        )

    @rule(booking=bookings)
    def cancel(self, booking):
        self.attempt(cancel_booking, booking_id=booking, canceled_by="resident", now=self.now)

    @rule(booking=bookings)
    def confirm(self, booking):
        self.attempt(
            confirm_booking, booking_id=booking, confirmed_by=self.coordinator, now=self.now
        )

    @rule(booking=bookings)
    def hold_again(self, booking):
        self.attempt(hold_booking_again, booking_id=booking, held_by=self.coordinator, now=self.now)

    @rule(minutes=WHILES)
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        expire_undecided_bookings(now=self.now)

    @rule()
    def purge(self):
        purge_drafts(now=self.now)
        assert not Draft.objects.expired(self.now).exists()

    @invariant()
    def a_slot_is_kept_by_one_booking(self):
        kept = Counter(Booking.objects.occupying().values_list("slot", flat=True))
        assert all(count == 1 for count in kept.values())

    @invariant()
    def a_draft_holds_one_slot_and_none_that_is_booked_is_offered(self):
        holders = Counter(Slot.objects.exclude(held_by_draft=None).values_list("held_by_draft"))
        assert all(count == 1 for count in holders.values())
        booked = Booking.objects.occupying().values_list("slot", flat=True)
        assert not Slot.objects.free(self.now).filter(pk__in=list(booked)).exists()

    @invariant()
    def what_was_given_back_is_free_for_others(self):
        for slot in Slot.objects.filter(held_until__gt=self.now):
            key = slot.held_by_draft_id
            is_booked = slot.bookings.occupying().exists()
            assert is_booked or Draft.objects.live(self.now).filter(pk=key).exists()

    @invariant()
    def revisions_only_grow(self):
        for pk, revision in Booking.objects.values_list("pk", "revision"):
            assert revision >= self.revisions[pk]
            self.revisions[pk] = revision

    @rule()
    def look_at_every_letter(self):
        """What would go out now is true now, and said once."""
        sent = Counter()
        for notice in Notice.objects.all():
            answer = registry.compose(notice, self.now)
            if not isinstance(answer, Letter | Call):
                continue
            booking = Booking.objects.select_related("slot").get(
                pk=notice.subject_key.removeprefix("booking:")
            )
            if notice.kind != "expert_freed":
                assert notice.revision == booking.revision
                assert booking.slot.starts_at > self.now
            if notice.kind.startswith(TRUE_OF_OPEN):
                assert booking.status == "confirmed"
            sent[notice.kind, notice.subject_key, notice.recipient_key, notice.revision] += 1
        assert all(count == 1 for count in sent.values())


def test_any_order_of_acts_keeps_every_promise(db):
    TopicExpertKindFactory(topic=TopicFactory(code="work"))
    LanguageFactory(code="vi")

    run_state_machine_as_test(
        BookingMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
