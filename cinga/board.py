"""What must be done next, read for the board. Nothing here writes or decrypts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q

from accounts.models import User
from cinga.health import LATEST
from consultations.calls import CallBrief, call_brief
from consultations.choices import BookingStatus, Mode
from consultations.models import Booking, EmergencyLine
from languages.formatting import JAPAN
from notifications import registry
from notifications.choices import Reason
from notifications.models import Notice
from notifications.selectors import due_calls, failed_notices, oldest_unsent
from schedules.selectors import missing_holiday_year

CALL, DECISION, OUTCOME, LETTER, ROOM = "call", "decision", "outcome", "letter", "room"
# Of each kind; nobody works through more from one page.
MOST_ROWS = 100

# How long before the session a missing room link is a task.
ROOM_NEEDED_BEFORE = timedelta(hours=24)
# From when on a row is red.
CALL_IS_URGENT = timedelta(hours=2)
OUTCOME_IS_LATE = timedelta(days=1)
LETTER_IS_LATE = timedelta(hours=1)
ROOM_IS_URGENT = timedelta(hours=1)

REASONS = dict(Reason.choices)

OWNERS = ("all", "mine", "nobody")


@dataclass(frozen=True)
class Row:
    """One thing to do. `until` is when doing it is of no use any more."""

    kind: str
    due_at: datetime
    is_late: bool
    booking: Booking | None = None
    notice: Notice | None = None
    label: str = ""
    brief: CallBrief | None = None
    until: datetime | None = None
    # Of a letter: why it did not arrive, and whether sending it again is of use.
    reason: str = ""
    can_be_sent: bool = False

    @property
    def owner(self) -> User | None:
        return self.booking.case.owner if self.booking else None

    @property
    def order(self):
        key = self.notice.pk if self.notice else self.booking.pk
        return self.due_at, self.kind, key


@dataclass(frozen=True)
class Board:
    rows: list[Row]
    counts: dict[str, int]
    sessions: list[Booking]
    next_session: Booking | None
    oldest_unsent: Notice | None
    is_outbox_late: bool
    unchecked_lines: int
    missing_holiday_year: int | None
    owner: str


def board_for(user: User, *, owner: str, now: datetime) -> Board:
    """Everything the first page shows, in a fixed number of queries."""
    rows = sorted(all_rows(now), key=lambda row: row.order)
    by_owner = {name: [row for row in rows if belongs(row, name, user)] for name in OWNERS}
    sessions, next_session = sessions_today(now)
    unsent = oldest_unsent(now)
    return Board(
        rows=by_owner[owner],
        counts={name: len(its_rows) for name, its_rows in by_owner.items()},
        sessions=sessions,
        next_session=next_session,
        oldest_unsent=unsent,
        is_outbox_late=unsent is not None and now - unsent.due_at > timedelta(seconds=LATEST),
        unchecked_lines=EmergencyLine.objects.never_checked().count(),
        missing_holiday_year=missing_holiday_year(now),
        owner=owner,
    )


def belongs(row: Row, owner: str, user: User) -> bool:
    if owner == "mine":
        return row.owner == user
    return row.owner is None if owner == "nobody" else True


def all_rows(now: datetime) -> list[Row]:
    calls = list(due_calls(now)[:MOST_ROWS])
    letters = list(failed_notices()[:MOST_ROWS])
    bookings = bookings_of([*calls, *letters])
    return [
        *call_rows(calls, bookings, now),
        *letter_rows(letters, bookings, now),
        *decision_rows(now),
        *outcome_rows(now),
        *room_rows(now),
    ]


def bookings_of(notices: Iterable[Notice]) -> dict[int, Booking]:
    """The bookings that notices are about, by their key, in one query."""
    keys = {booking_key(notice) for notice in notices} - {None}
    return Booking.objects.for_desk().in_bulk(keys) if keys else {}


def booking_key(notice: Notice) -> int | None:
    subject, _colon, key = notice.subject_key.partition(":")
    return int(key) if subject == "booking" and key.isdecimal() else None


def call_rows(calls, bookings, now):
    for notice in calls:
        booking = bookings.get(booking_key(notice))
        brief = call_brief(notice, booking, now=now)
        if brief is None and booking_key(notice) is not None:
            # Nobody wants this call any more.
            continue
        yield Row(
            kind=CALL,
            due_at=notice.next_look_at,
            until=notice.expires_at,
            is_late=notice.expires_at - now < CALL_IS_URGENT,
            booking=booking,
            notice=notice,
            label=registry.label_for(notice.kind),
            brief=brief,
        )


def letter_rows(letters, bookings, now):
    for notice in letters:
        yield Row(
            kind=LETTER,
            due_at=notice.became_task_at,
            until=notice.expires_at,
            is_late=now - notice.became_task_at > LETTER_IS_LATE,
            booking=bookings.get(booking_key(notice)),
            notice=notice,
            label=registry.label_for(notice.kind),
            reason=REASONS.get(notice.reason, notice.reason),
            can_be_sent=not notice.has_expired(now),
        )


def decision_rows(now):
    held = Booking.objects.held().filter(slot__starts_at__gt=now).for_desk()
    for booking in held.order_by("decide_by", "pk")[:MOST_ROWS]:
        yield Row(
            kind=DECISION,
            due_at=booking.decide_by,
            until=booking.slot.starts_at,
            is_late=booking.decide_by <= now,
            booking=booking,
        )


def outcome_rows(now):
    over = Booking.objects.without_outcome(now).for_desk()
    for booking in over.order_by("slot__ends_at", "pk")[:MOST_ROWS]:
        yield Row(
            kind=OUTCOME,
            due_at=booking.slot.ends_at,
            is_late=now - booking.slot.ends_at > OUTCOME_IS_LATE,
            booking=booking,
        )


def room_rows(now):
    soon = Q(slot__ends_at__gt=now, slot__starts_at__lte=now + ROOM_NEEDED_BEFORE)
    roomless = (
        Booking.objects.filter(soon, status=BookingStatus.CONFIRMED, mode=Mode.VIDEO)
        .without_room()
        .for_desk()
    )
    for booking in roomless.order_by("slot__starts_at", "pk")[:MOST_ROWS]:
        yield Row(
            kind=ROOM,
            due_at=booking.slot.starts_at,
            is_late=booking.slot.starts_at - now < ROOM_IS_URGENT,
            booking=booking,
        )


def sessions_today(now: datetime) -> tuple[list[Booking], Booking | None]:
    """Today's sessions in Japan by time, and the first one after today."""
    midnight = datetime.combine(now.astimezone(JAPAN).date(), time(0), JAPAN)
    tomorrow = midnight + timedelta(days=1)
    occupying = Booking.objects.occupying().for_desk().order_by("slot__starts_at", "pk")
    today = occupying.filter(slot__starts_at__gte=midnight, slot__starts_at__lt=tomorrow)
    return list(today), occupying.filter(slot__starts_at__gte=tomorrow).first()
