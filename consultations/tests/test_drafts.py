from datetime import timedelta
from uuid import uuid4

import pytest

from consultations.models import Draft, Slot
from consultations.services.drafts import (
    DraftGone,
    SlotTaken,
    hold_slot,
    purge_drafts,
    save_answers,
    start_draft,
    wipe_draft,
)
from consultations.tests.acts import begin_draft, book, draft_holding, every_row
from consultations.tests.factories import NOW, ConsultationDayFactory, ExpertFactory, SlotFactory
from taxonomy.tests.factories import TopicFactory

pytestmark = pytest.mark.usefixtures("reference_data")

MINUTE = timedelta(minutes=1)


def held_until(slot):
    slot.refresh_from_db()
    return slot.held_until


def free_slots(now=NOW):
    return set(Slot.objects.free(now))


def test_a_draft_lives_for_an_hour_from_its_last_answer():
    draft = begin_draft(now=NOW)

    save_answers(key=draft.key, answers={"nickname": "Hoa"}, now=NOW + 59 * MINUTE)

    draft.refresh_from_db()
    assert draft.expires_at == NOW + 119 * MINUTE
    assert draft.answers["nickname"] == "Hoa"
    assert draft.answers["topic"] == "work"


def test_answers_after_the_hour_are_refused_and_leave_no_trace():
    draft = begin_draft(now=NOW)
    before = every_row()

    with pytest.raises(DraftGone):
        save_answers(key=draft.key, answers={"nickname": "Hoa"}, now=NOW + 60 * MINUTE)

    assert every_row() == before


def test_what_is_answered_stands_nowhere_readable_in_the_database():
    draft = begin_draft(nickname="Canary", message="canary in the mine")

    raw = Draft.objects.extra(select={"raw": "payload"}).values_list("raw", flat=True)  # noqa: S610

    assert draft.answers["nickname"] == "Canary"
    assert "anary" not in raw[0]


def test_starting_again_wipes_the_draft_of_this_browser_and_frees_its_slot():
    slot = SlotFactory()
    draft = draft_holding(slot)

    fresh = start_draft(key=uuid4(), replacing=draft.key, now=NOW)

    assert list(Draft.objects.all()) == [fresh]
    assert free_slots() == {slot}


def test_hold_slot_keeps_it_from_others_for_a_quarter_of_an_hour():
    slot = SlotFactory()
    late_draft = begin_draft()

    draft = draft_holding(slot)

    assert held_until(slot) == NOW + 15 * MINUTE
    assert draft.answers["slot"] == slot.pk
    assert free_slots() == set()
    assert set(Slot.objects.free(NOW, draft.key)) == {slot}
    before = every_row()
    with pytest.raises(SlotTaken):
        hold_slot(key=late_draft.key, slot_id=slot.pk, now=NOW + 14 * MINUTE)
    assert every_row() == before


def test_a_hold_that_ran_out_is_anybodys():
    slot = SlotFactory()
    slow_draft = draft_holding(slot)

    draft = draft_holding(slot, now=NOW + 15 * MINUTE)

    slot.refresh_from_db()
    assert slot.held_by_draft_id == draft.key
    assert slow_draft.key != draft.key


def test_hold_slot_gives_the_one_before_back():
    first_slot, better_slot = SlotFactory(), SlotFactory()
    draft = draft_holding(first_slot)

    hold_slot(key=draft.key, slot_id=better_slot.pk, now=NOW)

    assert free_slots() == {first_slot}


def test_hold_slot_that_fails_leaves_the_one_before_held():
    own_slot, lost_slot = SlotFactory(), SlotFactory()
    draft = draft_holding(own_slot)
    draft_holding(lost_slot)
    before = every_row()

    with pytest.raises(SlotTaken):
        hold_slot(key=draft.key, slot_id=lost_slot.pk, now=NOW)

    assert every_row() == before


def begun():
    return SlotFactory(starts_at=NOW, day__date=NOW.date(), day__booking_closes_at=NOW + MINUTE)


def unpublished():
    return SlotFactory(day__is_published=False)


def closed_for_booking():
    return SlotFactory(day__booking_closes_at=NOW)


def not_open_for_booking_yet():
    return SlotFactory(day__booking_opens_at=NOW + MINUTE)


def of_another_kind():
    return SlotFactory(expert__kind="psychiatrist")


def booked():
    slot = SlotFactory()
    book(slot)
    return slot


@pytest.mark.parametrize(
    "make_slot",
    [
        begun,
        unpublished,
        closed_for_booking,
        not_open_for_booking_yet,
        of_another_kind,
        booked,
    ],
)
def test_hold_slot_refuses_what_is_not_offered_and_leaves_no_trace(make_slot):
    slot = make_slot()
    draft = begin_draft()
    before = every_row()

    with pytest.raises(SlotTaken):
        hold_slot(key=draft.key, slot_id=slot.pk, now=NOW)

    assert every_row() == before


def test_hold_slot_refuses_a_draft_that_is_gone():
    slot = SlotFactory()
    draft = begin_draft()

    with pytest.raises(DraftGone):
        hold_slot(key=draft.key, slot_id=slot.pk, now=NOW + 60 * MINUTE)

    assert free_slots() == {slot}


def test_each_answer_renews_the_hold_up_to_45_minutes_in_all():
    slot = SlotFactory()
    draft = draft_holding(slot)

    ends = {}
    for minutes in (10, 24, 35, 44):
        save_answers(key=draft.key, answers={"nickname": "Lan"}, now=NOW + minutes * MINUTE)
        ends[minutes] = held_until(slot) - NOW

    assert ends == {
        10: 25 * MINUTE,
        24: 39 * MINUTE,
        35: 45 * MINUTE,
        44: 45 * MINUTE,
    }


def test_choosing_the_same_time_again_does_not_hold_it_longer_than_45_minutes():
    slot = SlotFactory()
    draft = draft_holding(slot)

    for minutes in (14, 28, 42):
        hold_slot(key=draft.key, slot_id=slot.pk, now=NOW + minutes * MINUTE)

    assert held_until(slot) == NOW + 45 * MINUTE


def test_after_45_minutes_the_same_time_can_be_taken_anew_if_nobody_came():
    slot = SlotFactory()
    draft = draft_holding(slot)
    save_answers(key=draft.key, answers={"nickname": "Hoa"}, now=NOW + 46 * MINUTE)
    assert slot in free_slots(NOW + 46 * MINUTE)

    hold_slot(key=draft.key, slot_id=slot.pk, now=NOW + 46 * MINUTE)

    assert held_until(slot) == NOW + 61 * MINUTE


def test_an_answer_does_not_take_back_what_somebody_else_holds_now():
    slot = SlotFactory()
    slow_draft = draft_holding(slot)
    draft = draft_holding(slot, now=NOW + 20 * MINUTE)

    save_answers(key=slow_draft.key, answers={"nickname": "Hoa"}, now=NOW + 21 * MINUTE)

    slot.refresh_from_db()
    assert slot.held_by_draft_id == draft.key


def test_another_topic_gives_the_slot_back():
    TopicFactory(code="family")
    slot = SlotFactory()
    draft = draft_holding(slot)

    draft = save_answers(key=draft.key, answers={"topic": "family"}, now=NOW)

    assert free_slots() == {slot}
    assert draft.answers["slot"] is None
    assert draft.answers["nickname"] == "Lan"


def test_the_same_topic_once_more_keeps_the_slot():
    slot = SlotFactory()
    draft = draft_holding(slot)

    draft = save_answers(key=draft.key, answers={"topic": "work"}, now=NOW)

    assert free_slots() == set()
    assert draft.answers["slot"] == slot.pk


def test_wipe_draft_forgets_the_answers_and_frees_the_slot_of_this_draft_alone():
    slot, slot_of_another = SlotFactory(), SlotFactory()
    draft, draft_of_another = draft_holding(slot), draft_holding(slot_of_another)

    wipe_draft(key=draft.key)

    assert list(Draft.objects.all()) == [draft_of_another]
    assert free_slots() == {slot}


def test_purge_drafts_takes_those_whose_hour_is_over_and_no_others():
    slot = SlotFactory()
    draft_holding(slot, now=NOW)
    young_draft = begin_draft(now=NOW + MINUTE)

    purged = purge_drafts(now=NOW + 60 * MINUTE)

    slot.refresh_from_db()
    assert purged == 1
    assert list(Draft.objects.all()) == [young_draft]
    assert (slot.held_by_draft_id, slot.held_until) == (None, None)


def test_a_slot_is_held_by_one_draft_and_a_draft_holds_one_slot():
    day, expert = ConsultationDayFactory(), ExpertFactory()
    slots = [
        SlotFactory(day=day, expert=expert, starts_at=NOW + timedelta(days=7, hours=hours))
        for hours in range(3)
    ]
    draft = begin_draft()

    for slot in [*slots, *reversed(slots)]:
        hold_slot(key=draft.key, slot_id=slot.pk, now=NOW)

    assert list(Slot.objects.filter(held_by_draft=draft.key)) == [slots[0]]
