"""Any order of acts: a slot is sold once, and no letter tells what is no longer true."""

from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
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
from cases.models import Resident
from cinga.retention import count_expired, purge
from consultations.choices import WaitingStatus
from consultations.drop_outs import DropOut, preview_drop_out
from consultations.models import Booking, Draft, Slot, TransitionNotAllowed, WaitingEntry
from consultations.services import waiting
from consultations.services.attendance import say_coming
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    complete_booking,
    confirm_booking,
    expire_undecided_bookings,
    hold_booking_again,
    move_booking,
    record_no_show,
)
from consultations.services.drafts import (
    DraftGone,
    SlotTaken,
    hold_slot,
    save_answers,
    wipe_draft,
)
from consultations.services.dropout import drop_out
from consultations.services.erasure import erase_resident
from consultations.services.limits import AlreadyBooked, ProofNeeded
from consultations.services.making import AnswersMissing, book_by_phone
from consultations.services.waiting import CannotBeTold, OfferLapsed
from consultations.tests.acts import BY_PHONE, begin_draft, complete_answers, send_draft
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
from privacy.networks import TooManyAttempts
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = pytest.mark.django_db

REFUSALS = (
    AlreadyBooked,
    AnswersMissing,
    BookingNotOpen,
    CannotBeTold,
    DraftGone,
    OfferLapsed,
    ProofNeeded,
    SlotTaken,
    TooManyAttempts,
    TransitionNotAllowed,
)
NUMBERS = st.integers(0, 3)
# From a moment to more than a hold, an hour, a day, a week.
WHILES = st.sampled_from([1, 20, 61, 5 * 60, 24 * 60, 3 * 24 * 60])
WISHES = st.sampled_from(["not_needed", "wanted"])
TRUE_OF_OPEN = ("reminder", "booking_confirmed", "expert_booked", "expert_day_before")
# What is said of a session that has begun or is over.
SAID_LATER = {"missed_by_resident", "session_call", "waiting_first", "booking_link"}
# Of a slot that was given up, not of the booking as it is now.
OF_ANOTHER_TIME = {"expert_freed"}


class BookingMachine(RuleBasedStateMachine):
    drafts = Bundle("drafts")
    bookings = Bundle("bookings")
    entries = Bundle("entries")

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
        self.people = count()
        self.revisions = Counter()
        self.coordinator = UserFactory(role=roles.COORDINATOR)
        self.experts = [ExpertFactory(), ExpertFactory()]
        day = ConsultationDayFactory(booking_closes_at=NOW + timedelta(days=12))
        self.slots = [
            SlotFactory(
                day=day,
                expert=self.experts[number % 2],
                starts_at=NOW + timedelta(days=days, hours=hours),
            )
            for number, (days, hours) in enumerate([(6, 0), (6, 2), (12, 0), (12, 1)])
        ]

    def attempt(self, act, *args, **kwargs):
        try:
            return act(*args, **kwargs)
        except REFUSALS:
            return None

    # DRAFTS

    @rule(target=drafts, wish=WISHES, changes=st.sampled_from([{}, {}, BY_PHONE, {"one": True}]))
    def begin(self, wish, changes):
        if "one" in changes:
            # Always the same person.
            changes = {"email": "lan@example.org"}
        elif not changes:
            changes = {"email": f"person{next(self.people)}@example.org"}
        return begin_draft(now=self.now, interpreter_wish=wish, **changes).key

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

    # BOOKINGS

    @rule(target=bookings, number=NUMBERS, wish=WISHES)
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

    @rule(booking=bookings)
    def say_coming(self, booking):
        self.attempt(say_coming, booking_id=booking, now=self.now)

    @rule(booking=bookings, party=st.sampled_from(["client", "expert", "technical"]))
    def miss(self, booking, party):
        self.attempt(
            record_no_show,
            booking_id=booking,
            party=party,
            recorded_by=self.coordinator,
            now=self.now,
        )

    @rule(booking=bookings)
    def complete(self, booking):
        self.attempt(
            complete_booking,
            booking_id=booking,
            outcome="advice_given",
            completed_by=self.coordinator,
            now=self.now,
        )

    @rule(number=st.integers(0, 1), days=st.sampled_from([1, 7, 20]))
    def expert_drops_out(self, number, days):
        what = DropOut(
            expert_id=self.experts[number].pk,
            from_at=self.now,
            until_at=self.now + timedelta(days=days),
        )
        seen = preview_drop_out(what=what, now=self.now).seen
        drop_out(what=what, seen=seen, dropped_by=self.coordinator, now=self.now)

    # THE WAITING LIST

    @rule(target=entries, draft=drafts)
    def wait_for_a_time(self, draft):
        entry = self.attempt(
            waiting.join_from_draft,
            key=draft,
            consent_language="vi",
            network="",
            now=self.now,
        )
        return entry.pk if entry else multiple()

    @rule(target=bookings, entry=entries)
    def take(self, entry):
        booking = self.attempt(waiting.take, entry_id=entry, now=self.now)
        return booking.pk if booking else multiple()

    @rule(act=st.sampled_from(["decline", "leave", "come_back"]), entry=entries)
    def answer_an_offer(self, act, entry):
        self.attempt(getattr(waiting, act), entry_id=entry, now=self.now)

    @rule(number=NUMBERS)
    def stand_by(self, number):
        waiting.stand_by_for(slot=self.slots[number], now=self.now)

    # TIME

    @rule(minutes=WHILES)
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        expire_undecided_bookings(now=self.now)
        waiting.offer_free_slots(now=self.now)

    @rule(days=st.sampled_from([0, 200]))
    def purge(self, days):
        purge(now=self.now + timedelta(days=days))
        assert not any(count_expired(now=self.now + timedelta(days=days)).values())

    @rule(booking=bookings)
    def forget(self, booking):
        resident = Resident.objects.get(cases__bookings=booking)
        erase_resident(resident_id=resident.pk, actor_role=Role.RESIDENT, now=self.now)
        resident.refresh_from_db()
        assert not any([resident.nickname, resident.email, resident.phone, resident.email_digest])
        assert not Booking.objects.open().filter(case__resident=resident).exists()
        for booking in Booking.objects.filter(case__resident=resident):
            assert not any([booking.message, booking.language_variety, booking.takeaways])

    # WHAT ALWAYS HOLDS

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
    def what_is_offered_is_kept_for_one_person(self):
        offered = WaitingEntry.objects.offered().filter(claim_until__gt=self.now)
        for entry in offered.select_related("slot"):
            assert entry.slot.held_until == entry.claim_until
            assert entry.claim_until <= entry.slot.starts_at - timedelta(hours=2)
            assert not entry.slot.bookings.occupying().exists()
            assert not Slot.objects.free(self.now).filter(pk=entry.slot_id).exists()
            assert entry.slot.withdrawn_at is None

    @invariant()
    def what_was_given_back_is_free_for_others(self):
        for slot in Slot.objects.filter(held_until__gt=self.now, withdrawn_at__isnull=True):
            key = slot.held_by_draft_id
            is_booked = slot.bookings.occupying().exists()
            is_typed = key and Draft.objects.live(self.now).filter(pk=key).exists()
            is_offered = slot.offers.filter(status=WaitingStatus.OFFERED).exists()
            assert is_booked or is_typed or is_offered

    @invariant()
    def nobody_is_booked_with_an_expert_who_dropped_out(self):
        assert not Booking.objects.open().filter(slot__withdrawn_at__isnull=False).exists()

    @invariant()
    def revisions_only_grow(self):
        for model in (Booking, WaitingEntry):
            for pk, revision in model.objects.values_list("pk", "revision"):
                assert revision >= self.revisions[model, pk]
                self.revisions[model, pk] = revision

    @rule()
    def look_at_every_letter(self):
        """What would go out now is true now, and said once."""
        sent = Counter()
        for notice in Notice.objects.all():
            answer = registry.compose(notice, self.now)
            if not isinstance(answer, Letter | Call):
                continue
            subject, key, *_more = notice.subject_key.split(":")
            if subject == "booking":
                self.is_true_of_booking(notice, Booking.objects.select_related("slot").get(pk=key))
            elif subject == "waiting":
                self.is_true_of_entry(notice, WaitingEntry.objects.get(pk=key))
            sent[notice.kind, notice.subject_key, notice.recipient_key, notice.revision] += 1
        assert all(count == 1 for count in sent.values())

    def is_true_of_booking(self, notice, booking):
        if notice.kind not in OF_ANOTHER_TIME:
            assert notice.revision == booking.revision
        if notice.kind not in OF_ANOTHER_TIME | SAID_LATER:
            assert booking.slot.starts_at > self.now
        if notice.kind.startswith(TRUE_OF_OPEN):
            assert booking.status == "confirmed"

    def is_true_of_entry(self, notice, entry):
        assert notice.revision == entry.revision
        if notice.kind == "waiting_offered":
            assert entry.status == WaitingStatus.OFFERED
            assert entry.claim_until > self.now


def test_any_order_of_acts_keeps_every_promise(db):
    TopicExpertKindFactory(topic=TopicFactory(code="work"))
    LanguageFactory(code="vi")

    run_state_machine_as_test(
        BookingMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # The steps are printed as they are; making them fewer takes longer than reading.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
