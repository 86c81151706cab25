"""What must be done next, read for the board. Nothing here writes or decrypts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Application, User
from centers.models import Center, Correction
from cinga.board_calls import waiting_entries
from cinga.board_rows import MOST_ROWS, Row, all_rows
from cinga.board_sessions import SessionRow, session_rows, sessions_today
from cinga.health import LATEST
from consultations.models import Booking, EmergencyLine, WaitingEntry
from desk.choices import QuestionStatus
from desk.models import Question
from interpreters.models import InterpreterReport
from interpreters.selectors import waiting_for_desk
from notifications.models import Notice
from notifications.selectors import oldest_unsent
from schedules.selectors import missing_holiday_year

OWNERS = ("all", "mine", "nobody")


@dataclass(frozen=True)
class Board:
    rows: list[Row]
    counts: dict[str, int]
    sessions: list[SessionRow]
    next_session: Booking | None
    # Times of the waiting list that are kept for somebody now.
    offers: list[WaitingEntry]
    oldest_unsent: Notice | None
    is_outbox_late: bool
    unchecked_lines: int
    missing_holiday_year: int | None
    interpreter_requests: int
    # Somebody wishes to talk about a use, or the two sides tell of it differently.
    interpreter_reports: int
    # Questions at the desk that nobody answers yet.
    questions: int
    # Organizations that want to join.
    applications: int
    # What people say is wrong in the directory, and what nobody has confirmed for a year.
    corrections: int
    overdue_centers: int
    owner: str
    # The moment all this was so.
    now: datetime


def board_for(user: User, *, owner: str, now: datetime) -> Board:
    """Everything the first page shows, in a fixed number of queries."""
    rows = sorted(all_rows(now), key=lambda row: row.order)
    by_owner = {name: [row for row in rows if belongs(row, name, user)] for name in OWNERS}
    sessions, next_session = sessions_today(now)
    called = {row.booking.pk for row in rows if row.comes_first and row.booking}
    unsent = oldest_unsent(now)
    return Board(
        rows=by_owner[owner],
        counts={name: len(its_rows) for name, its_rows in by_owner.items()},
        sessions=session_rows(sessions, called=called, now=now),
        next_session=next_session,
        offers=list(waiting_entries().offered().order_by("claim_until", "pk")[:MOST_ROWS]),
        oldest_unsent=unsent,
        is_outbox_late=unsent is not None and now - unsent.due_at > timedelta(seconds=LATEST),
        unchecked_lines=EmergencyLine.objects.never_checked().count(),
        missing_holiday_year=missing_holiday_year(now),
        interpreter_requests=waiting_for_desk().count(),
        interpreter_reports=InterpreterReport.objects.to_look_at().count(),
        questions=Question.objects.filter(status=QuestionStatus.RECEIVED).count(),
        applications=Application.objects.waiting().count(),
        corrections=Correction.objects.waiting().count(),
        overdue_centers=Center.objects.overdue(timezone.localdate(now)).count(),
        owner=owner,
        now=now,
    )


def belongs(row: Row, owner: str, user: User) -> bool:
    if owner == "mine":
        return row.owner == user
    return row.owner is None if owner == "nobody" else True
