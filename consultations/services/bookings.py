"""What can be done with a booking. Each verb: lock, change, history, notices."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from cases.models import CaseEvent
from cases.services import record_event
from consultations import missed_notices, notices
from consultations.choices import BookingStatus, CanceledBy, NoShowParty
from consultations.models import Booking, Slot
from consultations.services import interpreting, waiting
from consultations.services.drafts import SlotTaken
from consultations.services.making import decision_deadline
from consultations.sessions import may_be_missed

Role = CaseEvent.ActorRole
ACTING_AS = {
    CanceledBy.RESIDENT: Role.RESIDENT,
    CanceledBy.EXPERT: Role.EXPERT,
    CanceledBy.COORDINATOR: Role.COORDINATOR,
}


class BookingNotOpen(Exception):
    """The booking is over, canceled, or its time has come."""


def _locked_booking(booking_id):
    # Locked alone: PostgreSQL would lose the row if its slot changed while we wait.
    Booking.objects.select_for_update().get(pk=booking_id)
    return Booking.objects.with_story().get(pk=booking_id)


def _record(booking, verb, *, now, actor=None, actor_role=Role.COORDINATOR, **details):
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


def move_booking(
    *,
    booking_id: int,
    slot_id: int,
    actor_role: str,
    actor: User | None = None,
    now: datetime,
) -> Booking:
    """Give an open booking another slot; reference, link and case stay.

    Raises BookingNotOpen, or SlotTaken with the old time kept.
    """
    try:
        with transaction.atomic():
            request = interpreting.lock_request_of(booking_id)
            booking = _locked_booking(booking_id)
            if not booking.is_open or booking.slot.starts_at <= now:
                raise BookingNotOpen
            old_slot, was_confirmed = booking.slot, booking.status == BookingStatus.CONFIRMED
            slot = (
                Slot.objects.select_for_update(of=("self",))
                .select_related("day", "expert")
                .filter(pk=slot_id)
                .free(now)
                .for_topic(booking.case.primary_topic_id)
                .first()
            )
            if slot is None:
                raise SlotTaken
            decide_by = None
            if booking.wants_interpreter:
                decide_by = decision_deadline(slot.starts_at, now=now)
            booking.move_to(slot, decide_by=decide_by)
            old_slot.release()
            if booking.wants_interpreter:
                interpreting.follow_move(booking, request, by=actor, now=now)
            _record(
                booking,
                "booking_moved",
                now=now,
                actor=actor,
                actor_role=actor_role,
                from_slot=old_slot.pk,
                to_slot=slot.pk,
            )
            notices.booking_moved(
                booking,
                old_slot=old_slot,
                was_confirmed=was_confirmed,
                own_act=actor_role == Role.RESIDENT,
                now=now,
            )
            waiting.offer_slot(slot=old_slot, now=now)
            return booking
    except IntegrityError:
        raise SlotTaken from None


@transaction.atomic
def cancel_booking(
    *,
    booking_id: int,
    canceled_by: str,
    actor: User | None = None,
    tells_resident: bool = True,
    tells_expert: bool = True,
    now: datetime,
) -> Booking:
    """Cancel an open booking; its slot is free with the commit.

    Canceling again answers with the canceled booking. Raises BookingNotOpen when
    the session has begun or is over.
    """
    request = interpreting.lock_request_of(booking_id)
    booking = _locked_booking(booking_id)
    if booking.status == BookingStatus.CANCELED:
        return booking
    if not booking.is_open or booking.slot.starts_at <= now:
        raise BookingNotOpen
    was_confirmed = booking.status == BookingStatus.CONFIRMED
    booking.cancel(canceled_by=canceled_by, at=now)
    interpreting.give_up(request, by=actor, now=now)
    booking.slot.release()
    _record(
        booking,
        "booking_canceled",
        now=now,
        actor=actor,
        actor_role=ACTING_AS[canceled_by],
        canceled_by=canceled_by,
    )
    notices.booking_canceled(
        booking,
        was_confirmed=was_confirmed,
        own_act=canceled_by == CanceledBy.RESIDENT,
        tells_resident=tells_resident,
        tells_expert=tells_expert,
        now=now,
    )
    waiting.offer_slot(slot=booking.slot, now=now)
    return booking


@transaction.atomic
def confirm_booking(*, booking_id: int, confirmed_by: User, now: datetime) -> Booking:
    """A coordinator has found an interpreter: the time is certain.

    Raises TransitionNotAllowed, or BookingNotOpen when the time has come.
    """
    request = interpreting.lock_request_of(booking_id)
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at <= now:
        raise BookingNotOpen
    booking.confirm()
    interpreting.note_found_elsewhere(request, by=confirmed_by, now=now)
    _record(booking, "booking_confirmed", now=now, actor=confirmed_by)
    notices.booking_confirmed(booking, now=now)
    return booking


@transaction.atomic
def hold_booking_again(*, booking_id: int, held_by: User, now: datetime) -> Booking:
    """The interpreter dropped out. Raises TransitionNotAllowed or BookingNotOpen."""
    request = interpreting.lock_request_of(booking_id)
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at <= now:
        raise BookingNotOpen
    if interpreting.drop_interpreter(request, by=held_by, now=now):
        # What follows from it is done already, as when the interpreter says so.
        return _locked_booking(booking_id)
    _hold_again(booking, by=held_by, now=now)
    if request is None or request.status in interpreting.OVER:
        interpreting.ask_anew(booking, by=held_by, now=now)
    return booking


def _hold_again(booking, *, by, now):
    booking.hold_again(decide_by=decision_deadline(booking.slot.starts_at, now=now))
    role = Role.COORDINATOR if by else Role.SYSTEM
    _record(booking, "booking_held_again", now=now, actor=by, actor_role=role)
    notices.booking_held_again(booking, now=now)


@transaction.atomic
def seek_interpreter(*, booking_id: int, by: User, now: datetime) -> Booking:
    """Look once more, after a search that came to its end. Raises BookingNotOpen."""
    request = interpreting.lock_request_of(booking_id)
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at <= now or not interpreting.may_seek(booking, request):
        raise BookingNotOpen
    interpreting.ask_anew(booking, by=by, now=now)
    booking.seek_on(decide_by=decision_deadline(booking.slot.starts_at, now=now))
    _record(booking, "interpreter_sought", now=now, actor=by)
    notices.booking_sought_on(booking, now=now)
    return booking


# WHAT THE SEARCH FOR AN INTERPRETER SAYS. Its request is locked already.


@transaction.atomic
def interpreter_found(*, booking_id: int, by: User | None, now: datetime) -> Booking:
    """Somebody goes: expert and interpreter are sure together, and everybody is told."""
    booking = _locked_booking(booking_id)
    # Another interpreter instead of the first one changes nothing for the others.
    if booking.status == BookingStatus.HELD and booking.slot.starts_at > now:
        booking.confirm()
        role = Role.COORDINATOR if by else Role.SYSTEM
        _record(booking, "booking_confirmed", now=now, actor=by, actor_role=role)
        notices.booking_confirmed(booking, now=now)
    return booking


@transaction.atomic
def interpreter_lost(*, booking_id: int, by: User | None, now: datetime) -> Booking:
    """Whoever was to go does not come; nobody is sure any more."""
    booking = _locked_booking(booking_id)
    if booking.status == BookingStatus.CONFIRMED and booking.slot.starts_at > now:
        _hold_again(booking, by=by, now=now)
    return booking


@transaction.atomic
def interpreter_not_found(*, booking_id: int, by: User | None, now: datetime) -> Booking:
    """The search is given up: the resident is told at once what else is possible."""
    booking = _locked_booking(booking_id)
    if booking.status == BookingStatus.HELD and booking.slot.starts_at > now:
        booking.seek_on(decide_by=now)
        _record(booking, "interpreter_not_found", now=now, actor=by)
        notices.booking_sought_on(booking, now=now)
    return booking


@transaction.atomic
def complete_booking(
    *,
    booking_id: int,
    outcome: str,
    completed_by: User,
    actor_role: str = Role.COORDINATOR,
    now: datetime,
) -> Booking:
    """Say how a session went, once it has begun. Raises TransitionNotAllowed."""
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at > now:
        raise BookingNotOpen
    booking.complete(outcome=outcome, at=now)
    _record(
        booking,
        "booking_completed",
        now=now,
        actor=completed_by,
        actor_role=actor_role,
        outcome=outcome,
    )
    return booking


@transaction.atomic
def record_no_show(
    *,
    booking_id: int,
    party: str,
    recorded_by: User,
    actor_role: str = Role.COORDINATOR,
    now: datetime,
) -> Booking:
    """Say who did not come, once the others have waited a while.

    Whoever was let down by our side is put first for a new time; a resident who did not
    come is told that they can book again. Raises TransitionNotAllowed, or BookingNotOpen.
    """
    booking = _locked_booking(booking_id)
    if not may_be_missed(booking, now):
        raise BookingNotOpen
    booking.miss(party=party, at=now)
    _record(
        booking,
        "booking_no_show",
        now=now,
        actor=recorded_by,
        actor_role=actor_role,
        party=party,
    )
    if party == NoShowParty.CLIENT:
        missed_notices.missed_by_resident(booking, now=now)
    elif not booking.case.resident.erased_at:
        waiting.put_first(booking=booking, now=now)
    return booking


@transaction.atomic
def put_room_link(*, booking_id: int, url: str, put_by: User, now: datetime) -> Booking:
    """Keep the address of the video room; the resident sees it shortly before."""
    booking = _locked_booking(booking_id)
    booking.put_room(url)
    interpreting.share_room(booking)
    _record(booking, "room_link_set", now=now, actor=put_by)
    return booking


def expire_undecided_bookings(*, now: datetime) -> int:
    """Free the slots of held bookings whose deadline is long over; how many.

    Halfway between the deadline and the start, so that somebody else can still
    use the expert's time. The letter of the deadline named the other ways.
    """
    overdue = Booking.objects.held().filter(decide_by__lte=now).select_related("slot")
    return sum(_expire(booking.pk, now=now) for booking in overdue if _is_lost(booking, now))


def _is_lost(booking, now):
    if booking.status != BookingStatus.HELD:
        return False
    return now >= booking.decide_by + (booking.slot.starts_at - booking.decide_by) / 2


@transaction.atomic
def _expire(booking_id, *, now):
    request = interpreting.lock_request_of(booking_id)
    booking = _locked_booking(booking_id)
    # It may have been moved or decided since it was read.
    if not _is_lost(booking, now):
        return False
    booking.expire(at=now)
    interpreting.note_unfilled(request, now=now)
    booking.slot.release()
    _record(booking, "booking_expired", now=now, actor_role=Role.SYSTEM)
    notices.booking_expired(booking, now=now)
    waiting.offer_slot(slot=booking.slot, now=now)
    return True
