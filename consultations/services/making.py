"""How a booking comes into being: from a draft, from a telephone call, from the waiting list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Membership, User
from cases.models import Case, CaseEvent, Resident
from cases.models.case import ENDED
from cases.services import record_event
from consultations import notices
from consultations.answers import Answers
from consultations.choices import BookingSource, BookingStatus, ConsentGiven, ForWhom
from consultations.models import Booking, Draft, Slot
from consultations.services import interpreting, limits
from consultations.services.drafts import DraftGone, SlotTaken
from interface.references import new_reference

CONSENT_VERSION = "2026-11"
Role = CaseEvent.ActorRole
# A seven-digit reference meets another one in a thousand bookings or so at the most.
REFERENCE_TRIES = 5


class AnswersMissing(Exception):
    """A question of the draft is still open."""


class PersonNotAsked(Exception):
    """Who books for somebody else has not said that the person agrees."""


class SupporterRefused(Exception):
    """Who books for a client is no member of an approved organization any more."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a booking comes from and how the resident agreed."""

    source: str
    consent_language: str
    consent_given: str = ConsentGiven.SELF
    consent_version: str = CONSENT_VERSION
    draft_key: UUID | None = None
    booked_by: User | None = None
    organization_id: int | None = None
    attends_at_organization: bool = False
    network: str = ""
    network_seat: int | None = None
    # Whether a second open booking with the same address or number is refused.
    is_limited: bool = False


def book_from_draft(
    *, key: UUID, consent_language: str, now: datetime, person_agrees: bool = False
) -> Booking:
    """Turn a draft into a booking, once, however often and wherever it is sent.

    `person_agrees` is what a helper says who books for somebody else. A draft that was
    already sent answers with its booking. Raises DraftGone, AnswersMissing,
    PersonNotAsked, SupporterRefused, limits.ProofNeeded, limits.AlreadyBooked, or
    SlotTaken, all of them with the draft kept.
    """
    for _attempt in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                return _book_held_slot(
                    key=key,
                    consent_language=consent_language,
                    person_agrees=person_agrees,
                    now=now,
                )
        except IntegrityError:
            # The same draft was sent twice, the slot is lost, the address has another
            # booking, a seat of the network went to somebody else, or the reference exists.
            if booking := Booking.objects.filter(draft_key=key).select_related("case").first():
                return booking
            draft = Draft.objects.live(now).filter(pk=key).first()
            if draft is None:
                raise DraftGone from None
            slots = Slot.objects.filter(pk=draft.answers.get("slot"))
            if slots.exclude(pk__in=Slot.objects.unbooked()):
                raise SlotTaken from None
            limits.look_for_another_booking(draft, now=now)
    raise SlotTaken


def _book_held_slot(*, key, consent_language, person_agrees, now):
    # The draft is locked before the slot, as everywhere. What else must hold is looked
    # at in Python: as conditions on four tables it cost half of the whole request.
    slot = next(
        iter(
            limits.with_bookings_here(Slot.objects.select_for_update(of=("held_by_draft", "self")))
            .select_related("day", "expert", "held_by_draft")
            .filter(held_by_draft=key)
        ),
        None,
    )
    if slot is None or not slot.keeps_promise_to_its_draft(now):
        draft, slot = _take_unheld_slot(key=key, now=now)
        if slot is None:
            return _book_again(key=key, now=now)
    else:
        draft = slot.held_by_draft
    try:
        answers = Answers.from_draft(draft.answers)
    except TypeError:
        raise AnswersMissing from None
    if not answers.is_reachable:
        raise AnswersMissing
    supporter = _supporter_of(draft)
    seat = None if supporter else limits.seat_for(draft, slot.bookings_here, now=now)
    booking = create_booking(
        *create_resident_and_case(answers=answers, owner=None, now=now),
        answers=answers,
        slot=slot,
        origin=Origin(
            source=BookingSource.ORGANIZATION if supporter else BookingSource.WEB,
            consent_language=consent_language,
            consent_given=_consent_given(draft, person_agrees),
            draft_key=key,
            booked_by=supporter.user if supporter else None,
            organization_id=supporter.organization_id if supporter else None,
            attends_at_organization=bool(
                supporter and draft.answers.get("attends_at_organization")
            ),
            network="" if supporter else draft.network,
            network_seat=seat,
            is_limited=supporter is None,
        ),
        now=now,
    )
    draft.delete()
    return booking


def _take_unheld_slot(*, key, now):
    """The slot of a draft that keeps none, while it is still to be had.

    The network had no seat to keep it for the person, or the hold ran out.
    """
    draft = Draft.objects.live(now).select_for_update().filter(pk=key).first()
    if draft is None or not draft.answers.get("slot"):
        return draft, None
    slots = limits.with_bookings_here(
        Slot.objects.select_for_update(of=("self",)), network=draft.network
    )
    slot = (
        slots.select_related("day", "expert")
        .filter(pk=draft.answers["slot"])
        .free(now, key)
        .for_topic(draft.answers.get("topic", ""))
        .first()
    )
    if slot is None:
        raise SlotTaken
    return draft, slot


def _book_again(*, key, now):
    """The draft chose nothing: it was sent before, is gone, or has a question open."""
    if booking := Booking.objects.filter(draft_key=key).select_related("case").first():
        return booking
    if not Draft.objects.live(now).filter(pk=key).exists():
        raise DraftGone
    raise AnswersMissing


def _consent_given(draft, person_agrees):
    """How the resident agreed: themselves, or as a supporter or helper says."""
    if recorded := draft.answers.get("consent_given"):
        return recorded
    if draft.answers.get("for_whom") != ForWhom.OTHER:
        return ConsentGiven.SELF
    if not person_agrees:
        raise PersonNotAsked
    return ConsentGiven.ORAL


def _supporter_of(draft):
    """The membership by which somebody books for a client; looked at again now."""
    if not draft.answers.get("supporter"):
        return None
    memberships = Membership.objects.filter(
        user=draft.answers["supporter"],
        user__is_active=True,
        organization=draft.answers.get("organization"),
        organization__approved_at__isnull=False,
    )
    membership = memberships.select_related("user").first()
    if membership is None:
        raise SupporterRefused
    return membership


def book_by_phone(
    *,
    answers: Answers,
    slot_id: int,
    booked_by: User,
    now: datetime,
    key: UUID | None = None,
    case_id: int | None = None,
) -> Booking:
    """Book for somebody on the telephone. Raises SlotTaken.

    `key` is new for each form: the same form sent again answers with its booking. With a
    case the person is known, by a request for a call: what they say now is what counts.
    """
    for _attempt in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                if key and (booking := Booking.objects.filter(draft_key=key).first()):
                    return booking
                slot = (
                    Slot.objects.select_for_update(of=("self",))
                    .select_related("day", "expert")
                    .filter(pk=slot_id, starts_at__gt=now, withdrawn_at__isnull=True)
                    .unbooked()
                    .unheld(now)
                    .first()
                )
                if slot is None:
                    raise SlotTaken
                known = _renew_case(case_id, answers=answers, owner=booked_by) if case_id else None
                return create_booking(
                    *known or create_resident_and_case(answers=answers, owner=booked_by, now=now),
                    answers=answers,
                    slot=slot,
                    origin=Origin(
                        source=BookingSource.PHONE,
                        consent_language=answers.reading_language,
                        consent_given=ConsentGiven.READ_OUT,
                        draft_key=key,
                        booked_by=booked_by,
                    ),
                    now=now,
                )
        except IntegrityError:
            continue
    raise SlotTaken


def create_resident_and_case(
    *, answers: Answers, owner: User | None, now: datetime
) -> tuple[Resident, Case]:
    """A person nobody knows yet, and their matter."""
    resident = Resident(created_at=now, **_about_resident(answers))
    resident.set_contact(email=answers.email, phone=answers.phone)
    resident.save(force_insert=True)
    case = Case.objects.create(
        reference=new_reference(),
        resident=resident,
        owner=owner,
        opened_at=now,
        **_about_case(answers),
    )
    return resident, case


def _renew_case(case_id, *, answers, owner):
    """The same person and matter, as they are told now; None when that is over.

    Nothing is booked in a closed case, and nobody is brought back who had everything deleted.
    """
    # The person before the case, as whoever forgets them does.
    resident = Resident.objects.select_for_update().get(cases=case_id)
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.status in ENDED:
        return None
    for name, value in _about_resident(answers).items():
        setattr(resident, name, value)
    resident.set_contact(email=answers.email, phone=answers.phone)
    resident.save()
    for name, value in _about_case(answers).items():
        setattr(case, name, value)
    case.owner = case.owner or owner
    case.save()
    return resident, case


def _about_resident(answers):
    return {
        "nickname": answers.nickname,
        "speaking_language_id": answers.speaking_language,
        "second_language_id": answers.second_language or None,
        "reading_language": answers.reading_language,
        "channel": answers.channel,
        "discretion": answers.discretion,
        "safe_hours": list(answers.safe_hours),
        "reminders": answers.reminders,
        "time_zone": answers.time_zone,
    }


def _about_case(answers):
    critical_date = answers.critical_date
    return {
        "primary_topic_id": answers.topic,
        "is_minor": answers.is_minor,
        "date_worry": answers.date_worry,
        "critical_date": date.fromisoformat(critical_date) if critical_date else None,
    }


def create_booking(
    resident: Resident,
    case: Case,
    *,
    answers: Answers,
    slot: Slot,
    origin: Origin,
    now: datetime,
) -> Booking:
    """A booking of a slot that the caller has locked and found free.

    Inside a transaction; IntegrityError when the slot, the draft's key, the person's
    address or the seat of the network is taken.
    """
    is_held = answers.wants_interpreter
    request = None
    if is_held:
        request = interpreting.ask(
            case=case,
            resident=resident,
            slot=slot,
            mode=answers.mode,
            variety=answers.language_variety,
            gender_wish=answers.gender_wish,
            not_from_community=answers.not_from_community,
            by=origin.booked_by,
            now=now,
        )
    booking = Booking(
        case=case,
        slot=slot,
        status=BookingStatus.HELD if is_held else BookingStatus.CONFIRMED,
        decide_by=decision_deadline(slot.starts_at, now=now) if is_held else None,
        draft_key=origin.draft_key,
        source=origin.source,
        mode=answers.mode,
        for_whom=answers.for_whom,
        organization_id=origin.organization_id,
        attends_at_organization=origin.attends_at_organization,
        interpreter_request=request,
        interpreter_wish=answers.interpreter_wish,
        language_variety=answers.language_variety,
        gender_wish=answers.gender_wish,
        not_from_community=answers.not_from_community,
        message=answers.message,
        booked_at=now,
        booked_by=origin.booked_by,
        consent_version=origin.consent_version,
        consent_language=origin.consent_language,
        consent_given=origin.consent_given,
        contact_digest=limits.contact_digest_of(resident) if origin.is_limited else "",
        network=origin.network,
        network_seat=origin.network_seat,
    )
    booking.set_link_digest()
    booking.save(force_insert=True)
    is_by_coordinator = origin.source == BookingSource.PHONE
    record_event(
        case_id=case.pk,
        verb="consultations.booking_made",
        actor=origin.booked_by,
        actor_role=Role.COORDINATOR if is_by_coordinator else Role.RESIDENT,
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
