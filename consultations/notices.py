"""When which letter about a booking is planned. What it says stands in `letters.py`.

A row says that something may be due; the composer looks again at the moment of sending.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from cases.choices import ContactChannel, Reminders
from consultations.attendance_notices import attendance_call
from consultations.choices import BookingStatus
from consultations.models import Booking, Expert, Slot
from consultations.reminders import (
    DAY_BEFORE,
    HOUR_BEFORE,
    THREE_DAYS,
    reminder_times,
    waking_moment_before,
)
from notifications.choices import Channel, NoticeState
from notifications.models import Notice
from notifications.services import PlannedNotice, plan_notices, plan_notices_anew
from notifications.waking_hours import next_waking_moment

TOKYO = ZoneInfo("Asia/Tokyo")
# Who wants no message gets none: that person comes back with number and code.
CHANNELS = {ContactChannel.EMAIL: Channel.EMAIL, ContactChannel.PHONE: Channel.CALL}

RECEIVED = "booking_received"
CONFIRMED = "booking_confirmed"
MOVED = "booking_moved"
CANCELED = "booking_canceled"
HELD_AGAIN = "booking_held_again"
UNDECIDED = "booking_undecided"
EXPIRED = "booking_expired"
EXPERT_BOOKED = "expert_booked"
EXPERT_MOVED = "expert_moved"
EXPERT_FREED = "expert_freed"
EXPERT_CANCELED = "expert_canceled"
EXPERT_DAY_BEFORE = "expert_day_before"
# After these an expert counts on the session.
EXPERT_TOLD = (EXPERT_BOOKED, EXPERT_MOVED)
OUT_OF_OUR_HANDS = (NoticeState.CLAIMED, NoticeState.SENT, NoticeState.UNKNOWN)


def booking_made(booking: Booking, *, now: datetime) -> None:
    """One statement: the letter of this act, the reminders, what the expert is told."""
    kind = CONFIRMED if booking.status == BookingStatus.CONFIRMED else RECEIVED
    planned = [
        *_to_resident(booking, kind, now=now, own_act=True),
        *_deadline(booking),
        *_reminders(booking, now=now),
    ]
    if booking.status == BookingStatus.CONFIRMED:
        planned += _to_expert(booking, EXPERT_BOOKED, now=now)
    plan_notices(planned)


def booking_confirmed(booking: Booking, *, now: datetime) -> None:
    plan_notices(
        [
            *_to_resident(booking, CONFIRMED, now=now),
            *_to_expert(booking, EXPERT_BOOKED, now=now),
        ]
    )


def booking_held_again(booking: Booking, *, now: datetime) -> None:
    plan_notices(
        [
            *_to_resident(booking, HELD_AGAIN, now=now),
            *_deadline(booking),
            *_reminders(booking, now=now),
        ]
    )


def booking_sought_on(booking: Booking, *, now: datetime) -> None:
    """No letter of its own: the next one comes with the deadline, or when it is sure."""
    plan_notices([*_deadline(booking), *_reminders(booking, now=now)])


def booking_moved(
    booking: Booking, *, old_slot: Slot, was_confirmed: bool, own_act: bool, now: datetime
) -> None:
    planned = [
        *_to_resident(booking, MOVED, now=now, own_act=own_act),
        *_deadline(booking),
        *_reminders(booking, now=now),
    ]
    same_expert = old_slot.expert_id == booking.slot.expert_id
    if booking.status == BookingStatus.CONFIRMED:
        planned += _to_expert(booking, EXPERT_MOVED if same_expert else EXPERT_BOOKED, now=now)
    # Only who was told of the old time is told that it is free again.
    gives_up_old = not same_expert or booking.status == BookingStatus.HELD
    if gives_up_old and (was_confirmed or _counts_on_it(old_slot.expert, booking)):
        planned += _to_expert(booking, EXPERT_FREED, now=now, slot=old_slot, reminded=False)
    plan_notices(planned)


def booking_canceled(
    booking: Booking,
    *,
    was_confirmed: bool,
    own_act: bool,
    tells_resident: bool = True,
    tells_expert: bool = True,
    now: datetime,
) -> None:
    planned = []
    if tells_resident:
        planned += _to_resident(booking, CANCELED, now=now, own_act=own_act)
    if tells_expert and (was_confirmed or _counts_on_it(booking.slot.expert, booking)):
        planned += _to_expert(booking, EXPERT_CANCELED, now=now, reminded=False)
    plan_notices(planned)


def contact_changed(booking: Booking, *, now: datetime) -> None:
    """Plan on the channel of the new contact plan; what is planned already stays."""
    plan_notices_anew([*_deadline(booking), *_reminders(booking, now=now)])


def booking_expired(booking: Booking, *, now: datetime) -> None:
    planned = _to_resident(booking, EXPIRED, now=now)
    if _counts_on_it(booking.slot.expert, booking):
        planned += _to_expert(booking, EXPERT_CANCELED, now=now, reminded=False)
    plan_notices(planned)


def _counts_on_it(expert: Expert, booking: Booking) -> bool:
    """Whether the expert of a held booking was told of it: it was confirmed once, and
    the interpreter dropped out.
    """
    if booking.revision == 0:
        return False
    letters = Notice.objects.filter(subject_key=booking.key, recipient_key=expert.key)
    telling = letters.filter(
        Q(kind__in=EXPERT_TOLD, state__in=OUT_OF_OUR_HANDS) | Q(kind=EXPERT_FREED)
    )
    return telling.order_by("-pk").values_list("kind", flat=True).first() in EXPERT_TOLD


def _to_resident(booking, kind, *, now, own_act=False):
    """The letter to the person, or the call where a letter cannot be sent.

    What somebody has just done on the page or the telephone needs no call.
    """
    resident = booking.case.resident
    channel = CHANNELS.get(resident.channel)
    if channel is None or (channel == Channel.CALL and own_act):
        return []
    starts_at = booking.slot.starts_at
    return [
        PlannedNotice(
            kind=kind,
            subject_key=booking.key,
            revision=booking.revision,
            recipient_key=resident.key,
            channel=channel,
            due_at=now if own_act else waking_moment_before(starts_at, now, resident.zone),
            expires_at=starts_at,
        )
    ]


def _deadline(booking):
    """At the deadline a held booking tells what else is possible."""
    resident = booking.case.resident
    channel = CHANNELS.get(resident.channel)
    if channel is None or booking.status != BookingStatus.HELD:
        return []
    starts_at = booking.slot.starts_at
    return [
        PlannedNotice(
            kind=UNDECIDED,
            subject_key=booking.key,
            revision=booking.revision,
            recipient_key=resident.key,
            channel=channel,
            due_at=waking_moment_before(starts_at, booking.decide_by, resident.zone),
            expires_at=starts_at,
        )
    ]


def _reminders(booking, *, now):
    resident = booking.case.resident
    channel = CHANNELS.get(resident.channel)
    if channel is None:
        return []
    wanted = {THREE_DAYS, DAY_BEFORE, HOUR_BEFORE}
    if resident.reminders == Reminders.NONE:
        wanted = set()
    elif resident.reminders == Reminders.DAY_BEFORE or channel == Channel.CALL:
        wanted = {DAY_BEFORE}
    starts_at = booking.slot.starts_at
    times = {
        kind: due_at
        for kind, due_at in reminder_times(starts_at, booked_at=now, zone=resident.zone).items()
        if kind in wanted
    }
    ends = [*sorted(times.values()), starts_at][1:]
    reminders = [
        PlannedNotice(
            kind=kind,
            subject_key=booking.key,
            revision=booking.revision,
            recipient_key=resident.key,
            channel=channel,
            due_at=due_at,
            expires_at=expires_at,
        )
        for (kind, due_at), expires_at in zip(
            sorted(times.items(), key=lambda pair: pair[1]), ends, strict=True
        )
    ]
    return [*reminders, *attendance_call(booking, now=now)]


def _to_expert(booking, kind, *, now, slot=None, reminded=True):
    slot = slot or booking.slot
    planned = [(kind, waking_moment_before(slot.starts_at, now, TOKYO.key))]
    day_before = slot.starts_at - timedelta(days=1)
    if reminded and day_before > now + timedelta(hours=1):
        planned.append((EXPERT_DAY_BEFORE, next_waking_moment(day_before)))
    return [
        PlannedNotice(
            kind=planned_kind,
            subject_key=booking.key,
            revision=booking.revision,
            recipient_key=slot.expert.key,
            channel=Channel.EMAIL,
            due_at=due_at,
            expires_at=slot.starts_at,
        )
        for planned_kind, due_at in planned
    ]
