"""What coordinators do with the waiting list."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from consultations import waiting_notices
from consultations.claims import claim_until
from consultations.models import Slot, WaitingEntry
from consultations.services.drafts import SlotTaken
from consultations.services.waiting import Role, lock_entry, lock_while_free, offer_locked, record


class NotWaiting(Exception):
    """The person is not on the list, or has an offer already."""


@transaction.atomic
def offer_to(*, entry_id: int, slot_id: int, offered_by: User, now: datetime) -> WaitingEntry:
    """Offer a free slot to somebody out of turn. Raises SlotTaken or NotWaiting."""
    slot = Slot.objects.select_related("expert").filter(pk=slot_id).first()
    if slot is None or not lock_while_free(slot, now):
        raise SlotTaken
    entry = WaitingEntry.objects.select_related("case__resident").get(pk=entry_id)
    zone = entry.case.resident.zone
    until = claim_until(slot.starts_at, zone=zone, is_first=entry.is_first, now=now)
    if until is None:
        raise SlotTaken
    offered = offer_locked(entry_id, slot, until=until, now=now, actor=offered_by)
    if offered is None:
        raise NotWaiting
    waiting_notices.offered(offered, now=now)
    return offered


@transaction.atomic
def move_to_front(*, entry_id: int, moved_by: User, now: datetime) -> WaitingEntry:
    """Raises NotWaiting."""
    entry = lock_entry(entry_id)
    if not entry.is_on_the_list:
        raise NotWaiting
    if not entry.is_first:
        entry.go_first()
        record(entry, "waiting_put_first", now=now, actor=moved_by, actor_role=Role.COORDINATOR)
    return entry
