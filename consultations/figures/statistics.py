"""What has been done, counted: pure reading, a fixed number of queries, nothing decrypted.

A booking belongs to the period in which its session lies, by the calendar of Japan; one
that was moved is one booking, on its last slot. Every measure says below what it counts.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from consultations.choices import (
    FREEING_STATUSES,
    OCCUPYING_STATUSES,
    BookingStatus,
    CanceledBy,
    NoShowParty,
    WaitingStatus,
)
from consultations.figures.japan_sql import JapanDay, JapanMonth, Second
from consultations.models import Booking, CallRequest, Slot, WaitingEntry

JAPAN = ZoneInfo("Asia/Tokyo")


class Outcome(models.TextChoices):
    """How a booking ended. Each booking has exactly one."""

    COMPLETED = "completed", _("The session was held")
    OPEN = "open", _("Still open")
    NO_SHOW_CLIENT = "no_show_client", _("The resident did not come")
    NO_SHOW_EXPERT = "no_show_expert", _("The expert did not come")
    NO_SHOW_INTERPRETER = "no_show_interpreter", _("The interpreter did not come")
    NO_SHOW_TECHNICAL = "no_show_technical", _("The connection failed")
    CANCELED_RESIDENT = "canceled_resident", _("Canceled by the resident")
    CANCELED_EXPERT = "canceled_expert", _("Canceled by the expert")
    CANCELED_COORDINATOR = "canceled_coordinator", _("Canceled by a coordinator")
    EXPIRED = "expired", _("No interpreter was found in time")


# Those that kept their slot, and those that gave it back.
GIVEN_BACK = (
    Outcome.CANCELED_RESIDENT,
    Outcome.CANCELED_EXPERT,
    Outcome.CANCELED_COORDINATOR,
    Outcome.EXPIRED,
)
KEPT = tuple(outcome for outcome in Outcome if outcome not in GIVEN_BACK)

_OUTCOMES = {
    (BookingStatus.HELD, "", ""): Outcome.OPEN,
    (BookingStatus.CONFIRMED, "", ""): Outcome.OPEN,
    (BookingStatus.COMPLETED, "", ""): Outcome.COMPLETED,
    (BookingStatus.EXPIRED, "", ""): Outcome.EXPIRED,
    **{
        (BookingStatus.NO_SHOW, party, ""): Outcome(f"no_show_{party}")
        for party in NoShowParty.values
    },
    **{(BookingStatus.CANCELED, "", who): Outcome(f"canceled_{who}") for who in CanceledBy.values},
}


@dataclass(frozen=True)
class Period:
    """Days of sessions, both included; None has no end on that side."""

    since: date | None = None
    until: date | None = None

    def around(self, moment: str) -> Q:
        """Whether a column of moments lies on these days of Japan."""
        inside = Q()
        if self.since is not None:
            inside &= Q(**{f"{moment}__gte": _midnight(self.since)})
        if self.until is not None:
            inside &= Q(**{f"{moment}__lt": _midnight(self.until + timedelta(days=1))})
        return inside


def _midnight(day):
    return datetime.combine(day, time(), JAPAN)


@dataclass(frozen=True)
class Capacity:
    """What became of the slots that were offered. Each slot is one of the four.

    Booked: somebody's booking keeps it. Withdrawn: the expert dropped out before.
    Unused: it began, and nobody had it. Free: it lies ahead and can still be had.
    """

    booked: int
    withdrawn: int
    unused: int
    free: int

    @property
    def offered(self):
        return self.booked + self.withdrawn + self.unused + self.free


@dataclass(frozen=True)
class Statistics:
    """All measures of one period. What is counted by a code is a Counter of codes."""

    by_month: dict[str, Counter]
    by_language: dict[str, Counter]
    by_topic: dict[str, Counter]
    by_kind: dict[str, Counter]
    by_program: Counter
    by_organization: Counter
    by_source: Counter
    by_whom: Counter
    by_mode: Counter
    by_interpreter: Counter
    cases: int
    days_waited: Counter
    capacity: Capacity
    hours_to_rebooking: Counter
    waiting: Counter
    days_on_the_list: Counter
    calls_asked: int
    calls_answered: int

    @property
    def outcomes(self) -> Counter:
        return sum(self.by_language.values(), Counter())

    @property
    def bookings(self) -> int:
        return self.outcomes.total()

    @property
    def no_show_rate(self) -> float | None:
        """Of the sessions where the association's side was there: how many residents were not."""
        missed = self.outcomes[Outcome.NO_SHOW_CLIENT]
        came = self.outcomes[Outcome.COMPLETED]
        return missed / (missed + came) if missed + came else None

    @property
    def share_of_slots_booked(self) -> float | None:
        offered = self.capacity.offered
        return self.capacity.booked / offered if offered else None


def statistics_of(*, period: Period, program_id: int | None = None, now: datetime) -> Statistics:
    """All measures, in thirteen queries however many bookings there are.

    The waiting list and the calls belong to no program: they are counted for all.
    """
    bookings = Booking.objects.filter(period.around("slot__starts_at"))
    slots = Slot.objects.filter(period.around("starts_at"))
    if program_id is not None:
        bookings = bookings.filter(slot__day__program=program_id)
        slots = slots.filter(day__program=program_id)
    details = _details(bookings)
    waiting, days_on_the_list = _waiting(period)
    calls_asked, calls_answered = _calls(period)
    return Statistics(
        by_month=_with_outcomes(bookings, JapanMonth("slot__starts_at")),
        by_language=_with_outcomes(bookings, F("case__resident__speaking_language")),
        by_topic=_with_outcomes(
            bookings, Coalesce("case__primary_topic__parent", "case__primary_topic")
        ),
        by_kind=_with_outcomes(bookings, F("slot__expert__kind")),
        by_program=_counted(bookings, F("slot__day__program")),
        by_organization=_counted(bookings.filter(organization__isnull=False), F("organization")),
        **details,
        cases=bookings.aggregate(cases=Count("case", distinct=True))["cases"],
        days_waited=_days_waited(bookings),
        capacity=_capacity(slots, now),
        hours_to_rebooking=_hours_to_rebooking(bookings),
        waiting=waiting,
        days_on_the_list=days_on_the_list,
        calls_asked=calls_asked,
        calls_answered=calls_answered,
    )


def _with_outcomes(bookings: QuerySet, group) -> dict[str, Counter]:
    """How the bookings of each group ended."""
    groups = defaultdict(Counter)
    rows = (
        bookings.annotate(group=group)
        .values_list("group", "status", "no_show_party", "canceled_by")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for code, status, party, canceled_by, count in rows:
        groups[code][_OUTCOMES[status, party, canceled_by]] += count
    return dict(groups)


def _counted(rows: QuerySet, group) -> Counter:
    rows = rows.annotate(group=group).values_list("group").annotate(count=Count("pk")).order_by()
    return Counter(dict(rows))


def _details(bookings: QuerySet) -> dict[str, Counter]:
    """What each booking was like: four measures with few values, in one query."""
    names = {
        "by_source": "source",
        "by_whom": "for_whom",
        "by_mode": "mode",
        "by_interpreter": "interpreter_wish",
    }
    counted = {name: Counter() for name in names}
    rows = bookings.values_list(*names.values()).annotate(count=Count("pk")).order_by()
    for *codes, count in rows:
        for name, code in zip(names, codes, strict=True):
            counted[name][code] += count
    return counted


def _days_waited(bookings: QuerySet) -> Counter:
    """Midnights between booking and session, of bookings that kept their slot.

    For one that was moved: from the first booking to the last slot.
    """
    waited = _counted(
        bookings.filter(status__in=OCCUPYING_STATUSES),
        JapanDay("slot__starts_at") - JapanDay("booked_at"),
    )
    # A session may be entered after it has begun: nobody waited.
    return _not_below_zero(waited)


def _not_below_zero(counted: Counter) -> Counter:
    result = Counter()
    for number, count in counted.items():
        result[max(0, number)] += count
    return result


def _capacity(slots: QuerySet, now: datetime) -> Capacity:
    """A slot was offered when its day is published, or when it was booked or withdrawn."""
    kept = FilteredRelation(
        "bookings", condition=Q(bookings__status__in=list(map(str, OCCUPYING_STATUSES)))
    )
    booked = Q(kept__isnull=False)
    withdrawn = Q(kept__isnull=True, withdrawn_at__isnull=False)
    unbooked = Q(kept__isnull=True, withdrawn_at__isnull=True, day__is_published=True)
    return Capacity(
        **slots.alias(kept=kept).aggregate(
            booked=Count("pk", filter=booked),
            withdrawn=Count("pk", filter=withdrawn),
            unused=Count("pk", filter=unbooked & Q(starts_at__lte=now)),
            free=Count("pk", filter=unbooked & Q(starts_at__gt=now)),
        )
    )


def _hours_to_rebooking(bookings: QuerySet) -> Counter:
    """Whole hours from giving a slot back to its next booking; None: nobody booked it again.

    Counted are bookings that were canceled or expired before their session would have begun.
    """
    next_booking = (
        Booking.objects.filter(slot=OuterRef("slot"), booked_at__gt=OuterRef("ended_at"))
        .order_by("booked_at")
        .values("booked_at")[:1]
    )
    given_back = bookings.filter(status__in=FREEING_STATUSES, ended_at__lt=F("slot__starts_at"))
    return _counted(
        given_back.annotate(again_at=Subquery(next_booking)),
        (Second("again_at") - Second("ended_at")) / 3600,
    )


def _waiting(period: Period) -> tuple[Counter, Counter]:
    """People who joined the waiting list in the period, by what became of it.

    And, of those who took an offered time: midnights from joining to taking.
    """
    rows = (
        WaitingEntry.objects.filter(period.around("joined_at"))
        .annotate(days=JapanDay("ended_at") - JapanDay("joined_at"))
        .values_list("status", "days")
        .annotate(count=Count("pk"))
        .order_by()
    )
    statuses, days_on_the_list = Counter(), Counter()
    for status, days, count in rows:
        statuses[status] += count
        if status == WaitingStatus.TAKEN and days is not None:
            days_on_the_list[max(0, days)] += count
    return statuses, days_on_the_list


def _calls(period: Period) -> tuple[int, int]:
    """Requests for a call that came in the period, and how many of them were answered."""
    counts = CallRequest.objects.filter(period.around("asked_at")).aggregate(
        asked=Count("pk"), answered=Count("answered_at")
    )
    return counts["asked"], counts["answered"]


def quantile(counted: Counter, share: float) -> float | None:
    """The value below which this share lies, between neighbors in proportion.

    Of 1, 2 and 4 a half is 2; of 1 and 2 it is 1.5.
    """
    if not counted.total():
        return None
    place = share * (counted.total() - 1)
    lower = _value_at(counted, int(place))
    upper = _value_at(counted, min(int(place) + 1, counted.total() - 1))
    return lower + (upper - lower) * (place - int(place))


def _value_at(counted, place):
    for value in sorted(counted):
        place -= counted[value]
        if place < 0:
            return value
    raise IndexError(place)
