"""A day or an expert drops out: who is affected, what each gets instead, all or nothing."""

from datetime import datetime, timedelta

import pytest

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import CaseEvent
from consultations.choices import WaitingStatus
from consultations.drop_out_notices import DROP_OUT_CALL
from consultations.drop_outs import DropOut, dropped_out, preview_drop_out
from consultations.models import Booking, Slot, WaitingEntry
from consultations.notices import CANCELED, EXPERT_CANCELED
from consultations.services import waiting
from consultations.services.bookings import cancel_booking
from consultations.services.dropout import AffectedChanged, drop_out, offer_again
from consultations.tests.acts import BY_PHONE, begin_draft, book, draft_holding, every_row
from consultations.tests.factories import (
    NOW,
    TOKYO,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from consultations.waiting_notices import FIRST
from notifications import registry
from notifications.letters import Call, Letter, Obsolete
from notifications.models import Notice
from notifications.services import complete_call, send_due_notices
from taxonomy.tests.factories import TopicFactory

pytestmark = pytest.mark.usefixtures("reference_data")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2030, 4, 8, 7, 50, tzinfo=TOKYO)


def at(hour, minute=0, day=8):
    return datetime(2030, 4, day, hour, minute, tzinfo=TOKYO)


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


@pytest.fixture
def expert():
    return ExpertFactory()


@pytest.fixture
def day(expert):
    """Four slots of the expert from nine o'clock on, every hour."""
    day = ConsultationDayFactory()
    for hour in (9, 10, 11, 12):
        SlotFactory(day=day, expert=expert, starts_at=at(hour))
    return day


@pytest.fixture
def next_week():
    """Two free slots of another lawyer."""
    day = ConsultationDayFactory(date=at(9, day=15).date())
    expert = ExpertFactory()
    return [SlotFactory(day=day, expert=expert, starts_at=at(hour, day=15)) for hour in (10, 11)]


def slots_of(day):
    return list(day.slots.order_by("starts_at"))


def today_of(expert):
    return DropOut(expert_id=expert.pk, from_at=at(0), until_at=at(0, day=9))


def someone(slot, name, **changes):
    return book(slot, **{"email": f"{name}@example.org", "nickname": name} | changes)


def do(what, coordinator, now=MORNING, seen=None):
    seen = seen or preview_drop_out(what=what, now=now).seen
    return drop_out(what=what, seen=seen, dropped_by=coordinator, now=now)


def first_notices():
    return {
        (notice.recipient_key, notice.channel): notice
        for notice in Notice.objects.filter(kind=FIRST)
    }


# THE PREVIEW


def test_the_preview_names_everybody_by_time_with_the_time_kept_for_each(day, expert, next_week):
    nine, ten, eleven, noon = slots_of(day)
    late = someone(noon, "late")
    early = someone(nine, "early", **BY_PHONE)
    between = someone(ten, "between", phone="")

    preview = preview_drop_out(what=today_of(expert), now=MORNING)

    assert [(each.booking, each.new_slot) for each in preview.people] == [
        (early, next_week[0]),
        (between, next_week[1]),
        (late, None),
    ]
    assert preview.free_slots == [eleven]
    assert (preview.letters, preview.calls, preview.unreached, preview.kept) == (2, 1, 0, 2)


def test_no_time_is_kept_that_is_of_another_kind_or_too_near(day, expert):
    SlotFactory(starts_at=at(9, 30))
    SlotFactory(starts_at=at(13), expert=ExpertFactory(kind="psychiatrist"))
    SlotFactory(starts_at=at(13), withdrawn_at=NOW)
    someone(slots_of(day)[0], "early")

    preview = preview_drop_out(what=today_of(expert), now=MORNING)

    assert [each.new_slot for each in preview.people] == [None]


def test_what_has_begun_and_other_days_and_experts_are_not_affected(day, expert, next_week):
    nine, ten, *_others = slots_of(day)
    other = SlotFactory(day=day, starts_at=at(10))
    later = SlotFactory(expert=expert, starts_at=at(10, day=9))
    for number, slot in enumerate((nine, ten, other, later)):
        someone(slot, f"person-{number}")

    of_expert = preview_drop_out(what=today_of(expert), now=at(9, 30))
    of_day = preview_drop_out(what=DropOut(day_id=day.pk), now=at(9, 30))

    assert [each.booking.slot for each in of_expert.people] == [ten]
    assert [each.booking.slot for each in of_day.people] == [ten, other]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_preview_costs_the_same_for_one_and_for_three(
    day, expert, next_week, rows, django_assert_num_queries
):
    for number, slot in enumerate(slots_of(day)[:rows]):
        someone(slot, f"person-{number}")

    with django_assert_num_queries(4):
        preview = preview_drop_out(what=today_of(expert), now=MORNING)

    assert len(preview.people) == rows


def test_a_preview_writes_nothing(day, expert):
    someone(slots_of(day)[0], "early")
    before = every_row()

    preview_drop_out(what=today_of(expert), now=MORNING)

    assert every_row() == before


# THE ACT


def test_everybody_gets_what_the_preview_has_said(day, expert, next_week, coordinator):
    children = TopicFactory(code="children")
    TopicExpertKindFactory(topic=children, expert_kind="psychiatrist")
    lawyers = TopicExpertKindFactory(topic=children)
    soul = SlotFactory(expert=ExpertFactory(kind="psychiatrist"), starts_at=at(15, day=12))
    nine, ten, eleven, noon = slots_of(day)
    someone(nine, "early", **BY_PHONE)
    someone(ten, "child", topic="children")
    lawyers.delete()
    someone(eleven, "third")
    someone(noon, "last")
    what = today_of(expert)
    promised = {
        each.booking.pk: each.new_slot for each in preview_drop_out(what=what, now=MORNING).people
    }

    canceled = do(what, coordinator)

    assert [booking.slot for booking in canceled] == [nine, ten, eleven, noon]
    entries = WaitingEntry.objects.filter(replaces__in=canceled).select_related("slot")
    assert {entry.replaces_id: entry.slot for entry in entries} == promised
    assert set(promised.values()) == {*next_week, soul, None}
    assert all(entry.is_first for entry in entries)


def test_the_slots_are_withdrawn_and_the_bookings_canceled_with_their_history(
    day, expert, coordinator
):
    booking = someone(slots_of(day)[0], "early")

    do(today_of(expert), coordinator)

    booking.refresh_from_db()
    assert {slot.withdrawn_at for slot in slots_of(day)} == {MORNING}
    assert (booking.status, booking.canceled_by) == ("canceled", "expert")
    assert not Slot.objects.free(MORNING).filter(day=day).exists()
    [event] = CaseEvent.objects.filter(verb="consultations.booking_canceled")
    assert (event.actor, event.happened_at) == (coordinator, MORNING)


def test_one_letter_says_sorry_and_the_ordinary_one_is_not_sent(
    day, expert, next_week, coordinator
):
    booking = someone(slots_of(day)[0], "early", reading_language="en")
    caller = someone(slots_of(day)[1], "caller", **BY_PHONE)

    do(today_of(expert), coordinator)

    assert not Notice.objects.filter(kind=CANCELED).exists()
    notices = first_notices()
    letter = notices[booking.case.resident.key, "email"]
    call = notices[caller.case.resident.key, "call"]
    assert isinstance(registry.compose(letter, letter.due_at), Letter)
    assert isinstance(registry.compose(call, call.due_at), Call)
    assert len(notices) == 2


def test_who_is_expected_within_two_hours_is_told_before_eight(day, expert, coordinator):
    nine, ten, *_later = slots_of(day)
    near = someone(nine, "near", **BY_PHONE)
    later = someone(ten, "later", **BY_PHONE | {"phone": "+819000000009"})

    do(today_of(expert), coordinator)

    notices = first_notices()
    assert notices[near.case.resident.key, "call"].due_at == MORNING
    assert notices[later.case.resident.key, "call"].due_at == at(8)


def test_who_reads_letters_is_called_as_well_when_there_is_no_time_to_read(
    day, expert, coordinator
):
    nine, ten, *_later = slots_of(day)
    near = someone(nine, "near", mode="phone", phone="+819012345678")
    someone(ten, "later", mode="phone", phone="+819012345679")

    do(today_of(expert), coordinator)

    [call] = Notice.objects.filter(kind=DROP_OUT_CALL)
    assert (call.subject_key, call.due_at, call.channel) == (near.key, MORNING, "call")
    assert registry.compose(call, MORNING).phone == "+819012345678"


def test_experts_are_told_of_a_day_but_not_of_their_own_absence(day, expert, coordinator):
    colleague = SlotFactory(day=day, starts_at=at(10)).expert
    someone(slots_of(day)[0], "early")
    someone(colleague.slots.get(), "other")

    do(today_of(expert), coordinator)
    told = list(Notice.objects.filter(kind=EXPERT_CANCELED).values_list("recipient_key", flat=True))
    do(DropOut(day_id=day.pk), coordinator)

    assert told == []
    keys = Notice.objects.filter(kind=EXPERT_CANCELED).values_list("recipient_key", flat=True)
    assert list(keys) == [colleague.key]
    assert Booking.objects.get(slot__expert=colleague).canceled_by == "coordinator"


def test_nothing_about_the_old_time_is_sent_afterwards(day, expert, coordinator, mailoutbox):
    booking = someone(slots_of(day)[3], "late", reading_language="en")
    Notice.objects.filter(due_at__lte=MORNING).delete()

    do(today_of(expert), coordinator)
    for hour in range(8, 13):
        send_due_notices(at(hour))

    assert [mail.to for mail in mailoutbox] == [["late@example.org"]]
    hour_before = Notice.objects.get(kind="reminder_hour_before", subject_key=booking.key)
    assert registry.compose(hour_before, at(11)) == Obsolete("status_changed")


def test_an_offer_of_a_time_that_falls_out_is_taken_back(day, expert, coordinator, next_week):
    nine, *_others = slots_of(day)
    Slot.objects.exclude(pk=nine.pk).update(withdrawn_at=NOW)
    somebody = waiting.join_from_draft(
        key=begin_draft(email="w@example.org").key, consent_language="vi", network="", now=NOW
    )
    somebody.declined_slots.clear()
    offered = waiting.offer_slot(slot=nine, now=NOW)
    assert offered == somebody

    do(today_of(expert), coordinator, now=NOW + HOUR / 60)

    somebody.refresh_from_db()
    nine.refresh_from_db()
    assert (somebody.status, somebody.slot) == (WaitingStatus.WAITING, None)
    assert nine.held_until is None


def test_a_typing_hold_is_lost_and_its_draft_cannot_book(day, expert, coordinator):
    draft = draft_holding(slots_of(day)[0])

    do(today_of(expert), coordinator, now=NOW + HOUR / 60)

    slot = slots_of(day)[0]
    assert (slot.held_by_draft_id, slot.held_until) == (None, None)
    assert draft.pk
    assert not Slot.objects.hold(
        slot_id=slot.pk, draft_key=draft.pk, until=NOW + HOUR, now=NOW + HOUR / 30
    )


def test_doing_it_twice_is_doing_it_once(day, expert, coordinator):
    someone(slots_of(day)[0], "early")
    seen = preview_drop_out(what=today_of(expert), now=MORNING).seen
    do(today_of(expert), coordinator, seen=seen)
    before = every_row()

    again = do(today_of(expert), coordinator, seen=seen, now=MORNING + HOUR / 60)

    assert again == []
    assert every_row() == before


def test_it_is_refused_when_others_are_affected_than_were_seen(day, expert, coordinator):
    nine, ten, *_others = slots_of(day)
    what = today_of(expert)
    nobody = preview_drop_out(what=what, now=MORNING).seen
    booking = someone(nine, "early")
    one = preview_drop_out(what=what, now=MORNING).seen
    someone(ten, "other")
    before = every_row()

    for seen in (nobody, one):
        with pytest.raises(AffectedChanged):
            do(what, coordinator, seen=seen)

    assert every_row() == before
    cancel_booking(booking_id=booking.pk, canceled_by="resident", now=MORNING)
    with pytest.raises(AffectedChanged):
        do(what, coordinator, seen=one)


def test_a_failure_in_the_middle_leaves_no_trace(day, expert, coordinator, monkeypatch):
    for number, slot in enumerate(slots_of(day)):
        someone(slot, f"person-{number}")
    before = every_row()
    put_first, calls = waiting.put_first, []

    def fails_at_the_third(**arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise RuntimeError
        return put_first(**arguments)

    monkeypatch.setattr(waiting, "put_first", fails_at_the_third)
    with pytest.raises(RuntimeError):
        do(today_of(expert), coordinator)

    assert every_row() == before
    assert not WaitingEntry.objects.exists()


# AFTERWARDS


def test_what_became_of_everybody_is_known_in_two_queries(
    day, expert, coordinator, next_week, django_assert_num_queries
):
    bookings = [someone(slot, f"p{slot.pk}") for slot in slots_of(day)[:3]]
    cancel_booking(booking_id=bookings[2].pk, canceled_by="resident", now=NOW)
    do(today_of(expert), coordinator)

    with django_assert_num_queries(2):
        people = dropped_out(what=today_of(expert), now=MORNING)
        kept = [booking.waiting_entry.slot for booking in people]

    assert people == bookings[:2]
    assert kept == next_week


def test_who_was_called_is_not_to_be_called_any_more(day, expert, coordinator):
    someone(slots_of(day)[0], "caller", **BY_PHONE)
    someone(slots_of(day)[1], "reader")
    do(today_of(expert), coordinator)

    before = [each.is_to_be_called for each in dropped_out(what=today_of(expert), now=MORNING)]
    complete_call(notice_id=Notice.objects.get(channel="call", kind=FIRST).pk, now=MORNING)
    after = [each.is_to_be_called for each in dropped_out(what=today_of(expert), now=MORNING)]

    assert (before, after) == ([True, False], [False, False])


def test_the_slots_can_be_offered_again_but_the_bookings_stay_canceled(day, expert, coordinator):
    booking = someone(slots_of(day)[3], "late")
    do(today_of(expert), coordinator)

    slots = offer_again(what=today_of(expert), now=MORNING + HOUR / 60)

    booking.refresh_from_db()
    assert slots == slots_of(day)
    assert {slot.withdrawn_at for slot in slots_of(day)} == {None}
    assert booking.status == "canceled"
    # Who was put first gets the first of them that is far enough ahead.
    entry = WaitingEntry.objects.get(replaces=booking)
    assert (entry.status, entry.slot.starts_at > MORNING + 2 * HOUR) == ("offered", True)
