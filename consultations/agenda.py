"""What an expert sees of the own sessions, and no way to reach anybody."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts.models import User
from consultations.choices import BookingStatus
from consultations.models import Booking
from languages.formatting import JAPAN

# How long an expert can look back.
PAST_DAYS = timedelta(days=90)
MOST_SESSIONS = 500
ENDED = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)
OVER, COMING, PAST = "over", "coming", "past"


@dataclass
class Agenda:
    # Over, and nobody has said how they went.
    over: list[Booking] = field(default_factory=list)
    coming: dict[date, list[Booking]] = field(default_factory=dict)
    past: list[Booking] = field(default_factory=list)


def own_sessions(user: User, now: datetime):
    """The sessions an expert may read about: those to come, and those of the last while."""
    is_readable = Q(status=BookingStatus.CONFIRMED) | Q(
        status__in=ENDED, slot__starts_at__gt=now - PAST_DAYS
    )
    return (
        Booking.objects.visible_to(user)
        .filter(is_readable, slot__expert__account=user)
        .select_related(
            "slot__expert",
            "case__primary_topic",
            "case__resident__speaking_language",
            "case__resident__second_language",
        )
        # For no reason does a way to reach somebody come along.
        .defer(
            "case__resident__email",
            "case__resident__email_digest",
            "case__resident__phone",
            "case__resident__phone_digest",
            "contact_digest",
        )
    )


def agenda_of(user: User, now: datetime) -> Agenda:
    """An expert's sessions, in one query."""
    agenda = Agenda()
    sessions = own_sessions(user, now).sealed().order_by("slot__starts_at", "pk")
    for booking in sessions[:MOST_SESSIONS]:
        if booking.status in ENDED:
            agenda.past.insert(0, booking)
        elif booking.slot.ends_at <= now:
            agenda.over.append(booking)
        else:
            day = booking.slot.starts_at.astimezone(JAPAN).date()
            agenda.coming.setdefault(day, []).append(booking)
    return agenda
