from datetime import datetime

from django.db.models import Count, Q, QuerySet

from consultations.choices import OCCUPYING_STATUSES
from consultations.models import Booking, ConsultationDay, EmergencyLine, Slot
from languages.formatting import format_day, format_hours

# As many as a person can compare; later ones come up when these are gone.
MOST_CHOICES = 40


def coming_days(now: datetime) -> QuerySet[ConsultationDay]:
    """Published days that are not over, with `free_slots`, in one query."""
    taken = Q(slots__bookings__status__in=OCCUPYING_STATUSES)
    held = Q(slots__held_until__gt=now)
    return (
        ConsultationDay.objects.published()
        .filter(slots__ends_at__gt=now)
        .annotate(
            free_slots=Count("slots", filter=Q(slots__starts_at__gt=now), distinct=True)
            - Count("slots", filter=Q(slots__starts_at__gt=now) & (taken | held), distinct=True)
        )
        .order_by("date", "opens_at", "pk")
    )


def kinds_by_day(days: list[ConsultationDay]) -> dict[int, list[str]]:
    """Which kinds of experts each of the days has, in one query."""
    kinds = {day.pk: [] for day in days}
    rows = Slot.objects.filter(day__in=days).select_related("expert").order_by("starts_at", "pk")
    for slot in rows:
        label = slot.expert.get_kind_display()
        if label not in kinds[slot.day_id]:
            kinds[slot.day_id].append(label)
    return kinds


def slot_choices(
    *, topic: str, language: str, now: datetime, draft_key=None
) -> list[tuple[str, list[tuple[int, str]]]]:
    """The free times for a topic as (day, [(slot id, time and expert kind)])."""
    slots = (
        Slot.objects.free(now, draft_key)
        .for_topic(topic)
        .select_related("expert")
        .order_by("starts_at", "pk")[:MOST_CHOICES]
    )
    days: dict[str, list] = {}
    for slot in slots:
        day = format_day(slot.starts_at, language)
        hours = format_hours(slot.starts_at, slot.ends_at, language)
        days.setdefault(day, []).append((slot.pk, f"{hours} · {slot.expert.get_kind_display()}"))
    return list(days.items())


def booking_behind(token: str) -> Booking | None:
    """The booking a capability link opens, with all its page needs, in one query."""
    return Booking.objects.for_token(token).with_story().first()


def emergency_lines() -> QuerySet[EmergencyLine]:
    return EmergencyLine.objects.filter(is_published=True).order_by("position", "pk")
