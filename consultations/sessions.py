"""The hour of the session itself: when the way in is open, who is there, who is missing."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from consultations.choices import BookingStatus, Mode, NoShowParty
from consultations.models import Booking, Slot, WaitingEntry

# Nothing else may stand in the header of a page.
PLAIN_HOST = re.compile(r"[a-z0-9.-]+")

JOINING_OPENS = timedelta(minutes=15)
# From when on a side that has not come is missed.
INTERPRETER_IS_MISSED = -timedelta(minutes=10)
EXPERT_IS_MISSED = timedelta(minutes=5)
# From when on somebody who waits for our call may say that nobody has called.
CALL_IS_MISSED = timedelta(minutes=5)
# From when on it can be said that a session does not take place.
NO_SHOW_FROM = timedelta(minutes=15)
# A promised call is made until so long after the end.
CALLS_GO_ON = timedelta(minutes=30)

RESIDENT, EXPERT, INTERPRETER = "resident", "expert", "interpreter"
SIDES = (RESIDENT, EXPERT, INTERPRETER)
# The resident came, and it was not for them that nothing came of it.
OTHER_SIDE = {NoShowParty.EXPERT, NoShowParty.INTERPRETER, NoShowParty.TECHNICAL}

EARLY, READY, WAITING, BY_PHONE, LET_DOWN = "early", "ready", "waiting", "by_phone", "let_down"


def joining_opens_at(slot: Slot) -> datetime:
    """From when on the way into the room is shown."""
    return slot.starts_at - JOINING_OPENS


def is_session_hour(booking: Booking, now: datetime) -> bool:
    """Whether people come together now: from a little before the start to the end."""
    return (
        booking.status == BookingStatus.CONFIRMED
        and joining_opens_at(booking.slot) <= now < booking.slot.ends_at
    )


def missing_sides(booking: Booking, now: datetime) -> list[str]:
    """Who should be there by now and is not."""
    if not is_session_hour(booking, now):
        return []
    since_start = now - booking.slot.starts_at
    missing = []
    if booking.expert_joined_at is None and since_start >= EXPERT_IS_MISSED:
        missing.append(EXPERT)
    if (
        booking.wants_interpreter
        and booking.interpreter_joined_at is None
        and since_start >= INTERPRETER_IS_MISSED
    ):
        missing.append(INTERPRETER)
    return missing


def may_be_missed(booking: Booking, now: datetime) -> bool:
    """Whether it can be said that the session does not take place."""
    return booking.slot.starts_at + NO_SHOW_FROM <= now


def may_ask_for_call(booking: Booking, now: datetime) -> bool:
    """Whether the resident can ask now to be called instead.

    Whoever waits for our call lets us be late a little, unless we know no number.
    """
    if not is_session_hour(booking, now):
        return False
    waits_for_us = booking.mode == Mode.PHONE and booking.case.resident.phone
    return not waits_for_us or now >= booking.slot.starts_at + CALL_IS_MISSED


@dataclass(frozen=True)
class Joining:
    """What the resident's page says about the way into the session."""

    state: str
    opens_at: datetime
    room_url: str = ""
    # The expert is late: the room may be open all the same.
    may_go_in: bool = False
    may_ask_for_call: bool = False
    asked_for_call: bool = False
    # The last digits, enough to know one's own number by.
    number_ends: str = ""
    waiting_entry: WaitingEntry | None = None

    @property
    def looks_again(self) -> bool:
        return self.state == WAITING


def joining_of(booking: Booking, now: datetime) -> Joining | None:
    """How the resident gets into the session now; None when there is nothing to join."""
    opens_at = joining_opens_at(booking.slot)
    if booking.status == BookingStatus.NO_SHOW and booking.no_show_party in OTHER_SIDE:
        entry = WaitingEntry.objects.filter(replaces=booking).first()
        return Joining(LET_DOWN, opens_at, waiting_entry=entry)
    if booking.status != BookingStatus.CONFIRMED or now >= booking.slot.ends_at:
        return None
    return Joining(
        _state(booking, now),
        opens_at,
        room_url=booking.room_url if now >= opens_at else "",
        may_go_in=bool(booking.room_url) and now >= booking.slot.starts_at,
        may_ask_for_call=may_ask_for_call(booking, now) and not _has_just_asked(booking, now),
        asked_for_call=booking.help_asked_at is not None,
        number_ends=booking.case.resident.phone[-2:],
    )


def is_let_in(booking: Booking, now: datetime) -> bool:
    """Whether the room opens for the resident: when the expert is there, or is late."""
    is_expert_expected = booking.expert_joined_at is None and now < booking.slot.starts_at
    return bool(booking.room_url) and not is_expert_expected


def _has_just_asked(booking, now):
    return booking.help_asked_at is not None and now < booking.help_asked_at + CALL_IS_MISSED


def _state(booking, now):
    if booking.mode == Mode.PHONE:
        return BY_PHONE
    if now < joining_opens_at(booking.slot):
        return EARLY
    is_complete = booking.expert_joined_at is not None and booking.room_url
    return WAITING if booking.resident_joined_at and not is_complete else READY


def places_to_join(joining: Joining | None) -> list[str]:
    """Where the form that joins may lead, in the words of the page's policy.

    A video service sends people on to another of its hosts: its siblings count too.
    """
    if joining is None or not joining.room_url:
        return []
    place = urlsplit(joining.room_url)
    try:
        host = (place.hostname or "").encode("idna").decode()
    except UnicodeError:
        return []
    if not PLAIN_HOST.fullmatch(host):
        return []
    origin = f"{place.scheme}://{host}" + (f":{place.port}" if place.port else "")
    domain = host.split(".", 1)[1] if host.count(".") > 1 else host
    return [origin, f"{place.scheme}://*.{domain}"] if "." in domain else [origin]
