"""The draft of a booking: answers and the typing hold."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from consultations.models import Draft, Slot
from consultations.services import limits


class DraftGone(Exception):
    """The draft was sent, wiped or is too old."""


class SlotTaken(Exception):
    """Somebody else has the slot, or its time to be booked is over."""


@transaction.atomic
def start_draft(*, key: UUID, replacing: UUID | None, now: datetime, network: str = "") -> Draft:
    """A new empty draft; the one this browser had before is wiped."""
    if replacing:
        wipe_draft(key=replacing)
    return Draft.objects.create(
        key=key, network=network, created_at=now, expires_at=now + settings.DRAFT_LIFETIME
    )


@transaction.atomic
def save_answers(*, key: UUID, answers: dict, now: datetime) -> Draft:
    """Keep the answers of one step and renew the hold, up to 45 minutes in all.

    Another topic may need another expert, so it gives the hold back. Raises
    DraftGone.
    """
    draft = _locked_draft(key=key, now=now)
    topic_changed = answers.get("topic", draft.answers.get("topic")) != draft.answers.get("topic")
    if topic_changed and "slot" in draft.answers:
        Slot.objects.release_holds_of(key)
        answers = {**answers, "slot": None}
    draft.put(answers, expires_at=now + settings.DRAFT_LIFETIME)
    _renew_hold(draft, now=now)
    return draft


@transaction.atomic
def hold_slot(*, key: UUID, slot_id: int, now: datetime) -> Draft:
    """Hold a slot for a draft; whatever it held before is free again.

    Choosing it again renews the hold within its 45 minutes; after them it is a new
    one, for others could have had the slot meanwhile. Where the person's network keeps
    as many as it may, the slot is noted but not kept: `is_kept` in the answers is false.
    Raises DraftGone, or SlotTaken with everything as it was before.
    """
    draft = _locked_draft(key=key, now=now)
    offered = Slot.objects.bookable(now).for_topic(draft.answers.get("topic", ""))
    if not offered.filter(pk=slot_id).exists():
        raise SlotTaken
    Slot.objects.exclude(pk=slot_id).release_holds_of(key)
    first_held_at = now
    if draft.answers.get("slot") == slot_id and _hold_ends(draft, now=now):
        first_held_at = datetime.fromisoformat(draft.answers["first_held_at"])
    until = min(now + settings.HOLD_LENGTH, first_held_at + settings.HOLD_LIMIT)
    is_kept = limits.hold(draft, slot_id, until=until, now=now)
    if is_kept is None:
        raise SlotTaken
    draft.put(
        {"slot": slot_id, "first_held_at": first_held_at.isoformat(), "is_kept": is_kept},
        expires_at=now + settings.DRAFT_LIFETIME,
    )
    return draft


@transaction.atomic
def wipe_draft(*, key: UUID) -> None:
    """Forget the answers and give the held slot back, at once."""
    # The draft first, as everywhere: who leaves while a step is under way waits for it.
    Draft.objects.filter(pk=key).delete()
    Slot.objects.release_holds_of(key)


def purge_drafts(*, now: datetime) -> int:
    """Wipe the drafts whose hour is over; how many they were."""
    purged = 0
    while count := _purge_some(now=now):
        purged += count
    return purged


@transaction.atomic
def _purge_some(*, now):
    keys = list(Draft.objects.expired(now).values_list("pk", flat=True)[:1000])
    Draft.objects.filter(pk__in=keys).delete()
    Slot.objects.filter(held_by_draft__in=keys).forget_holds()
    return len(keys)


def _locked_draft(*, key, now):
    try:
        return Draft.objects.live(now).select_for_update().get(pk=key)
    except Draft.DoesNotExist:
        raise DraftGone from None


def _renew_hold(draft, *, now):
    if draft.answers.get("slot") and (until := _hold_ends(draft, now=now)):
        limits.hold(draft, draft.answers["slot"], until=until, now=now)


def _hold_ends(draft, *, now):
    """Until when a renewed hold would last; None when its 45 minutes are over."""
    limit = datetime.fromisoformat(draft.answers["first_held_at"]) + settings.HOLD_LIMIT
    return min(now + settings.HOLD_LENGTH, limit) if limit > now else None
