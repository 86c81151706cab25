"""Every measure against a slow count in Python, over random bookings; and its edges."""

import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import OrganizationFactory
from cases.tests.factories import CaseFactory, ResidentFactory
from consultations.choices import (
    OCCUPYING_STATUSES,
    BookingSource,
    BookingStatus,
    CanceledBy,
    ExpertKind,
    ForWhom,
    InterpreterWish,
    Mode,
    NoShowParty,
    WaitingStatus,
)
from consultations.figures.statistics import Outcome, Period, quantile, statistics_of
from consultations.models import (
    Booking,
    CallRequest,
    Program,
    WaitingEntry,
)
from consultations.tests.factories import (
    TOKYO,
    BookingFactory,
    ConsultationDayFactory,
    SlotFactory,
)
from taxonomy.tests.factories import LanguageFactory, TopicFactory

NOW = datetime(2030, 4, 10, 12, 0, tzinfo=TOKYO)
EVER = Period()
MARCH = Period(date(2030, 3, 1), date(2030, 3, 31))
FISCAL_2030 = Period(date(2030, 4, 1), date(2031, 3, 31))

pytestmark = pytest.mark.django_db


def numbers(period=EVER, now=NOW, **options):
    return statistics_of(period=period, now=now, **options)


# RANDOM BOOKINGS

ends = st.sampled_from(
    [
        {"status": BookingStatus.CONFIRMED},
        {"status": BookingStatus.HELD},
        {"status": BookingStatus.COMPLETED, "outcome": "advice_given"},
        {"status": BookingStatus.EXPIRED},
        *[{"status": BookingStatus.NO_SHOW, "no_show_party": party} for party in NoShowParty],
        *[{"status": BookingStatus.CANCELED, "canceled_by": who} for who in CanceledBy],
    ]
)
# Around the turn of the fiscal year in Japan, which is 15:00 UTC on the 31st of March.
moments = st.integers(-60, 60).map(
    lambda hours: datetime(2030, 3, 31, 15, 0, tzinfo=UTC) + timedelta(hours=hours)
)
random_bookings = st.lists(
    st.fixed_dictionaries(
        {
            "starts_at": moments,
            "end": ends,
            "minutes_before": st.integers(-600, 60 * 24 * 40),
            "language": st.integers(0, 2),
            "topic": st.integers(0, 2),
            "kind": st.sampled_from(ExpertKind.values[:3]),
            "program": st.integers(0, 2),
            "source": st.sampled_from(BookingSource.values),
            "for_whom": st.sampled_from(ForWhom.values),
            "mode": st.sampled_from(Mode.values),
            "wish": st.sampled_from(InterpreterWish.values),
            "has_organization": st.booleans(),
            "is_old_case": st.booleans(),
        }
    ),
    max_size=7,
)


@pytest.fixture
def world():
    general = TopicFactory(code="general")
    return {
        "languages": LanguageFactory.create_batch(3),
        "topics": [general, TopicFactory(code="closer", parent=general), TopicFactory(code="own")],
        "programs": [Program.objects.create(code=code, name=code) for code in "ab"] + [None],
        "organization": OrganizationFactory(),
    }


def make(world, rows):
    case = None
    for row in rows:
        if case is None or not row["is_old_case"]:
            case = CaseFactory(
                resident=ResidentFactory(speaking_language=world["languages"][row["language"]]),
                primary_topic=world["topics"][row["topic"]],
            )
        starts_at = row["starts_at"]
        end = row["end"]
        decide_by = starts_at if end["status"] == BookingStatus.HELD else None
        day = ConsultationDayFactory(
            date=starts_at.astimezone(TOKYO).date(), program=world["programs"][row["program"]]
        )
        slot = SlotFactory(starts_at=starts_at, day=day, expert__kind=row["kind"])
        BookingFactory(
            case=case,
            slot=slot,
            booked_at=starts_at - timedelta(minutes=row["minutes_before"]),
            decide_by=decide_by,
            source=row["source"],
            for_whom=row["for_whom"],
            mode=row["mode"],
            interpreter_wish=row["wish"],
            organization=world["organization"] if row["has_organization"] else None,
            **end,
        )


def outcome_of(booking):
    if booking.status == BookingStatus.NO_SHOW:
        return f"no_show_{booking.no_show_party}"
    if booking.status == BookingStatus.CANCELED:
        return f"canceled_{booking.canceled_by}"
    return "open" if booking.is_open else booking.status


def session_day(booking):
    return booking.slot.starts_at.astimezone(TOKYO).date()


def counted(bookings, group):
    groups = {}
    for booking in bookings:
        groups.setdefault(group(booking), Counter())[outcome_of(booking)] += 1
    return groups


def nights(booking):
    return max(0, (session_day(booking) - booking.booked_at.astimezone(TOKYO).date()).days)


# Every example is rolled back; the fixture holds only what stays the same.
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=random_bookings, program=st.integers(-1, 1))
def test_every_measure_is_what_a_slow_count_says(world, rows, program):
    with transaction.atomic():
        make(world, rows)
        chosen = world["programs"][program] if program >= 0 else None
        found = numbers(FISCAL_2030, program_id=chosen.pk if chosen else None)
        bookings = [
            booking
            for booking in Booking.objects.select_related(
                "slot__day", "slot__expert", "case__resident", "case__primary_topic"
            )
            if date(2030, 4, 1) <= session_day(booking) <= date(2031, 3, 31)
            and (chosen is None or booking.slot.day.program_id == chosen.pk)
        ]
        transaction.set_rollback(True)

    assert found.by_month == counted(bookings, lambda each: f"{session_day(each):%Y-%m}")
    assert found.by_language == counted(
        bookings, lambda each: each.case.resident.speaking_language_id
    )
    assert found.by_topic == counted(
        bookings, lambda each: each.case.primary_topic.parent_id or each.case.primary_topic_id
    )
    assert found.by_kind == counted(bookings, lambda each: each.slot.expert.kind)
    assert found.outcomes == Counter(map(outcome_of, bookings))
    assert found.bookings == len(bookings)
    assert found.cases == len({booking.case_id for booking in bookings})
    assert found.by_program == Counter(booking.slot.day.program_id for booking in bookings)
    assert found.by_organization == Counter(
        booking.organization_id for booking in bookings if booking.organization_id
    )
    assert found.by_source == Counter(booking.source for booking in bookings)
    assert found.by_whom == Counter(booking.for_whom for booking in bookings)
    assert found.by_mode == Counter(booking.mode for booking in bookings)
    assert found.by_interpreter == Counter(booking.interpreter_wish for booking in bookings)
    kept = [booking for booking in bookings if booking.status in OCCUPYING_STATUSES]
    assert found.days_waited == Counter(map(nights, kept))
    assert found.capacity.booked == len(kept)


def test_it_costs_the_same_however_many_there_are(world, django_assert_num_queries):
    BookingFactory()
    with django_assert_num_queries(13):
        numbers()
    BookingFactory.create_batch(3)
    with django_assert_num_queries(13):
        numbers()


# PERIODS


@pytest.mark.parametrize(
    ("starts_at", "in_march", "in_fiscal_2030"),
    [
        # The last minute of March in Japan, and the first of April.
        (datetime(2030, 3, 31, 14, 59, tzinfo=UTC), 1, 0),
        (datetime(2030, 3, 31, 15, 0, tzinfo=UTC), 0, 1),
        # Midnight of the first of April in UTC is nine o'clock in Japan.
        (datetime(2030, 4, 1, 0, 0, tzinfo=UTC), 0, 1),
        (datetime(2031, 3, 31, 14, 59, tzinfo=UTC), 0, 1),
        (datetime(2031, 3, 31, 15, 0, tzinfo=UTC), 0, 0),
        (datetime(2030, 2, 28, 14, 59, tzinfo=UTC), 0, 0),
        (datetime(2030, 2, 28, 15, 0, tzinfo=UTC), 1, 0),
    ],
)
def test_a_day_is_a_day_of_japan(starts_at, in_march, in_fiscal_2030):
    BookingFactory(slot__starts_at=starts_at)

    assert numbers(MARCH).bookings == in_march
    assert numbers(FISCAL_2030).bookings == in_fiscal_2030


def test_the_month_is_a_month_of_japan():
    BookingFactory(slot__starts_at=datetime(2030, 3, 31, 15, 0, tzinfo=UTC))

    assert set(numbers().by_month) == {"2030-04"}


def test_a_booking_that_was_moved_counts_once_on_its_last_slot():
    booking = BookingFactory(slot__starts_at=datetime(2030, 3, 20, 10, tzinfo=TOKYO))
    booking.move_to(SlotFactory(starts_at=datetime(2030, 4, 20, 10, tzinfo=TOKYO)))

    assert (numbers(MARCH).bookings, numbers(FISCAL_2030).bookings) == (0, 1)
    assert numbers().days_waited == Counter({19: 1})


# SLOTS


def slot_at(hour, **fields):
    return SlotFactory(starts_at=datetime(2030, 4, 10, hour, tzinfo=TOKYO), **fields)


def test_every_offered_slot_is_one_of_four():
    BookingFactory(slot=slot_at(9))
    slot_at(10)
    slot_at(14)
    slot_at(15, withdrawn_at=NOW)
    slot_at(16, day__is_published=False)
    given_back = BookingFactory(slot=slot_at(11))
    given_back.cancel(canceled_by=CanceledBy.RESIDENT, at=NOW - timedelta(days=2))

    capacity = numbers().capacity

    assert (capacity.booked, capacity.unused, capacity.free, capacity.withdrawn) == (1, 2, 1, 1)
    assert capacity.offered == 5


def test_a_slot_canceled_twice_and_booked_once_is_one_slot():
    slot = slot_at(14)
    for hours in (48, 24):
        again = BookingFactory(slot=slot, booked_at=NOW - timedelta(hours=hours))
        again.cancel(canceled_by=CanceledBy.RESIDENT, at=NOW - timedelta(hours=hours - 5))
    BookingFactory(slot=slot, booked_at=NOW - timedelta(hours=10))

    found = numbers()

    assert found.capacity.booked == 1
    # Canceled 43 and 19 hours ago; booked anew 24 and 10 hours ago.
    assert found.hours_to_rebooking == Counter({19: 1, 9: 1})


def test_a_slot_nobody_booked_again_has_no_hours():
    booking = BookingFactory(slot=slot_at(14))
    booking.cancel(canceled_by=CanceledBy.RESIDENT, at=NOW - timedelta(hours=5))

    assert numbers().hours_to_rebooking == Counter({None: 1})


# AROUND THE BOOKINGS


def waiting(status=WaitingStatus.WAITING, *, joined_at=NOW, **fields):
    entry = WaitingEntry(case=CaseFactory(), status=status, joined_at=joined_at, **fields)
    entry.set_link_digest()
    entry.save()


def test_the_waiting_list_is_counted_by_the_day_people_joined():
    waiting()
    waiting(WaitingStatus.LEFT, ended_at=NOW)
    waiting(
        WaitingStatus.TAKEN,
        joined_at=NOW - timedelta(days=4),
        ended_at=NOW,
        booking=BookingFactory(),
    )
    waiting(joined_at=datetime(2030, 3, 31, 14, 59, tzinfo=UTC))

    found = numbers(FISCAL_2030)

    assert found.waiting == Counter(waiting=1, left=1, taken=1)
    assert found.days_on_the_list == Counter({4: 1})
    assert numbers(MARCH).waiting == Counter(waiting=1)


def test_calls_are_counted_by_the_day_they_were_asked_for():
    for number, answered_at in enumerate([None, NOW, NOW]):
        CallRequest.objects.create(
            case=CaseFactory(),
            key=UUID(int=number),
            asked_at=NOW,
            answered_at=answered_at,
        )

    assert (numbers().calls_asked, numbers().calls_answered) == (3, 2)
    assert (numbers(MARCH).calls_asked, numbers(MARCH).calls_answered) == (0, 0)


# RATES AND QUANTILES


def test_only_the_sessions_our_side_came_to_count_for_the_no_show_rate():
    for party in ["client", "expert", "technical"]:
        BookingFactory(status=BookingStatus.NO_SHOW, no_show_party=party)
    for _each in range(3):
        BookingFactory(status=BookingStatus.COMPLETED, outcome="advice_given")

    assert numbers().no_show_rate == 0.25


def test_nothing_has_no_rate():
    assert (numbers().no_show_rate, numbers().share_of_slots_booked) == (None, None)
    assert quantile(Counter(), 0.5) is None


@given(st.lists(st.integers(0, 90), min_size=2, max_size=30))
def test_quantiles_are_those_of_the_textbook(days):
    counted_days = Counter(days)

    quarters = [quantile(counted_days, share) for share in (0.25, 0.5, 0.75)]

    assert quarters == pytest.approx(statistics.quantiles(days, n=4, method="inclusive"))


def test_every_end_a_booking_can_have_is_an_outcome():
    assert {str(outcome) for outcome in Outcome} == {
        "completed",
        "expired",
        "open",
        *(f"no_show_{party}" for party in NoShowParty.values),
        *(f"canceled_{who}" for who in CanceledBy.values),
    }
