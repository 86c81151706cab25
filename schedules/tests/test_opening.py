"""Open, closed, or call first: the engine against a slow reference, and by hand."""

from datetime import date, datetime, time, timedelta

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.hours import JAPAN
from schedules.opening import (
    Answer,
    DayRule,
    On,
    Opening,
    Reason,
    ShiftRule,
    Span,
    State,
    Target,
    answer,
    day_of,
    week,
)
from schedules.tests.reference import minutes_of, state_at

HOLIDAYS = frozenset(day for year in range(2020, 2036) for day, _ in jpholiday.year_holidays(year))
FIRST, LAST = date(2020, 1, 10), date(2035, 12, 20)
NINE_TO_FIVE = (Span(time(9), time(17)),)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
spans = st.builds(Span, clocks, clocks)
hours = st.lists(spans, min_size=0, max_size=3).map(tuple)
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
weeks = st.frozensets(st.integers(1, 5), max_size=3)
month_days = st.sampled_from(
    [(12, 29), (1, 3), (8, 13), (8, 16), (2, 28), (3, 1), (12, 31), (5, 5)]
)


@st.composite
def rules(draw, near):
    dates = None
    if draw(st.integers(0, 5)) == 0:
        first = near + timedelta(draw(st.integers(-3, 3)))
        dates = (first, first + timedelta(draw(st.integers(0, 3))))
    return DayRule(
        spans=draw(st.none() | hours),
        weekdays=draw(st.just(frozenset(range(7))) | weekdays),
        weeks=draw(st.just(frozenset()) | weeks),
        after=draw(st.none() | st.tuples(st.integers(0, 6), st.integers(1, 5))),
        on=draw(st.sampled_from(On)),
        yearly=draw(st.none() | st.none() | st.tuples(month_days, month_days)),
        dates=dates,
        is_certain=draw(st.sampled_from([True, True, False])),
        languages=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"vi"})])),
    )


shifts = st.builds(ShiftRule, st.integers(0, 6), st.sampled_from(Target), weeks, st.integers(0, 6))


@st.composite
def questions(draw):
    """An opening, and a day near which something is special."""
    day = draw(st.dates(FIRST, LAST) | st.sampled_from(sorted(HOLIDAYS)[5:-5]))
    day += timedelta(draw(st.integers(-4, 4)))
    opening = Opening(
        usual=draw(st.none() | hours),
        rules=tuple(draw(st.lists(rules(day), max_size=4))),
        shifts=tuple(draw(st.lists(shifts, max_size=2))),
        days_known=draw(st.booleans()),
        open_on_holidays=draw(st.booleans()),
        last_entry=draw(st.none() | st.none() | clocks),
        doubt=draw(st.sampled_from([None, None, Reason.OLD])),
    )
    return opening, day


@settings(max_examples=150, deadline=None)
@given(questions(), st.sampled_from(["", "", "vi", "my"]))
def test_every_minute_agrees_with_the_slow_reference(question, language):
    opening, day = question

    for moment in minutes_of(day):
        # Hours begin and end in these; the others lie between.
        if moment.minute not in {0, 14, 15, 29, 30, 41, 58, 59}:
            continue
        found = answer(opening, HOLIDAYS, moment, language)
        assert found.state.value == state_at(opening, HOLIDAYS, moment, language), moment


def test_whole_weeks_agree_in_every_minute():
    """Three real texts, every fifth minute of the ugliest weeks."""
    for opening in (KYOTO, KUMAMOTO, AKITA):
        for first in (date(2026, 9, 18), date(2026, 12, 27), date(2027, 5, 1)):
            for number in range(7):
                for moment in minutes_of(first + timedelta(number))[::5]:
                    expected = state_at(opening, HOLIDAYS, moment)
                    assert answer(opening, HOLIDAYS, moment).state.value == expected


@settings(max_examples=100, deadline=None)
@given(questions())
def test_a_change_that_is_told_is_a_change(question):
    opening, day = question
    moment = datetime.combine(day, time(10, 7), JAPAN)
    found = answer(opening, HOLIDAYS, moment)

    if found.until is None:
        return
    assert found.until > moment
    just_before = answer(opening, HOLIDAYS, found.until - timedelta(minutes=1)).state
    then = answer(opening, HOLIDAYS, found.until).state
    if found.state is State.OPEN:
        assert (just_before, then is State.OPEN) == (State.OPEN, False)
    elif found.state is State.CLOSED:
        assert just_before is State.CLOSED
        assert then is not State.CLOSED
        assert (then is State.OPEN) is found.is_sure


def test_with_a_rule_less_the_reference_notices():
    """Negative control: the reference does not say yes to everything."""
    broken = Opening(usual=NINE_TO_FIVE, rules=(), days_known=False)
    moments = minutes_of(date(2026, 9, 24))

    differing = [
        moment
        for moment in moments
        if answer(broken, HOLIDAYS, moment).state.value != state_at(KYOTO, HOLIDAYS, moment)
    ]
    assert len(differing) > 60


# BY HAND

MONDAY = frozenset({0})
# ①火~日曜日 9:00~21:00, ※月曜日(祝日の場合は翌平日)は閉館
KYOTO = Opening(
    usual=(Span(time(9), time(21)),),
    rules=(DayRule((Span(time(9), time(21)),), weekdays=frozenset(range(1, 7))),),
    shifts=(ShiftRule(0, Target.NEXT_WORKDAY),),
)
# 休館日:第2・4月曜日(祝日等の場合は,直近の平日)
KUMAMOTO = Opening(
    usual=(Span(time(10), time(18)),),
    shifts=(ShiftRule(0, Target.NEAREST_WORKDAY, frozenset({2, 4})),),
)
# 第三土曜日は営業,翌月曜日は休業
AKITA = Opening(
    usual=(Span(time(9), time(17, 45)),),
    rules=(
        DayRule(None, weekdays=frozenset({5}), weeks=frozenset({3})),
        DayRule((), weekdays=MONDAY, after=(5, 3)),
    ),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-09-14", "closed"),  # a Monday
        ("2026-09-15", "open"),
        ("2026-09-21", "unknown"),  # Respect-for-the-Aged Day, a Monday: it should be open
        ("2026-09-22", "unknown"),  # a citizens' holiday between two
        ("2026-09-23", "unknown"),  # the equinox
        ("2026-09-24", "closed"),  # the next weekday that is no holiday
        ("2026-09-25", "open"),
        ("2026-12-30", "unknown"),  # nobody says what it does at the year's end
        ("2026-12-28", "closed"),
    ],
)
def test_a_day_off_moves_past_the_holidays(day, expected):
    assert answer(KYOTO, HOLIDAYS, at(f"{day} 10:00")).state.value == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-12", "unknown"),  # second Monday and a holiday
        ("2026-10-13", "closed"),  # the nearest weekday
        ("2026-10-09", "unknown"),
        ("2026-10-26", "closed"),
        ("2026-10-19", "unknown"),  # a third Monday
        # 2028-09-25 is a fourth Monday and no holiday; 2024-09-23 was one, with the
        # holiday of the 22nd, a Sunday, moved to it.
        ("2024-09-24", "closed"),
        ("2028-09-25", "closed"),
    ],
)
def test_the_nearest_weekday(day, expected):
    assert answer(KUMAMOTO, HOLIDAYS, at(f"{day} 11:00")).state.value == expected


def test_two_weekdays_equally_near_leave_both_in_doubt():
    shift = ShiftRule(2, Target.NEAREST_WORKDAY)
    wednesday = date(2026, 4, 29)
    assert wednesday in HOLIDAYS

    assert shift.substitutes(wednesday, HOLIDAYS) == [date(2026, 4, 28), date(2026, 4, 30)]
    opening = Opening(usual=NINE_TO_FIVE, rules=(DayRule(NINE_TO_FIVE),), shifts=(shift,))
    assert day_of(opening, HOLIDAYS, date(2026, 4, 28)).certain == []
    assert day_of(opening, HOLIDAYS, date(2026, 4, 28)).possible != []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-21 09:00", "open"),  # the third Saturday
        ("2026-11-21 17:44", "open"),
        ("2026-11-21 17:45", "closed"),
        ("2026-11-14 09:00", "unknown"),  # a second Saturday: nobody says
        ("2026-11-14 20:00", "closed"),  # the hour alone proves it
        ("2026-11-24 10:00", "unknown"),
        ("2026-10-19 10:00", "closed"),  # the Monday after a third Saturday
        ("2026-11-23 10:00", "unknown"),  # that Monday is a holiday
    ],
)
def test_the_monday_after_the_third_saturday(moment, expected):
    assert answer(AKITA, HOLIDAYS, at(moment)).state.value == expected


def test_hours_beyond_midnight_belong_to_the_day_they_begin_on():
    late = Opening(
        rules=(DayRule((Span(time(22), time(2)),), weekdays=frozenset({4})),), days_known=True
    )

    assert answer(late, HOLIDAYS, at("2026-11-28 01:59")) == Answer(
        State.OPEN, at("2026-11-28 02:00")
    )
    assert answer(late, HOLIDAYS, at("2026-11-28 02:00")).state is State.CLOSED
    assert answer(late, HOLIDAYS, at("2026-11-27 01:00")).state is State.CLOSED


def test_midnight_ends_a_day_to_the_minute():
    to_midnight = Opening(
        rules=(DayRule((Span(time(13), time(0)),), weekdays=frozenset({4})),), days_known=True
    )

    assert answer(to_midnight, HOLIDAYS, at("2026-11-27 23:59")).state is State.OPEN
    assert answer(to_midnight, HOLIDAYS, at("2026-11-28 00:00")).state is State.CLOSED


def test_what_is_open_for_days_says_when_it_closes_or_that_it_does_not():
    whole_day = (Span(time(0), time(0)),)
    weekend = Opening(rules=(DayRule(whole_day, weekdays=frozenset({4, 5, 6})),), days_known=True)

    assert answer(weekend, HOLIDAYS, at("2026-11-27 12:00")).until == at("2026-11-30 00:00")
    always = Opening(rules=(DayRule(whole_day),), days_known=True, open_on_holidays=True)
    assert answer(always, HOLIDAYS, at("2026-11-10 12:00")) == Answer(State.OPEN)


def test_nothing_known_is_never_closed():
    for moment in minutes_of(date(2026, 12, 31))[::60]:
        assert answer(Opening(), HOLIDAYS, moment) == Answer(
            State.UNKNOWN, reason=Reason.HOURS_UNKNOWN
        )


def test_what_is_old_is_not_called_open():
    opening = Opening(
        rules=(DayRule(NINE_TO_FIVE, weekdays=MONDAY),), days_known=True, doubt=Reason.OLD
    )

    found = answer(opening, HOLIDAYS, at("2026-11-30 10:00"))

    assert found == Answer(State.UNKNOWN, at("2026-11-30 17:00"), reason=Reason.OLD)
    assert answer(opening, HOLIDAYS, at("2026-11-30 18:00")).state is State.CLOSED


def test_a_closed_place_tells_when_it_opens():
    opening = Opening(rules=(DayRule(NINE_TO_FIVE, weekdays=frozenset(range(5))),), days_known=True)

    assert answer(opening, HOLIDAYS, at("2026-11-29 10:00")) == Answer(
        State.CLOSED, at("2026-11-30 09:00")
    )
    # Monday, January 4 is the first day that is sure; December 29 may be open.
    assert answer(opening, HOLIDAYS, at("2026-12-28 18:00")) == Answer(
        State.CLOSED, at("2026-12-29 09:00"), is_sure=False
    )


def test_the_last_entry_leaves_the_rest_uncertain():
    opening = Opening(
        rules=(DayRule(NINE_TO_FIVE, weekdays=frozenset(range(5))),),
        days_known=True,
        last_entry=time(16, 30),
    )

    assert answer(opening, HOLIDAYS, at("2026-11-27 16:29")).until == at("2026-11-27 16:30")
    assert answer(opening, HOLIDAYS, at("2026-11-27 16:30")).state is State.UNKNOWN
    assert answer(opening, HOLIDAYS, at("2026-11-27 17:00")).state is State.CLOSED


def test_a_language_has_hours_of_its_own():
    opening = Opening(
        rules=(
            DayRule(NINE_TO_FIVE, weekdays=frozenset(range(5))),
            DayRule(
                (Span(time(13), time(16)),), weekdays=frozenset({1}), languages=frozenset({"vi"})
            ),
        ),
        days_known=True,
    )
    tuesday = "2026-12-01"

    assert answer(opening, HOLIDAYS, at(f"{tuesday} 14:00"), "vi") == Answer(
        State.OPEN, at(f"{tuesday} 16:00")
    )
    assert answer(opening, HOLIDAYS, at(f"{tuesday} 10:00"), "vi") == Answer(
        State.CLOSED, at(f"{tuesday} 13:00")
    )
    assert answer(opening, HOLIDAYS, at(f"{tuesday} 10:00"), "my").state is State.UNKNOWN
    assert answer(opening, HOLIDAYS, at(f"{tuesday} 20:00"), "my").state is State.CLOSED
    assert answer(opening, HOLIDAYS, at(f"{tuesday} 10:00")).state is State.OPEN


def test_a_week_shows_each_day():
    days = week(KYOTO, HOLIDAYS, date(2026, 9, 18))

    assert [len(day.certain) for day in days] == [1, 1, 1, 0, 0, 0, 0]
    assert [len(day.possible) for day in days] == [0, 0, 0, 1, 1, 1, 0]
