"""What happens in the hour of the session: who comes, who cannot get in, what was said."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import CaseEvent
from cases.services import record_event
from consultations import session_notices
from consultations.choices import BookingStatus
from consultations.models import Booking
from consultations.services.bookings import BookingNotOpen, complete_booking
from consultations.sessions import is_session_hour, may_ask_for_call

Role = CaseEvent.ActorRole


class NumberMissing(Exception):
    """Nobody can be called without a number."""


def _locked_booking(booking_id):
    # Locked alone: PostgreSQL would lose the row if its slot changed while we wait.
    Booking.objects.select_for_update().get(pk=booking_id)
    return Booking.objects.with_story().get(pk=booking_id)


def _record(booking, verb, *, now, actor=None, actor_role=Role.RESIDENT, **details):
    record_event(
        case_id=booking.case_id,
        verb=f"consultations.{verb}",
        actor=actor,
        actor_role=actor_role,
        now=now,
        booking=booking.pk,
        revision=booking.revision,
        **details,
    )


@transaction.atomic
def check_in(
    *,
    booking_id: int,
    side: str,
    now: datetime,
    actor: User | None = None,
    actor_role: str = Role.RESIDENT,
) -> Booking:
    """Note that a side is there. The first arrival counts; a second one changes nothing.

    Raises BookingNotOpen outside the hour of the session.
    """
    booking = _locked_booking(booking_id)
    if not is_session_hour(booking, now):
        raise BookingNotOpen
    if getattr(booking, f"{side}_joined_at") is None:
        booking.check_in(side, at=now)
        _record(booking, "checked_in", now=now, actor=actor, actor_role=actor_role, side=side)
    return booking


@transaction.atomic
def ask_for_call(*, booking_id: int, now: datetime, phone: str = "") -> Booking:
    """The resident cannot get in: somebody calls them, at once, at any hour.

    `phone` is a normalized number, for whom we know none of; it is kept. Asking again
    while the call is still to be made changes nothing. Raises BookingNotOpen or
    NumberMissing.
    """
    booking = _locked_booking(booking_id)
    if not may_ask_for_call(booking, now):
        raise BookingNotOpen
    resident = booking.case.resident
    if not resident.phone and not phone:
        raise NumberMissing
    if not resident.phone:
        resident.change_contact(
            channel=resident.channel,
            email=resident.email,
            phone=phone,
            discretion=resident.discretion,
            safe_hours=resident.safe_hours,
        )
    if session_notices.is_call_open(booking):
        return booking
    booking.ask_for_help(at=now)
    _record(booking, "help_asked", now=now)
    session_notices.help_asked(booking, now=now)
    return booking


@transaction.atomic
def end_session(
    *,
    booking_id: int,
    outcome: str,
    takeaways: str = "",
    noted_by: User,
    actor_role: str,
    now: datetime,
) -> Booking:
    """Say how a session went, with what the resident may read again.

    Raises TransitionNotAllowed or BookingNotOpen.
    """
    booking = complete_booking(
        booking_id=booking_id,
        outcome=outcome,
        completed_by=noted_by,
        actor_role=actor_role,
        now=now,
    )
    if takeaways:
        booking.put_takeaways(takeaways)
    return booking


@transaction.atomic
def write_takeaways(
    *, booking_id: int, takeaways: str, noted_by: User, actor_role: str, now: datetime
) -> Booking:
    """Mend what the resident reads of a session that took place. Raises BookingNotOpen."""
    booking = _locked_booking(booking_id)
    if booking.status != BookingStatus.COMPLETED:
        raise BookingNotOpen
    booking.put_takeaways(takeaways)
    _record(booking, "takeaways_written", now=now, actor=noted_by, actor_role=actor_role)
    return booking
