"""The kinds of things to do on the board, each with its own question to the database."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cases.choices import ContactChannel, Reminders
from cases.models import Case
from cinga.board_calls import Subject, brief_of, name_of, subjects_of
from consultations.attendance import ASKED_BEFORE, answer_awaited_until
from consultations.calls import CallBrief
from consultations.choices import BookingStatus, Mode
from consultations.models import Booking
from consultations.services.attendance import is_asked
from consultations.session_notices import SESSION_CALL
from consultations.waiting_line import first_without_offer
from languages.formatting import JAPAN
from notifications import registry
from notifications.choices import Reason
from notifications.models import Notice
from notifications.selectors import due_calls, failed_notices

CALL, DECISION, OUTCOME, LETTER, ROOM = "call", "decision", "outcome", "letter", "room"
UNANSWERED, MINOR, DATE, FIRST = "unanswered", "minor", "date", "first"
# Of each kind; nobody works through more from one page.
MOST_ROWS = 100

# How long before the session a missing room link is a task.
ROOM_NEEDED_BEFORE = timedelta(hours=24)
# How long before a date that somebody worries about it is a task.
DATE_IS_NEAR = timedelta(days=14)
# From when on a row is red.
CALL_IS_URGENT = timedelta(hours=2)
OUTCOME_IS_LATE = timedelta(days=1)
LETTER_IS_LATE = timedelta(hours=1)
ROOM_IS_URGENT = timedelta(hours=1)
ANSWER_IS_URGENT = timedelta(hours=6)
MINOR_IS_LATE = timedelta(days=1)
DATE_IS_URGENT = timedelta(days=3)
FIRST_IS_LATE = timedelta(days=1)

REASONS = dict(Reason.choices)


@dataclass(frozen=True)
class Row:
    """One thing to do. `until` is when doing it is of no use any more."""

    kind: str
    due_at: datetime
    is_late: bool
    subject: Subject | Case | None = None
    notice: Notice | None = None
    label: str = ""
    brief: CallBrief | None = None
    until: datetime | None = None
    # Somebody sits there and waits.
    comes_first: bool = False
    # Of a letter: why it did not arrive, and whether sending it again is of use.
    reason: str = ""
    can_be_sent: bool = False

    @property
    def booking(self) -> Booking | None:
        return self.subject if isinstance(self.subject, Booking) else None

    @property
    def case(self) -> Case | None:
        if isinstance(self.subject, Case):
            return self.subject
        return self.subject.case if self.subject else None

    @property
    def owner(self) -> User | None:
        return self.case.owner if self.case else None

    @property
    def order(self):
        key = self.notice.pk if self.notice else self.subject.pk
        return not self.comes_first, self.due_at, self.kind, key


def all_rows(now: datetime) -> list[Row]:
    calls = list(due_calls(now)[:MOST_ROWS])
    letters = list(failed_notices()[:MOST_ROWS])
    subjects = subjects_of([*calls, *letters])
    return [
        *call_rows(calls, subjects, now),
        *letter_rows(letters, subjects, now),
        *decision_rows(now),
        *outcome_rows(now),
        *room_rows(now),
        *unanswered_rows(now),
        *minor_rows(now),
        *date_rows(now),
        *first_rows(now),
    ]


def call_rows(calls, subjects, now):
    for notice in calls:
        subject = subjects.get(name_of(notice))
        brief = brief_of(notice, subject, now=now)
        if brief is None and name_of(notice) is not None:
            # Nobody wants this call any more.
            continue
        comes_first = notice.kind == SESSION_CALL
        yield Row(
            kind=CALL,
            due_at=notice.next_look_at,
            until=notice.expires_at,
            is_late=comes_first or notice.expires_at - now < CALL_IS_URGENT,
            subject=subject,
            notice=notice,
            label=registry.label_for(notice.kind),
            brief=brief,
            comes_first=comes_first,
        )


def letter_rows(letters, subjects, now):
    for notice in letters:
        yield Row(
            kind=LETTER,
            due_at=notice.became_task_at,
            until=notice.expires_at,
            is_late=now - notice.became_task_at > LETTER_IS_LATE,
            subject=subjects.get(name_of(notice)),
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
            subject=booking,
        )


def outcome_rows(now):
    over = Booking.objects.without_outcome(now).for_desk()
    for booking in over.order_by("slot__ends_at", "pk")[:MOST_ROWS]:
        yield Row(
            kind=OUTCOME,
            due_at=booking.slot.ends_at,
            is_late=now - booking.slot.ends_at > OUTCOME_IS_LATE,
            subject=booking,
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
            subject=booking,
        )


def unanswered_rows(now):
    """Nobody knows whether they come, and there is no number to ask on."""
    silent = Booking.objects.filter(
        status=BookingStatus.CONFIRMED,
        attendance_confirmed_at__isnull=True,
        slot__starts_at__gt=now,
        slot__starts_at__lt=now + ASKED_BEFORE,
        case__resident__channel=ContactChannel.EMAIL,
        case__resident__phone_digest="",
    ).exclude(case__resident__reminders=Reminders.NONE)
    for booking in silent.for_desk().order_by("slot__starts_at", "pk")[:MOST_ROWS]:
        starts_at = booking.slot.starts_at
        awaited_until = answer_awaited_until(starts_at, booking.case.resident.zone)
        if is_asked(booking, now) and awaited_until <= now:
            yield Row(
                kind=UNANSWERED,
                due_at=awaited_until,
                until=starts_at,
                is_late=starts_at - now < ANSWER_IS_URGENT,
                subject=booking,
            )


def minor_rows(now):
    for case in Case.objects.minors_unseen().for_desk().order_by("opened_at", "pk")[:MOST_ROWS]:
        yield Row(
            kind=MINOR,
            due_at=case.opened_at,
            is_late=now - case.opened_at > MINOR_IS_LATE,
            subject=case,
        )


def date_rows(now):
    """A date somebody worries about: near, not known, or not after their session."""
    today = now.astimezone(JAPAN).date()
    session_is_later = Booking.objects.open().filter(
        case=OuterRef("pk"), slot__starts_at__date__gte=OuterRef("critical_date")
    )
    near = (
        Q(critical_date__isnull=True)
        | Q(critical_date__lte=today + DATE_IS_NEAR)
        | Q(Exists(session_is_later))
    )
    cases = Case.objects.critical_dates_unseen().filter(near).for_desk()
    for case in cases.order_by("critical_date", "opened_at", "pk")[:MOST_ROWS]:
        due_at = case.opened_at
        if case.critical_date:
            due_at = datetime.combine(case.critical_date, time(0), JAPAN)
        yield Row(
            kind=DATE,
            due_at=due_at,
            is_late=case.critical_date is None or due_at - now < DATE_IS_URGENT,
            subject=case,
        )


def first_rows(now):
    """Whom the other side has let down, and who has no new time yet."""
    entries = first_without_offer().select_related(
        "case__owner", "case__resident__speaking_language"
    )
    for entry in entries[:MOST_ROWS]:
        yield Row(
            kind=FIRST,
            due_at=entry.joined_at,
            is_late=now - entry.joined_at > FIRST_IS_LATE,
            subject=entry,
        )
