"""What can be done with a booking. Each verb: lock, change, history, notices."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from cases.models import Case, CaseEvent, Resident
from cases.references import new_reference
from cases.services import record_event
from consultations import notices
from consultations.answers import Answers
from consultations.choices import BookingSource, BookingStatus, CanceledBy
from consultations.models import Booking, Draft, Slot
from consultations.services.drafts import DraftGone, SlotTaken

CONSENT_VERSION = "2026-11"
Role = CaseEvent.ActorRole
ACTING_AS = {
    CanceledBy.RESIDENT: Role.RESIDENT,
    CanceledBy.EXPERT: Role.EXPERT,
    CanceledBy.COORDINATOR: Role.COORDINATOR,
}
# A seven-digit reference meets another one in a thousand bookings or so at the most.
REFERENCE_TRIES = 5


class BookingNotOpen(Exception):
    """The booking is over, canceled, or its time has come."""


class AnswersMissing(Exception):
    """A question of the draft is still open."""


def book_from_draft(*, key: UUID, consent_language: str, now: datetime) -> Booking:
    """Turn a draft into a booking, once, however often and wherever it is sent.

    A draft that was already sent answers with its booking. Raises DraftGone,
    AnswersMissing, or SlotTaken with the draft kept.
    """
    for _attempt in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                return _book_held_slot(key=key, consent_language=consent_language, now=now)
        except IntegrityError:
            # The same draft was sent twice, the slot is lost, or the reference exists.
            if booking := Booking.objects.filter(draft_key=key).select_related("case").first():
                return booking
            if Slot.objects.filter(held_by_draft=key).exclude(pk__in=Slot.objects.unbooked()):
                raise SlotTaken from None
    raise SlotTaken


def _book_held_slot(*, key, consent_language, now):
    # The draft is locked before the slot, as everywhere. What else must hold is looked
    # at in Python: as conditions on four tables it cost half of the whole request.
    slot = next(
        iter(
            Slot.objects.select_for_update(of=("held_by_draft", "self"))
            .select_related("day", "expert", "held_by_draft")
            .filter(held_by_draft=key)
        ),
        None,
    )
    if slot is None or not slot.keeps_promise_to_its_draft(now):
        return _book_again(key=key, consent_language=consent_language, now=now)
    draft = slot.held_by_draft
    try:
        answers = Answers.from_draft(draft.answers)
    except TypeError:
        raise AnswersMissing from None
    if not answers.is_reachable:
        raise AnswersMissing
    booking = _create_booking(
        answers=answers,
        slot=slot,
        source=BookingSource.WEB,
        consent_language=consent_language,
        draft_key=key,
        now=now,
    )
    draft.delete()
    return booking


def _book_again(*, key, consent_language, now):
    """The draft holds nothing: it was sent before, is gone, or has lost its slot."""
    if booking := Booking.objects.filter(draft_key=key).select_related("case").first():
        return booking
    draft = Draft.objects.live(now).filter(pk=key).first()
    if draft is None:
        raise DraftGone
    if not draft.answers.get("slot"):
        raise AnswersMissing
    raise SlotTaken


def book_by_phone(
    *,
    answers: Answers,
    slot_id: int,
    booked_by: User,
    now: datetime,
    key: UUID | None = None,
) -> Booking:
    """Book for somebody on the telephone. Raises SlotTaken.

    `key` is new for each form: the same form sent again answers with its booking.
    """
    for _attempt in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                if key and (booking := Booking.objects.filter(draft_key=key).first()):
                    return booking
                slot = (
                    Slot.objects.select_for_update(of=("self",))
                    .select_related("day", "expert")
                    .filter(pk=slot_id, starts_at__gt=now)
                    .unbooked()
                    .unheld(now)
                    .first()
                )
                if slot is None:
                    raise SlotTaken
                return _create_booking(
                    answers=answers,
                    slot=slot,
                    source=BookingSource.PHONE,
                    consent_language=answers.reading_language,
                    draft_key=key,
                    booked_by=booked_by,
                    now=now,
                )
        except IntegrityError:
            continue
    raise SlotTaken


def _create_booking(
    *, answers, slot, source, consent_language, now, draft_key=None, booked_by=None
):
    resident = Resident(
        nickname=answers.nickname,
        speaking_language_id=answers.speaking_language,
        second_language_id=answers.second_language or None,
        reading_language=answers.reading_language,
        channel=answers.channel,
        discretion=answers.discretion,
        safe_hours=list(answers.safe_hours),
        reminders=answers.reminders,
        created_at=now,
    )
    resident.set_contact(email=answers.email, phone=answers.phone)
    resident.save(force_insert=True)
    case = Case.objects.create(
        reference=new_reference(),
        resident=resident,
        primary_topic_id=answers.topic,
        owner=booked_by,
        opened_at=now,
    )
    is_held = answers.wants_interpreter
    booking = Booking(
        case=case,
        slot=slot,
        status=BookingStatus.HELD if is_held else BookingStatus.CONFIRMED,
        decide_by=decision_deadline(slot.starts_at, now=now) if is_held else None,
        draft_key=draft_key,
        source=source,
        mode=answers.mode,
        interpreter_wish=answers.interpreter_wish,
        language_variety=answers.language_variety,
        gender_wish=answers.gender_wish,
        not_from_community=answers.not_from_community,
        message=answers.message,
        booked_at=now,
        booked_by=booked_by,
        consent_version=CONSENT_VERSION,
        consent_language=consent_language,
    )
    booking.set_link_digest()
    booking.save(force_insert=True)
    record_event(
        case_id=case.pk,
        verb="consultations.booking_made",
        actor=booked_by,
        actor_role=Role.COORDINATOR if booked_by else Role.RESIDENT,
        now=now,
        booking=booking.pk,
        slot=slot.pk,
        status=booking.status,
    )
    notices.booking_made(booking, now=now)
    return booking


def decision_deadline(starts_at: datetime, *, now: datetime) -> datetime:
    """When it must be known whether an interpreter comes: five days before.

    For a session nearer than six days, halfway between now and the start.
    """
    five_days_before = starts_at - timedelta(days=5)
    if five_days_before >= now + timedelta(days=1):
        return five_days_before
    return now + (starts_at - now) / 2


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
            return booking
    except IntegrityError:
        raise SlotTaken from None


@transaction.atomic
def cancel_booking(
    *, booking_id: int, canceled_by: str, actor: User | None = None, now: datetime
) -> Booking:
    """Cancel an open booking; its slot is free with the commit.

    Canceling again answers with the canceled booking. Raises BookingNotOpen when
    the session has begun or is over.
    """
    booking = _locked_booking(booking_id)
    if booking.status == BookingStatus.CANCELED:
        return booking
    if not booking.is_open or booking.slot.starts_at <= now:
        raise BookingNotOpen
    was_confirmed = booking.status == BookingStatus.CONFIRMED
    booking.cancel(canceled_by=canceled_by, at=now)
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
        now=now,
    )
    return booking


@transaction.atomic
def confirm_booking(*, booking_id: int, confirmed_by: User, now: datetime) -> Booking:
    """A coordinator has found an interpreter: the time is certain.

    Raises TransitionNotAllowed, or BookingNotOpen when the time has come.
    """
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at <= now:
        raise BookingNotOpen
    booking.confirm()
    _record(booking, "booking_confirmed", now=now, actor=confirmed_by)
    notices.booking_confirmed(booking, now=now)
    return booking


@transaction.atomic
def hold_booking_again(*, booking_id: int, held_by: User, now: datetime) -> Booking:
    """The interpreter dropped out. Raises TransitionNotAllowed or BookingNotOpen."""
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at <= now:
        raise BookingNotOpen
    booking.hold_again(decide_by=decision_deadline(booking.slot.starts_at, now=now))
    _record(booking, "booking_held_again", now=now, actor=held_by)
    notices.booking_held_again(booking, now=now)
    return booking


@transaction.atomic
def complete_booking(
    *, booking_id: int, outcome: str, completed_by: User, now: datetime
) -> Booking:
    """Say how a session went, once it has begun. Raises TransitionNotAllowed."""
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at > now:
        raise BookingNotOpen
    booking.complete(outcome=outcome, at=now)
    _record(booking, "booking_completed", now=now, actor=completed_by, outcome=outcome)
    return booking


@transaction.atomic
def record_no_show(*, booking_id: int, party: str, recorded_by: User, now: datetime) -> Booking:
    """Say who did not come, once the session has begun. Raises TransitionNotAllowed."""
    booking = _locked_booking(booking_id)
    if booking.slot.starts_at > now:
        raise BookingNotOpen
    booking.miss(party=party, at=now)
    _record(booking, "booking_no_show", now=now, actor=recorded_by, party=party)
    return booking


@transaction.atomic
def put_room_link(*, booking_id: int, url: str, put_by: User, now: datetime) -> Booking:
    """Keep the address of the video room; the resident sees it shortly before."""
    booking = _locked_booking(booking_id)
    booking.put_room(url)
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
    booking = _locked_booking(booking_id)
    # It may have been moved or decided since it was read.
    if not _is_lost(booking, now):
        return False
    booking.expire(at=now)
    booking.slot.release()
    _record(booking, "booking_expired", now=now, actor_role=Role.SYSTEM)
    notices.booking_expired(booking, now=now)
    return True
