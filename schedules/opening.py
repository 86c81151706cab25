"""When a place is open, as far as that is known: open, closed, or call first.

Pure functions of an `Opening`, the national holidays and the moment passed in. Rules are
Japan time. What is not known makes nothing closed: it makes it uncertain.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, IntEnum
from typing import NamedTuple

from schedules.hours import JAPAN, Period

ONE_DAY = timedelta(days=1)
FOREVER = datetime.max.replace(tzinfo=JAPAN)
EVERY_WEEKDAY = frozenset(range(7))
SATURDAY, SUNDAY = 5, 6
# Public offices rest from December 29 to January 3 (Act 91 of 1988 on their days off).
YEAR_END = ((12, 29), (1, 3))
# A day off that a holiday moves lands at most this many days away.
FARTHEST_SHIFT = 14
# A closed place is asked for its next opening this far ahead.
HORIZON = 35
# What is open for more than a week is open day and night.
LONGEST_RUN = 8


class State(Enum):
    OPEN = "open"
    CLOSED = "closed"
    # Nobody knows: call first.
    UNKNOWN = "unknown"


class Reason(Enum):
    """Why nothing more certain can be said."""

    OLD = "old"
    NOT_UNDERSTOOD = "not_understood"
    HOURS_UNKNOWN = "hours_unknown"
    DAY_UNKNOWN = "day_unknown"


class Span(NamedTuple):
    """A time of day. One that ends at or before its beginning ends on the next day."""

    opens: time
    closes: time


class On(Enum):
    """Which days of those a rule names it is for."""

    # The text says nothing of holidays: on one the rule only may hold.
    ANY = "any"
    WORKDAYS = "workdays"
    HOLIDAYS = "holidays"


class Rank(IntEnum):
    """What is said more exactly counts."""

    USUAL = 0
    WEEKDAY = 1
    NTH_WEEKDAY = 2
    HOLIDAY = 3
    YEARLY = 4
    DATE = 5


@dataclass(frozen=True)
class DayRule:
    """What holds on some days.

    `spans` are the hours, () is closed, None is "open" without saying when: the usual hours.
    """

    spans: tuple[Span, ...] | None = ()
    weekdays: frozenset[int] = EVERY_WEEKDAY
    # Which of a month's Mondays, Tuesdays …; none named is every.
    weeks: frozenset[int] = frozenset()
    # Only on the first such weekday after the nth weekday of a month: (weekday, n).
    after: tuple[int, int] | None = None
    on: On = On.ANY
    # First and last day, as (month, day) for every year or as dates.
    yearly: tuple[tuple[int, int], tuple[int, int]] | None = None
    dates: tuple[date, date] | None = None
    # False: it is "when needed" or "as the case may be".
    is_certain: bool = True
    # The hours of these languages; none named is the place itself.
    languages: frozenset[str] = frozenset()

    @property
    def rank(self) -> Rank:
        if self.dates:
            return Rank.DATE
        if self.yearly:
            return Rank.YEARLY
        if self.on is On.HOLIDAYS:
            return Rank.HOLIDAY
        if self.weeks or self.after:
            return Rank.NTH_WEEKDAY
        return Rank.WEEKDAY if self.weekdays != EVERY_WEEKDAY else Rank.USUAL

    def speaks_of(self, day: date, is_holiday: bool) -> bool:
        if self.dates:
            return self.dates[0] <= day <= self.dates[1]
        if self.yearly:
            return _within_a_year(self.yearly, day)
        if self.on is not On.ANY and is_holiday is not (self.on is On.HOLIDAYS):
            return False
        if day.weekday() not in self.weekdays or (self.weeks and nth(day) not in self.weeks):
            return False
        return self.after is None or _follows(day, *self.after)

    def is_sure_on(self, day: date, is_holiday: bool) -> bool:
        """Whether it holds on this day without doubt."""
        if self.rank >= Rank.YEARLY:
            return self.is_certain
        # Hardly any place says what it does at the year's end, and most are closed.
        at_year_end = self.spans != () and _within_a_year(YEAR_END, day)
        return self.is_certain and not at_year_end and not (is_holiday and self.on is On.ANY)


class Target(Enum):
    """Where the day off goes when its own day is a holiday."""

    NEXT_DAY = "next_day"
    # Monday to Friday and no holiday.
    NEXT_WORKDAY = "next_workday"
    NEXT_WEEKDAY = "next_weekday"
    NEAREST_WORKDAY = "nearest_workday"


@dataclass(frozen=True)
class ShiftRule:
    """Closed on a weekday, or some of them in a month; on a holiday another day instead."""

    weekday: int
    target: Target
    weeks: frozenset[int] = frozenset()
    target_weekday: int = 0

    def is_due(self, day: date) -> bool:
        return day.weekday() == self.weekday and (not self.weeks or nth(day) in self.weeks)

    def moved_near(self, day: date, holidays: Collection[date]) -> Iterator[date]:
        """The days off that a holiday moves, and that may have come to this day."""
        for number in range(-FARTHEST_SHIFT, FARTHEST_SHIFT + 1):
            due = day + number * ONE_DAY
            if due in holidays and self.is_due(due):
                yield due

    def substitutes(self, day: date, holidays: Collection[date]) -> list[date]:
        """The day off instead of this one. Two when two workdays are equally near."""
        if self.target is Target.NEAREST_WORKDAY:
            for distance in range(1, FARTHEST_SHIFT + 1):
                near = (day - distance * ONE_DAY, day + distance * ONE_DAY)
                if found := [each for each in near if is_workday(each, holidays)]:
                    return found
            return []
        for distance in range(1, FARTHEST_SHIFT + 1):
            later = day + distance * ONE_DAY
            if (
                self.target is Target.NEXT_DAY
                or (self.target is Target.NEXT_WORKDAY and is_workday(later, holidays))
                or (self.target is Target.NEXT_WEEKDAY and later.weekday() == self.target_weekday)
            ):
                return [later]
        return []


class DayOff(Enum):
    SURELY = "surely"
    PERHAPS = "perhaps"
    # A holiday has moved it away: it should be open.
    LIFTED = "lifted"


@dataclass(frozen=True)
class Opening:
    """All that is known of when one place is open. With nothing known it always may be."""

    # The hours on a day of which no rule speaks; None: not even the hours are known.
    usual: tuple[Span, ...] | None = None
    rules: tuple[DayRule, ...] = ()
    shifts: tuple[ShiftRule, ...] = ()
    # Whether a day of which no rule speaks is closed.
    days_known: bool = False
    # Of one language: a day that its own hours do not name is without it.
    is_of_language: bool = False
    # Whether a holiday is a day like any other.
    open_on_holidays: bool = False
    # From then on it closes for who comes, though it is still there.
    last_entry: time | None = None
    # Why nothing in it can be relied on, if so.
    doubt: Reason | None = None

    @property
    def other_hours(self) -> tuple[Span, ...] | None:
        """The hours there may be on a day whose own are in doubt."""
        return () if self.days_known and self.usual is None else self.usual

    def for_language(self, language: str) -> "Opening | None":
        """The hours of one language alone, or None when nothing is said of them."""
        rules = tuple(rule for rule in self.rules if language in rule.languages)
        return replace(self, rules=rules, shifts=(), is_of_language=True) if rules else None

    def of_the_place(self) -> "Opening":
        rules = tuple(rule for rule in self.rules if not rule.languages)
        return self if len(rules) == len(self.rules) else replace(self, rules=rules)


class Day(NamedTuple):
    """The periods that begin on a day: surely open, and perhaps open."""

    day: date
    certain: list[Period]
    possible: list[Period]
    # Why something is only possible.
    reason: Reason | None


class Answer(NamedTuple):
    """Whether somebody answers at a moment.

    `until`: when an open place closes (None: not within a week), or when a closed one opens next, perhaps only
    (`is_sure` is False then), within the horizon; or when one that may be open closes.
    """

    state: State
    until: datetime | None = None
    is_sure: bool = True
    reason: Reason | None = None


def nth(day: date) -> int:
    """Which of its month's Mondays, Tuesdays … a day is."""
    return (day.day - 1) // 7 + 1


def is_workday(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def answer(
    opening: Opening, holidays: Collection[date], now: datetime, language: str = ""
) -> Answer:
    """Whether the place is open at `now`; with a language, whether in that language.

    A place that is open and says nothing of the language gives UNKNOWN.
    """
    place = _answer(opening.of_the_place(), holidays, now)
    if not language:
        return place
    spoken = opening.for_language(language)
    in_language = Answer(State.UNKNOWN, reason=Reason.HOURS_UNKNOWN)
    if spoken is not None:
        in_language = _answer(spoken, holidays, now)
    for state in (State.CLOSED, State.UNKNOWN):
        # The language says more exactly when to come.
        for each in (in_language, place):
            if each.state is state:
                return each
    return min(place, in_language, key=lambda each: each.until or FOREVER)


def week(opening: Opening, holidays: Collection[date], first: date) -> list[Day]:
    """Seven days from `first` on."""
    place = opening.of_the_place()
    return [day_of(place, holidays, first + number * ONE_DAY) for number in range(7)]


def day_of(opening: Opening, holidays: Collection[date], day: date) -> Day:
    """What is known of one day."""
    spans, reason = _spans_on(opening, holidays, day)
    if spans is None:
        return Day(day, [], [_whole(day)], opening.doubt or Reason.HOURS_UNKNOWN)
    periods = _joined(_period(day, span) for span in spans)
    if reason is None:
        reason = opening.doubt
    if reason is not None:
        return Day(day, [], periods, reason)
    if opening.last_entry is None:
        return Day(day, periods, [], None)
    return _cut(day, periods, datetime.combine(day, opening.last_entry, JAPAN))


def _answer(opening, holidays, now):
    today = now.astimezone(JAPAN).date()
    # Yesterday's hours may last beyond midnight.
    days = [day_of(opening, holidays, today + number * ONE_DAY) for number in (-1, 0, 1)]
    if period := _current(_certain(days), now):
        return Answer(State.OPEN, _closing(opening, holidays, days, period))
    for day in days:
        if period := _current(day.possible, now):
            ends_at = None if day.reason is Reason.HOURS_UNKNOWN else period.ends_at
            return Answer(State.UNKNOWN, ends_at, reason=day.reason)
    return Answer(State.CLOSED, *_next_opening(opening, holidays, now))


def _certain(days):
    return _joined(period for day in days for period in day.certain)


def _closing(opening, holidays, days, period):
    """When a period ends, though it may go on for days; None: not within a week."""
    days = [*days]
    while period.ends_at.astimezone(JAPAN).date() >= days[-1].day:
        if len(days) > LONGEST_RUN:
            return None
        days.append(day_of(opening, holidays, days[-1].day + ONE_DAY))
        period = _current(_certain(days), period.starts_at)
    return period.ends_at


def _next_opening(opening, holidays, now):
    """When it opens next, and whether that is sure."""
    today = now.astimezone(JAPAN).date()
    for number in range(HORIZON):
        day = day_of(opening, holidays, today + number * ONE_DAY)
        later = [
            (period.starts_at, periods is day.certain)
            for periods in (day.certain, day.possible)
            for period in periods
            if period.starts_at > now
        ]
        if later:
            return min(later)
    return None, True


def _spans_on(opening, holidays, day):
    """The hours of a day, and why they are not sure. No hours: any is possible."""
    is_holiday = day in holidays and not opening.open_on_holidays
    rules = [rule for rule in opening.rules if rule.speaks_of(day, is_holiday)]
    rank = max((rule.rank for rule in rules), default=Rank.USUAL)
    rules = [rule for rule in rules if rule.rank == rank]
    day_off = _day_off(opening, holidays, day) if rank < Rank.YEARLY else None
    if day_off is DayOff.SURELY:
        return (), None
    if day_off is not None and rank != Rank.HOLIDAY:
        return _any_hours(opening), Reason.DAY_UNKNOWN
    if not rules:
        return _unnamed(opening)
    hours = _hours_of(rules, opening)
    if not all(rule.is_sure_on(day, is_holiday) for rule in rules):
        return _union(hours, opening.other_hours), Reason.DAY_UNKNOWN
    if hours and () in [rule.spans for rule in rules]:
        # The text contradicts itself.
        return hours, Reason.NOT_UNDERSTOOD
    return hours, None


def _unnamed(opening):
    """A day of which the text says nothing."""
    if opening.days_known or opening.is_of_language:
        return (), None
    return opening.usual, Reason.DAY_UNKNOWN


def _hours_of(rules, opening):
    """The hours of all rules together; None when one of them has unknown hours."""
    spans = [opening.usual if rule.spans is None else rule.spans for rule in rules]
    return None if None in spans else _union(*spans)


def _any_hours(opening):
    """All hours that the text names for any day."""
    return _union(opening.other_hours, _hours_of(opening.rules, opening))


def _union(*hours):
    if None in hours:
        return None
    return tuple(dict.fromkeys(span for spans in hours for span in spans))


def _day_off(opening, holidays, day):
    """What the shift rules say of a day; None when they do not speak of it."""
    found = None
    for shift in opening.shifts:
        if shift.is_due(day):
            if day not in holidays:
                return DayOff.SURELY
            found = DayOff.LIFTED
        for due in shift.moved_near(day, holidays):
            days = shift.substitutes(due, holidays)
            if days == [day]:
                return DayOff.SURELY
            if day in days:
                found = DayOff.PERHAPS
    return found


def _current(periods, now):
    return next((each for each in periods if each.starts_at <= now < each.ends_at), None)


def _period(day, span):
    ends_on = day if span.closes > span.opens else day + ONE_DAY
    return Period(
        datetime.combine(day, span.opens, JAPAN), datetime.combine(ends_on, span.closes, JAPAN)
    )


def _whole(day):
    return Period(
        datetime.combine(day, time.min, JAPAN), datetime.combine(day + ONE_DAY, time.min, JAPAN)
    )


def _joined(periods: Iterator[Period]) -> list[Period]:
    """In their order, joined where they touch."""
    joined: list[Period] = []
    for period in sorted(periods, key=lambda period: period.starts_at):
        if joined and period.starts_at <= joined[-1].ends_at:
            last = joined.pop()
            period = Period(last.starts_at, max(last.ends_at, period.ends_at))
        joined.append(period)
    return joined


def _cut(day, periods, last_entry):
    """After the last entry somebody may still be there."""
    certain = [
        Period(each.starts_at, min(each.ends_at, last_entry))
        for each in periods
        if each.starts_at < last_entry
    ]
    possible = [
        Period(max(each.starts_at, last_entry), each.ends_at)
        for each in periods
        if each.ends_at > last_entry
    ]
    return Day(day, certain, possible, Reason.DAY_UNKNOWN if possible else None)


def _within_a_year(span, day):
    (first, last), today = span, (day.month, day.day)
    return first <= today <= last if first <= last else today >= first or today <= last


def _follows(day, weekday, week):
    """Whether the last such weekday before the day was the nth of its month."""
    distance = (day.weekday() - weekday) % 7 or 7
    return nth(day - distance * ONE_DAY) == week
