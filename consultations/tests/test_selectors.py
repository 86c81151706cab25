from datetime import date, timedelta

import pytest
from django.utils.translation import override

from consultations.models import Slot
from consultations.selectors import (
    MOST_CHOICES,
    booking_behind,
    coming_days,
    emergency_lines,
    slot_choices,
)
from consultations.tests.acts import begin_draft, book, draft_holding
from consultations.tests.factories import (
    NOW,
    BookingFactory,
    ConsultationDayFactory,
    EmergencyLineFactory,
    ExpertFactory,
    SlotFactory,
)

pytestmark = pytest.mark.usefixtures("reference_data")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def days(now=NOW):
    with override("en"):
        return [
            (day.date, [str(kind) for kind in day.kinds], day.free_slots)
            for day in coming_days(now)
        ]


def choices(draft=None, *, topic="work", now=NOW):
    with override("en"):
        return slot_choices(
            topic=topic, language="en", now=now, draft_key=draft.key if draft else None
        )


def offered(draft=None, **where):
    return [pk for _day, times in choices(draft, **where) for pk, _label in times]


# THE COMING DAYS


def test_coming_days_count_what_is_free_and_name_the_kinds_in_order_of_time():
    day = ConsultationDayFactory()
    social_worker = ExpertFactory(kind="social_worker")
    free = SlotFactory(day=day)
    SlotFactory(day=day, expert=social_worker, starts_at=free.starts_at + HOUR)
    book(SlotFactory(day=day, starts_at=free.starts_at + 2 * HOUR))
    draft_holding(SlotFactory(day=day, starts_at=free.starts_at + 3 * HOUR))

    assert days() == [(date(2030, 4, 8), ["Lawyer", "Social worker"], 2)]


def test_coming_days_stand_in_order_and_end_with_their_last_session():
    later = SlotFactory(starts_at=NOW + 14 * DAY)
    sooner = SlotFactory(starts_at=NOW + 7 * DAY)

    assert [day for day, *_rest in days()] == [sooner.day.date, later.day.date]
    assert [day for day, *_rest in days(sooner.ends_at)] == [later.day.date]


def test_coming_days_show_a_day_that_is_full_as_full():
    slot = SlotFactory()
    book(slot)

    assert [free for *_rest, free in days()] == [0]


def test_coming_days_count_a_canceled_booking_and_a_hold_that_ran_out_as_free():
    day = ConsultationDayFactory()
    BookingFactory(slot__day=day, status="canceled", canceled_by="resident")
    draft_holding(SlotFactory(day=day), now=NOW)

    assert [free for *_rest, free in days(NOW + timedelta(minutes=16))] == [2]


@pytest.mark.parametrize(
    "change", [{"day__is_published": False}, {"day__booking_opens_at": NOW + HOUR}]
)
def test_coming_days_leave_out_what_is_not_open_to_all(change):
    SlotFactory(**change)

    assert days() == []


def test_coming_days_promise_no_free_time_once_booking_has_closed():
    SlotFactory(day__booking_closes_at=NOW)

    assert [free for *_rest, free in days()] == [0]


def test_coming_days_promise_nothing_that_was_taken_back():
    day = ConsultationDayFactory()
    free = SlotFactory(day=day)
    SlotFactory(day=day, starts_at=free.starts_at + HOUR).withdraw(at=NOW)
    SlotFactory(starts_at=NOW + 14 * DAY, expert__kind="psychiatrist").withdraw(at=NOW)

    assert days() == [(date(2030, 4, 8), ["Lawyer"], 1)]


# THE TIMES TO CHOOSE FROM


def test_slot_choices_are_grouped_by_day_in_order():
    day = ConsultationDayFactory()
    late = SlotFactory(day=day, starts_at=NOW.replace(day=8, hour=14))
    early = SlotFactory(day=day, starts_at=NOW.replace(day=8, hour=10))
    next_week = SlotFactory(starts_at=NOW.replace(day=15))

    (first_day, first_times), (_second_day, second_times) = choices()

    assert [pk for pk, _label in first_times] == [early.pk, late.pk]
    assert [pk for pk, _label in second_times] == [next_week.pk]
    assert "April 8" in first_day
    assert "10:00" in first_times[0][1]
    assert first_times[0][1].endswith("Lawyer")


def test_slot_choices_are_those_of_experts_who_take_the_topic():
    SlotFactory(expert__kind="psychiatrist")

    assert offered() == []
    assert offered(topic="unheard of") == []


def test_slot_choices_hold_the_own_time_but_nobody_elses():
    own, others, free = SlotFactory(), SlotFactory(), SlotFactory()
    draft = draft_holding(own)
    draft_holding(others)

    assert offered(draft) == [own.pk, free.pk]
    assert offered(begin_draft()) == [free.pk]
    assert offered() == [free.pk]


def test_slot_choices_are_as_many_as_one_can_compare():
    day = ConsultationDayFactory()
    expert = ExpertFactory()
    Slot.objects.bulk_create(
        Slot(
            day=day,
            expert=expert,
            starts_at=NOW + DAY + number * HOUR,
            ends_at=NOW + DAY + number * HOUR + HOUR,
        )
        for number in range(MOST_CHOICES + 1)
    )

    assert len(offered()) == MOST_CHOICES


# ONE BOOKING, AND THE NUMBERS TO CALL


def test_booking_behind_a_token_is_that_booking_or_none(django_assert_num_queries):
    booking, other = BookingFactory(), BookingFactory()

    with django_assert_num_queries(1):
        found = booking_behind(booking.link_token)
        assert (found.slot.day, found.case.resident) == (booking.slot.day, booking.case.resident)

    assert booking_behind(other.link_token) == other
    assert booking_behind("unknown") is None


def test_emergency_lines_stand_in_order_and_hidden_ones_are_not_shown():
    second = EmergencyLineFactory(position=20)
    first = EmergencyLineFactory(position=10)
    EmergencyLineFactory(is_published=False)

    assert list(emergency_lines()) == [first, second]


def test_times_of_an_expert_who_works_with_us_no_more_are_not_offered():
    SlotFactory(expert=ExpertFactory(is_active=False))

    assert offered() == []
    assert [free for _date, _kinds, free in days()] == [0]
