"""When nobody is found who interprets: the resident chooses what else would do."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import CaseEvent
from cases.services import record_event
from consultations import notices
from consultations.choices import BookingStatus, Mode, Way
from consultations.models import Booking
from consultations.services import interpreting
from consultations.services.bookings import BookingNotOpen
from consultations.services.making import decision_deadline
from interpreters.places import Place
from interpreters.services.changes import change_request

Role = CaseEvent.ActorRole


def ways_left(booking: Booking, now: datetime) -> list[Way]:
    """What the resident can choose now; nothing while the search is young or over."""
    if booking.status != BookingStatus.HELD or booking.slot.starts_at <= now:
        return []
    request = booking.interpreter_request
    if booking.decide_by > now and (request is None or request.status not in interpreting.OVER):
        return []
    resident = booking.case.resident
    second = resident.second_language_id
    ways = []
    if second and (request is None or request.language_id != second):
        ways.append(Way.SECOND_LANGUAGE)
    if request is None or not request.accepts_relay:
        ways.append(Way.RELAY)
    if booking.mode == Mode.VIDEO and resident.phone:
        ways.append(Way.PHONE)
    return [*ways, Way.ALONE]


@transaction.atomic
def take_way(*, booking_id: int, way: str, by: User | None = None, now: datetime) -> Booking:
    """Search on otherwise, until a new deadline, or come without an interpreter.

    `by` is a coordinator who was told so on the telephone; None: the resident. Raises
    BookingNotOpen when that way is not open (any more).
    """
    request = interpreting.lock_request_of(booking_id)
    Booking.objects.select_for_update().get(pk=booking_id)
    booking = Booking.objects.with_story().select_related("interpreter_request").get(pk=booking_id)
    if way not in ways_left(booking, now):
        raise BookingNotOpen
    if way == Way.ALONE:
        booking.do_without_interpreter()
        interpreting.give_up(request, by=by, now=now)
        notices.booking_confirmed(booking, now=now)
    else:
        _search_on(booking, request, way, by, now)
    record_event(
        case_id=booking.case_id,
        verb="consultations.way_taken",
        actor=by,
        actor_role=Role.COORDINATOR if by else Role.RESIDENT,
        now=now,
        booking=booking.pk,
        revision=booking.revision,
        way=way,
    )
    return booking


def _search_on(booking, request, way, by, now):
    if way == Way.PHONE:
        booking.mode = Mode.PHONE
    booking.seek_on(decide_by=decision_deadline(booking.slot.starts_at, now=now))
    changes = {
        Way.SECOND_LANGUAGE: {"language_id": booking.case.resident.second_language_id},
        Way.RELAY: {"accepts_relay": True},
        Way.PHONE: {"place": Place.PHONE},
    }[way]
    if request is None or request.status in interpreting.OVER:
        interpreting.ask_anew(booking, by=by, now=now, **changes)
    else:
        change_request(request_id=request.pk, by=by, now=now, **_fields(changes))
    notices.booking_sought_on(booking, now=now)


def _fields(changes):
    return {name.removesuffix("_id"): value for name, value in changes.items()}
