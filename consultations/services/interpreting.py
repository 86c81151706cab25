"""The interpreter of a booking: asked for with it, moved and given up with it.

A request is locked before its booking, as everywhere, so that a coordinator who assigns
and a resident who moves do not wait for each other.
"""

from contextlib import suppress
from datetime import datetime

from accounts.models import User
from cases.models import Case, Resident
from consultations.choices import BookingStatus, GenderWish, Mode
from consultations.models import Booking, Slot
from interpreters.choices import RequestStatus
from interpreters.models import InterpreterRequest, StepNotAllowed
from interpreters.places import Place
from interpreters.services.changes import change_request
from interpreters.services.consultations import (
    ask_for_consultation,
    found_elsewhere,
    put_joining,
)
from interpreters.services.dispatch import give_back
from interpreters.services.requests import cancel_request, mark_unfilled

OVER = {
    RequestStatus.CANCELED,
    RequestStatus.UNFILLED,
    RequestStatus.OUT_OF_SCOPE,
    RequestStatus.CLOSED,
}


def lock_request_of(booking_id: int) -> InterpreterRequest | None:
    """The request of a booking, locked; None when no interpreter was ever asked for."""
    rows = InterpreterRequest.objects.select_for_update(of=("self",))
    return rows.filter(booking=booking_id).first()


def may_seek(booking: Booking, request: InterpreterRequest | None) -> bool:
    """Whether the booking waits for an interpreter whom nobody looks for."""
    is_looked_for = request is not None and request.status not in OVER
    return booking.status == BookingStatus.HELD and not is_looked_for


def ask(
    *,
    case: Case,
    resident: Resident,
    slot: Slot,
    mode: str,
    variety: str,
    gender_wish: str,
    not_from_community: bool,
    by: User | None,
    now: datetime,
    **changes,
) -> InterpreterRequest:
    """What a booking that is being made wants; nothing in it tells of the person."""
    wanted = {
        "language_id": resident.speaking_language_id,
        "topic_id": case.primary_topic_id,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "place": place_of(mode),
        "variety": variety,
        "gender_wish": gender_wish if gender_wish in GenderWish else GenderWish.ANY,
        "not_from_community": not_from_community,
    }
    return ask_for_consultation(**(wanted | changes), by=by, now=now)


def ask_anew(booking: Booking, *, by: User | None, now: datetime, **changes) -> InterpreterRequest:
    """Another request, after the earlier one has come to its end; saves the booking.

    What the resident chose for the earlier one stays chosen; what it said of them does not.
    """
    earlier = booking.interpreter_request
    if earlier is not None:
        kept = {"language_id": earlier.language_id, "accepts_relay": earlier.accepts_relay}
        changes = kept | changes
        # Nothing leads to it from the booking any more, so nothing would erase it with them.
        earlier.erase()
    request = ask(
        case=booking.case,
        resident=booking.case.resident,
        slot=booking.slot,
        mode=booking.mode,
        variety=booking.language_variety,
        gender_wish=booking.gender_wish,
        not_from_community=booking.not_from_community,
        by=by,
        now=now,
        **changes,
    )
    booking.put_interpreter_request(request)
    share_room(booking)
    return request


def follow_move(
    booking: Booking, request: InterpreterRequest | None, *, by: User | None, now: datetime
) -> None:
    """The interpreter is asked again for the new time; another one is sought otherwise."""
    if request is None or request.status in OVER:
        ask_anew(booking, by=by, now=now)
        return
    slot = booking.slot
    # The room was that of the old time.
    share_room(booking)
    change_request(
        request_id=request.pk, by=by, now=now, starts_at=slot.starts_at, ends_at=slot.ends_at
    )


def give_up(request: InterpreterRequest | None, *, by: User | None, now: datetime) -> None:
    """Nobody is needed any more."""
    # It is over, or the interpreter is there already and hears it from the expert.
    with suppress(StepNotAllowed):
        if request is not None:
            cancel_request(request_id=request.pk, by=by, now=now)


def note_found_elsewhere(request: InterpreterRequest | None, *, by: User, now: datetime) -> None:
    """A coordinator confirms by hand: whoever was asked in the portal is told."""
    with suppress(StepNotAllowed):
        if request is not None:
            found_elsewhere(request_id=request.pk, by=by, now=now)


def drop_interpreter(request: InterpreterRequest | None, *, by: User, now: datetime) -> bool:
    """Take whoever was to come off the request; whether there was somebody."""
    assignment = request and request.assignments.occupying().first()
    if assignment is None or request.status != RequestStatus.ASSIGNED:
        return False
    give_back(assignment_id=assignment.pk, by=by, now=now)
    return True


def note_unfilled(request: InterpreterRequest | None, *, now: datetime) -> None:
    """The time is lost: it goes into the ledger."""
    with suppress(StepNotAllowed):
        if request is not None:
            mark_unfilled(request_id=request.pk, reason="too_late", by=None, now=now)


def share_room(booking: Booking) -> None:
    """Whoever interprets joins where the others do."""
    if booking.interpreter_request_id:
        put_joining(request_id=booking.interpreter_request_id, text=booking.room_url)


def place_of(mode: str) -> str:
    return Place.PHONE if mode == Mode.PHONE else Place.REMOTE
