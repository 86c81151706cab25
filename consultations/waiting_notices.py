"""When which letter to somebody on the waiting list is planned.

What it says stands in `waiting_letters.py`, and is looked at again when it is sent.
"""

from datetime import datetime, timedelta

from consultations.claims import LAST_CALL
from consultations.models import Slot, WaitingEntry
from consultations.notices import CHANNELS, OUT_OF_OUR_HANDS
from notifications.choices import Channel
from notifications.models import Notice
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

JOINED = "waiting_joined"
OFFERED = "waiting_offered"
WITHDRAWN = "waiting_withdrawn"
LAPSED = "waiting_lapsed"
STANDBY = "waiting_standby"
FIRST = "waiting_first"
# How long the news is worth telling when nothing else ends it.
NEWS_LASTS = timedelta(days=7)


def joined(entry: WaitingEntry, *, now: datetime) -> None:
    """Somebody's own act: at once, and no call."""
    _plan(entry, JOINED, due_at=now, expires_at=now + NEWS_LASTS, by_call=False)


def offered(entry: WaitingEntry, *, now: datetime) -> None:
    """Who has not heard yet that the appointment fell out hears both at once."""
    if entry.replaces_id and not _knows(entry):
        put_first(entry, now=now)
    else:
        _plan(entry, OFFERED, due_at=_awake(entry, now), expires_at=entry.claim_until)


def _knows(entry):
    told = Notice.objects.filter(subject_key=entry.key, kind=FIRST, state__in=OUT_OF_OUR_HANDS)
    return told.exists()


def put_first(entry: WaitingEntry, *, now: datetime, is_urgent: bool = False) -> None:
    """One letter says both that the appointment fell out and what comes instead of it.

    That it fell out is told even when the offer is over: the composer looks which is true.
    """
    due_at = now if is_urgent else _awake(entry, now)
    _plan(entry, FIRST, due_at=due_at, expires_at=now + NEWS_LASTS)


def lapsed(entry: WaitingEntry, *, now: datetime) -> None:
    _plan(entry, LAPSED, due_at=_awake(entry, now), expires_at=now + NEWS_LASTS, by_call=False)


def withdrawn(entry: WaitingEntry, *, slot: Slot, now: datetime) -> None:
    """Only who was told of the time is told that it is gone."""
    if offer_notices(entry).filter(state__in=OUT_OF_OUR_HANDS).exists():
        _plan(entry, WITHDRAWN, due_at=_awake(entry, now), expires_at=slot.starts_at)


def standby(entry: WaitingEntry, *, now: datetime) -> None:
    slot = entry.standby_slot
    _plan(
        entry,
        STANDBY,
        due_at=_awake(entry, now),
        expires_at=slot.starts_at - LAST_CALL,
        # One for each slot: standing by for another one makes no new revision.
        subject_key=f"{entry.key}:{slot.pk}",
    )


def offer_notices(entry: WaitingEntry):
    """The letters and calls that told of the offer which stands, or stood last."""
    return Notice.objects.filter(
        subject_key=entry.key, revision=entry.revision, kind__in=(OFFERED, FIRST)
    )


def was_never_called(entry: WaitingEntry) -> bool:
    """Whether the offer was to be told by telephone and nobody has tried."""
    calls = offer_notices(entry).filter(channel=Channel.CALL)
    untold = [call.attempts == 0 and call.state not in OUT_OF_OUR_HANDS for call in calls]
    return bool(untold) and all(untold)


def _awake(entry, now):
    return next_waking_moment(now, entry.case.resident.zone)


def _plan(entry, kind, *, due_at, expires_at, by_call=True, subject_key=""):
    resident = entry.case.resident
    channel = CHANNELS.get(resident.channel)
    if channel is None or channel == Channel.CALL and not by_call or due_at >= expires_at:
        return
    plan_notices(
        [
            PlannedNotice(
                kind=kind,
                subject_key=subject_key or entry.key,
                revision=entry.revision,
                recipient_key=resident.key,
                channel=channel,
                due_at=due_at,
                expires_at=expires_at,
            )
        ]
    )
