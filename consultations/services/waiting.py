"""The waiting list: who is told when a time becomes free, and has it kept for a while.

One person at a time: the slot is held until `claim_until` without a draft, and the entry is
offered. Where both are locked, the slot is locked before the entry.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cases.choices import ContactChannel
from cases.models import CaseEvent
from cases.services import record_event
from consultations import waiting_notices
from consultations.answers import Answers
from consultations.choices import WaitingStatus
from consultations.claims import LAST_CALL, claim_until
from consultations.kept_answers import (
    answers_of,
    origin_of,
    payload_of_booking,
    payload_of_draft,
)
from consultations.models import (
    Booking,
    Draft,
    Slot,
    TopicExpertKind,
    WaitingEntry,
)
from consultations.services import limits
from consultations.services.drafts import DraftGone, wipe_draft
from consultations.services.making import (
    REFERENCE_TRIES,
    AnswersMissing,
    create_booking,
    create_resident_and_case,
)
from privacy.networks import count_attempt

Role = CaseEvent.ActorRole
# As many people as are looked at for one slot, and as many slots in one sweep.
MOST_LOOKED_AT = 50
MOST_OFFERS = 50
JOINS_PER_NETWORK = 60
JOINS_PER_ADDRESS = 3
JOINS_WITHIN = timedelta(hours=1)


class CannotBeTold(Exception):
    """The person wants neither letters nor calls, so nobody could tell them of a time."""


class OfferLapsed(Exception):
    """The time is kept for this person no longer."""


# GETTING ON THE LIST


def join_from_draft(
    *, key: UUID, consent_language: str, network: str, now: datetime
) -> WaitingEntry:
    """Put the person of a draft on the list, once, however often it is sent.

    Whoever has an entry already gets another one that looks the same. Raises DraftGone,
    AnswersMissing, CannotBeTold, or privacy's TooManyAttempts, with the draft kept.
    """
    for _attempt in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                return _join(key=key, consent_language=consent_language, network=network, now=now)
        except IntegrityError:
            # Sent twice, joined twice, or the reference exists: the next try sees which.
            continue
    raise DraftGone


def _join(*, key, consent_language, network, now):
    draft = Draft.objects.live(now).select_for_update().filter(pk=key).first()
    if entry := WaitingEntry.objects.filter(draft_key=key).with_story().first():
        return entry
    if draft is None:
        raise DraftGone
    answers = _complete_answers(draft)
    digest = limits.digest_in(draft.answers)
    limit = {"what": "waiting_joined", "within": JOINS_WITHIN, "now": now}
    count_attempt(sender=network, most=JOINS_PER_NETWORK, **limit)
    count_attempt(sender=digest, most=JOINS_PER_ADDRESS, **limit)
    seen = list(_free_for(answers.topic, now).values_list("pk", flat=True))
    _resident, case = create_resident_and_case(answers=answers, owner=None, now=now)
    entry = _create_entry(
        case=case,
        payload=payload_of_draft(draft, answers, consent_language=consent_language),
        draft_key=key,
        contact_digest=digest,
        network=network,
        now=now,
    )
    # The person has just looked at them, and none was good.
    entry.declined_slots.set(seen)
    wipe_draft(key=key)
    record(entry, "waiting_joined", now=now, actor_role=Role.RESIDENT)
    waiting_notices.joined(entry, now=now)
    return entry


def _complete_answers(draft):
    try:
        answers = Answers.from_draft(draft.answers)
    except TypeError:
        raise AnswersMissing from None
    if not answers.is_reachable:
        raise AnswersMissing
    if answers.channel == ContactChannel.NONE:
        raise CannotBeTold
    return answers


def _create_entry(*, contact_digest, now, **fields):
    others = WaitingEntry.objects.on_the_list().filter(contact_digest=contact_digest)
    entry = WaitingEntry(
        same_as=others.order_by("-pk").first() if contact_digest else None,
        contact_digest=contact_digest,
        joined_at=now,
        **fields,
    )
    if entry.replaces:
        entry.share_link_of(entry.replaces)
    else:
        entry.set_link_digest()
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def put_first(*, booking: Booking, now: datetime, is_urgent: bool = False) -> WaitingEntry:
    """The other side has let this person down: first in line, and a free time at once.

    The booking has ended. Called again for it, it answers with the same entry. What is
    urgent is told now, whatever the hour.
    """
    if entry := WaitingEntry.objects.filter(replaces=booking).with_story().first():
        return entry
    digest = limits.contact_digest_of(booking.case.resident)
    is_waiting = WaitingEntry.objects.on_the_list().filter(contact_digest=digest)
    entry = _create_entry(
        case=booking.case,
        payload=payload_of_booking(booking),
        is_first=True,
        replaces=booking,
        # Waiting for another matter as well takes nothing away from this one.
        contact_digest="" if is_waiting.exists() else digest,
        now=now,
    )
    record(entry, "waiting_joined", now=now, actor_role=Role.SYSTEM, is_first=True)
    free = _free_for(booking.case.primary_topic_id, now).order_by("starts_at", "pk")
    for slot in free.select_related("expert")[:MOST_LOOKED_AT]:
        offered = _offer(slot, now=now)
        if offered == entry:
            entry = offered
            break
        if offered:
            waiting_notices.offered(offered, now=now)
    waiting_notices.put_first(entry, is_urgent=is_urgent, now=now)
    return entry


# OFFERS


@transaction.atomic
def offer_slot(*, slot: Slot, now: datetime) -> WaitingEntry | None:
    """Offer a slot that has become free to the person whose turn it is.

    Inside the transaction that frees it. None when it is not free, or nobody wants it.
    """
    entry = _offer(slot, now=now)
    if entry:
        waiting_notices.offered(entry, now=now)
    return entry


@transaction.atomic
def offer_day(*, day_id: int, now: datetime) -> None:
    """Offer the free times of a day that is new or newly public.

    Inside the transaction that makes it so, before anybody else can choose them.
    """
    if WaitingEntry.objects.waiting().exists():
        slots = _free(now).filter(day=day_id).select_related("expert")
        for slot in slots.order_by("starts_at", "pk"):
            offer_slot(slot=slot, now=now)


def offer_free_slots(*, now: datetime) -> int:
    """End the offers whose time is over, and offer what is free; how many offers were made.

    Each in a transaction of its own, so that any number of workers may do this at once.
    """
    offered = WaitingEntry.objects.offered()
    for slot in Slot.objects.filter(offers__in=offered).filter(_cannot_take_place()):
        withdraw_offer(slot=slot, now=now)
    for entry_id in offered.filter(claim_until__lte=now).values_list("pk", flat=True):
        _lapse(entry_id, now=now)
    if not WaitingEntry.objects.waiting().exists():
        return 0
    slots = _wanted(now).select_related("expert").order_by("starts_at", "pk")[:MOST_OFFERS]
    return sum(offer_slot(slot=slot, now=now) is not None for slot in slots)


def _wanted(now):
    """Free slots that somebody in line could have."""
    kinds = TopicExpertKind.objects.filter(
        topic=OuterRef("case__primary_topic"), expert_kind=OuterRef(OuterRef("expert__kind"))
    )
    refusals = WaitingEntry.declined_slots.through.objects.filter(
        waitingentry=OuterRef("pk"), slot=OuterRef(OuterRef("pk"))
    )
    wishes = WaitingEntry.objects.in_line().filter(Exists(kinds), ~Exists(refusals))
    return _free(now).filter(Exists(wishes))


def _cannot_take_place():
    return Q(withdrawn_at__isnull=False) | Q(day__is_published=False) | Q(expert__is_active=False)


def _free(now):
    return Slot.objects.free(now).filter(starts_at__gt=now + LAST_CALL)


def _free_for(topic, now):
    return _free(now).for_topic(topic)


def _offer(slot, *, now):
    """The entry that has been offered the slot, or None. Plans no letter."""
    candidates = _candidates(slot, now)
    if not candidates or not lock_while_free(slot, now):
        return None
    try:
        with transaction.atomic():
            for entry_id, until in candidates:
                if entry := offer_locked(entry_id, slot, until=until, now=now):
                    return entry
    except IntegrityError:
        # It is offered to somebody else at this moment.
        return None
    return None


def _candidates(slot, now):
    """Whom the slot could be offered to, the first in line first, with how long they have."""
    entries = (
        WaitingEntry.objects.in_line()
        .fitting(slot)
        .in_order_for(slot)
        .select_related("case__resident")
        .only("is_first", "case__resident__time_zone")
    )
    found = []
    for entry in entries[:MOST_LOOKED_AT]:
        zone = entry.case.resident.zone
        if until := claim_until(slot.starts_at, zone=zone, is_first=entry.is_first, now=now):
            found.append((entry.pk, until))
    return found


def lock_while_free(slot, now):
    """Whether the slot is free, looked at again after nobody else can change it.

    Nobody waits here: whoever has it locked is about to take it, or the next sweep sees to it.
    """
    rows = Slot.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=slot.pk)
    if not rows.values_list("pk", flat=True).first():
        return False
    return _free(now).filter(pk=slot.pk).exists()


def offer_locked(entry_id, slot, *, until, now, actor=None):
    entry = lock_entry(entry_id)
    if entry.status != WaitingStatus.WAITING:
        return None
    if not Slot.objects.hold(slot_id=slot.pk, draft_key=None, until=until, now=now):
        return None
    entry.offer(slot, at=now, claim_until=until)
    role = Role.COORDINATOR if actor else Role.SYSTEM
    record(entry, "waiting_offered", now=now, actor=actor, actor_role=role, slot=slot.pk)
    return entry


def _lapse(entry_id, *, now):
    """Nobody has answered in time: the next person is asked at once."""
    with transaction.atomic():
        entry, slot = _locked_with_slot(entry_id)
        if entry.status != WaitingStatus.OFFERED or entry.claim_until > now:
            return
        _give_back(entry)
        if waiting_notices.was_never_called(entry):
            # The promised call was not made, and that is not the person's doing.
            entry.wait_again()
        else:
            entry.expire(at=now)
        record(entry, "waiting_expired", now=now, actor_role=Role.SYSTEM, slot=slot.pk)
        waiting_notices.lapsed(entry, now=now)
        offer_slot(slot=slot, now=now)


@transaction.atomic
def withdraw_offer(*, slot: Slot, now: datetime) -> WaitingEntry | None:
    """The slot fell out: whoever it was offered to waits on, at the same place."""
    Slot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    offered = WaitingEntry.objects.offered().filter(slot=slot).values_list("pk", flat=True)
    entry_id = offered.first()
    if entry_id is None:
        return None
    entry = lock_entry(entry_id)
    if entry.slot_id != slot.pk:
        return None
    _give_back(entry)
    entry.wait_again()
    record(entry, "waiting_withdrawn", now=now, actor_role=Role.SYSTEM, slot=slot.pk)
    waiting_notices.withdrawn(entry, slot=slot, now=now)
    return entry


@transaction.atomic
def stand_by_for(*, slot: Slot, now: datetime) -> WaitingEntry | None:
    """A booked time may become free: tell the first who could have it, once for each slot."""
    if WaitingEntry.objects.on_the_list().filter(standby_slot=slot).exists():
        return None
    ready = WaitingEntry.objects.filter(standby_slot__starts_at__gt=now)
    for entry_id, _until in _candidates(slot, now):
        entry = lock_entry(entry_id)
        if entry.status == WaitingStatus.WAITING and not ready.filter(pk=entry.pk).exists():
            entry.stand_by(slot)
            record(entry, "waiting_standby", now=now, actor_role=Role.SYSTEM, slot=slot.pk)
            waiting_notices.standby(entry, now=now)
            return entry
    return None


# WHAT A PERSON ON THE LIST CAN DO


@transaction.atomic
def take(*, entry_id: int, now: datetime, told_to: User | None = None) -> Booking:
    """Book the offered time, for the same person and case. Taking twice is taking once.

    `told_to` is the coordinator who hears it on the telephone. Raises OfferLapsed.
    """
    entry, slot = _locked_with_slot(entry_id)
    if entry.status == WaitingStatus.TAKEN:
        return entry.booking
    if entry.status != WaitingStatus.OFFERED or entry.claim_until <= now:
        raise OfferLapsed
    if slot.withdrawn_at or not Slot.objects.unbooked().filter(pk=slot.pk).exists():
        raise OfferLapsed
    booking = create_booking(
        entry.case.resident,
        entry.case,
        answers=answers_of(entry),
        slot=slot,
        origin=origin_of(entry),
        now=now,
    )
    _give_back(entry)
    if entry.replaces and entry.replaces.link_digest == entry.link_digest:
        entry.replaces.renew_link()
    # Number, link and code stay what they were.
    booking.take_link_of(entry)
    entry.take(booking, at=now)
    details = {"slot": slot.pk, "booking": booking.pk}
    record(entry, "waiting_taken", now=now, **_said_by(told_to), **details)
    _leave_elsewhere(entry, now=now)
    return booking


def _leave_elsewhere(entry, *, now):
    """Who has joined several times has what they waited for."""
    others = WaitingEntry.objects.waiting().filter(contact_digest=entry.contact_digest)
    for other in others.filter(same_as__isnull=False).order_by("pk"):
        other.leave(at=now)


@transaction.atomic
def decline(*, entry_id: int, now: datetime, told_to: User | None = None) -> WaitingEntry:
    """Not this time. The place in line stays, and this time is not offered to them again."""
    entry, slot = _locked_with_slot(entry_id)
    if entry.status != WaitingStatus.OFFERED:
        return entry
    _pass_on(entry, slot, now=now, told_to=told_to)
    return entry


def _pass_on(entry, slot, *, now, told_to=None):
    _give_back(entry)
    entry.wait_again()
    record(entry, "waiting_declined", now=now, slot=slot.pk, **_said_by(told_to))
    offer_slot(slot=slot, now=now)


@transaction.atomic
def leave(*, entry_id: int, now: datetime, removed_by: User | None = None) -> WaitingEntry:
    """Off the list, for good; what was offered goes to the next person."""
    entry, slot = _locked_with_slot(entry_id)
    if not entry.is_on_the_list:
        return entry
    if slot:
        _give_back(entry)
    entry.leave(at=now)
    record(entry, "waiting_left", now=now, **_said_by(removed_by))
    if slot:
        offer_slot(slot=slot, now=now)
    return entry


def come_back(*, entry_id: int, now: datetime) -> WaitingEntry:
    """An offer has lapsed, and the person still wants a time: the same place as before.

    Raises TransitionNotAllowed when they have left or taken a time.
    """
    try:
        return _come_back(entry_id, behind_another=False, now=now)
    except IntegrityError:
        # They have joined anew meanwhile.
        return _come_back(entry_id, behind_another=True, now=now)


@transaction.atomic
def _come_back(entry_id, *, behind_another, now):
    entry, slot = _locked_with_slot(entry_id)
    if entry.status == WaitingStatus.OFFERED and entry.claim_until <= now:
        _pass_on(entry, slot, now=now)
    if entry.is_on_the_list:
        return entry
    if behind_another:
        others = WaitingEntry.objects.on_the_list().filter(contact_digest=entry.contact_digest)
        entry.stand_behind(others.order_by("-pk").first())
    entry.wait_again()
    record(entry, "waiting_came_back", now=now, actor_role=Role.RESIDENT)
    return entry


# WHAT THEY SHARE


def lock_entry(entry_id):
    # Locked alone: PostgreSQL would lose the row if its slot changed while we wait.
    WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    return WaitingEntry.objects.with_story().get(pk=entry_id)


def _locked_with_slot(entry_id):
    """The entry and its offered slot (or None), the slot locked first."""
    while True:
        slot_id = WaitingEntry.objects.values_list("slot", flat=True).get(pk=entry_id)
        try:
            with transaction.atomic():
                if slot_id:
                    Slot.objects.select_for_update(of=("self",)).get(pk=slot_id)
                entry = lock_entry(entry_id)
                if entry.slot_id != slot_id:
                    # An offer has come or gone; what is locked is let go.
                    raise _Changed
                return entry, entry.slot
        except _Changed:
            continue


class _Changed(Exception):
    pass


def _give_back(entry):
    """End the hold of the slot; it is not offered to the same person again."""
    holds = Slot.objects.filter(pk=entry.slot_id, held_by_draft__isnull=True)
    holds.filter(held_until=entry.claim_until).forget_holds()
    entry.declined_slots.add(entry.slot_id)


def _said_by(coordinator):
    role = Role.COORDINATOR if coordinator else Role.RESIDENT
    return {"actor": coordinator, "actor_role": role}


def record(entry, verb, *, now, actor_role, actor=None, **details):
    record_event(
        case_id=entry.case_id,
        verb=f"consultations.{verb}",
        actor=actor,
        actor_role=actor_role,
        now=now,
        entry=entry.pk,
        revision=entry.revision,
        **details,
    )
