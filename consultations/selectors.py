from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.html import format_html

from consultations.choices import ExpertKind
from consultations.models import (
    Booking,
    ConsultationDay,
    EmergencyLine,
    Slot,
    WaitingEntry,
)
from languages.formatting import format_day, format_hours, format_period_abroad
from privacy.links import CapabilityLink

# As many as a person can compare; later ones come up when these are gone.
MOST_CHOICES = 40
LINK_COLUMNS = [field.name for field in CapabilityLink._meta.fields]


@dataclass
class ComingDay:
    """A consultation day as the public page shows it."""

    date: date
    kinds: list[str]
    free_slots: int


def coming_days(now: datetime) -> list[ComingDay]:
    """Published days that are not over and can be booked or could be, in one query."""
    is_free = (
        Q(starts_at__gt=now, day__booking_closes_at__gt=now, expert__is_active=True)
        & (Q(held_until__isnull=True) | Q(held_until__lte=now))
        & ~Exists(Booking.objects.occupying().filter(slot=OuterRef("pk")))
    )
    rows = (
        Slot.objects.filter(
            day__is_published=True,
            day__booking_opens_at__lte=now,
            ends_at__gt=now,
            withdrawn_at__isnull=True,
        )
        .values_list("day_id", "day__date", "expert__kind")
        .annotate(free_slots=Count("pk", filter=is_free), first=Min("starts_at"))
        .order_by("day__date", "day_id", "first")
    )
    days: dict[int, ComingDay] = {}
    for day_id, day_date, kind, free_slots, _first in rows:
        day = days.setdefault(day_id, ComingDay(day_date, [], 0))
        day.kinds.append(ExpertKind(kind).label)
        day.free_slots += free_slots
    return list(days.values())


def kinds_by_day(days: list[ConsultationDay]) -> dict[int, list[str]]:
    """Which kinds of experts each of the days has, in one query."""
    kinds = {day.pk: [] for day in days}
    rows = (
        Slot.objects.filter(day__in=days)
        .values_list("day_id", "expert__kind")
        .annotate(first=Min("starts_at"))
        .order_by("first")
    )
    for day_id, kind, _first in rows:
        kinds[day_id].append(ExpertKind(kind).label)
    return kinds


def slot_choices(
    *, topic: str, language: str, now: datetime, draft_key=None, zone: str = ""
) -> list[tuple[str, list[tuple[int, str]]]]:
    """The free times for a topic as (day, [(slot id, time and expert kind)]).

    Somebody in a time zone abroad reads the time of that place too.
    """
    slots = (
        Slot.objects.free(now, draft_key)
        .for_topic(topic)
        .order_by("starts_at", "pk")
        .values_list("pk", "starts_at", "ends_at", "expert__kind")[:MOST_CHOICES]
    )
    days: dict[str, list] = {}
    for slot_id, starts_at, ends_at, kind in slots:
        day = format_day(starts_at, language)
        hours = format_hours(starts_at, ends_at, language)
        label = f"{hours} · {ExpertKind(kind).label}"
        if abroad := format_period_abroad(starts_at, ends_at, language, zone):
            label = format_html('{}<br><span class="quiet">{}</span>', label, abroad)
        days.setdefault(day, []).append((slot_id, label))
    return list(days.items())


def booking_behind(token: str) -> Booking | None:
    """The booking a capability link opens, with all its page needs, in one query."""
    return (
        Booking.objects.for_token(token)
        .with_story()
        .select_related("case__resident__second_language")
        .first()
    )


def links_numbered(reference: str) -> list[CapabilityLink]:
    """What a number may open: the newest booking of the case, the newest waiting entry.

    Only what the code is checked with is read.
    """
    newest = []
    for model in (Booking, WaitingEntry):
        subjects = model.objects.filter(case__reference=reference).only(*LINK_COLUMNS)
        newest += subjects.order_by("-pk")[:1]
    return newest


def emergency_lines() -> QuerySet[EmergencyLine]:
    return EmergencyLine.objects.filter(is_published=True).order_by("position", "pk")
