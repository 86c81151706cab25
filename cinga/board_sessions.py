"""Today's sessions as the board shows them: who is there, and who is missed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from consultations.choices import BookingStatus
from consultations.models import Booking
from consultations.sessions import (
    EXPERT,
    INTERPRETER,
    RESIDENT,
    is_session_hour,
    missing_sides,
)
from languages.formatting import JAPAN

LABELS = {RESIDENT: _("Resident"), INTERPRETER: _("Interpreter"), EXPERT: _("Expert")}


@dataclass(frozen=True)
class Side:
    name: str
    label: str
    joined_at: datetime | None
    is_missed: bool
    may_be_marked: bool


@dataclass(frozen=True)
class SessionRow:
    booking: Booking
    sides: list[Side]
    # The resident said "I cannot connect", and the call is still to be made.
    waits_for_call: bool

    @property
    def is_red(self) -> bool:
        return self.waits_for_call or any(side.is_missed for side in self.sides)


def session_rows(bookings: list[Booking], *, called: set[int], now: datetime) -> list[SessionRow]:
    """One for each booking; `called` are those whose resident waits for a call."""
    return [SessionRow(booking, _sides(booking, now), booking.pk in called) for booking in bookings]


def _sides(booking, now):
    if booking.status != BookingStatus.CONFIRMED:
        return []
    missing, is_hour = missing_sides(booking, now), is_session_hour(booking, now)
    sides = []
    for name, label in LABELS.items():
        if name == INTERPRETER and not booking.wants_interpreter:
            continue
        joined_at = getattr(booking, f"{name}_joined_at")
        may_be_marked = is_hour and joined_at is None
        if joined_at or is_hour:
            sides.append(Side(name, label, joined_at, name in missing, may_be_marked))
    return sides


def sessions_today(now: datetime) -> tuple[list[Booking], Booking | None]:
    """Today's sessions in Japan by time, and the first one after today."""
    midnight = datetime.combine(now.astimezone(JAPAN).date(), time(0), JAPAN)
    tomorrow = midnight + timedelta(days=1)
    occupying = Booking.objects.occupying().for_desk().order_by("slot__starts_at", "pk")
    today = occupying.filter(slot__starts_at__gte=midnight, slot__starts_at__lt=tomorrow)
    return list(today), occupying.filter(slot__starts_at__gte=tomorrow).first()
