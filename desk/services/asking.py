"""What an asker does: ask, add something, say that it is done."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import Membership, Organization, User
from accounts.roles import is_coordinator
from desk import notices
from desk.choices import Channel, QuestionStatus, Wish
from desk.models import FollowUp, Question, QuestionEvent, StepNotAllowed
from history.models import Event
from interface.references import new_reference
from schedules.clock import NeverOpen, add_open_time
from schedules.hours import Calendar

Role = Event.ActorRole
REFERENCE_TRIES = 5
# After that a new question is asked instead.
REOPENED_WITHIN = timedelta(days=30)


class NotAMember(Exception):
    """The person does not belong to the organization."""


class WaitsForApproval(Exception):
    """One question may be asked while a coordinator has not approved the organization yet."""


def ask_question(
    *,
    organization: Organization,
    asker: User,
    topic_id: str,
    text: str,
    calendar: Calendar,
    now: datetime,
    residence_status: str = "",
    prefecture_code: str = "",
    urgent_date: date | None = None,
    wish: str = Wish.WRITTEN,
    keeps_personal_data: bool = False,
    asked_at: datetime | None = None,
) -> Question:
    """Put it into the queue and tell the asker when the desk is open next.

    `asked_at` is given when it waited somewhere else before. Raises NotAMember or WaitsForApproval.
    """
    if not Membership.objects.filter(user=asker, organization=organization).exists():
        raise NotAMember
    if not organization.is_approved and organization.questions.exists():
        raise WaitsForApproval
    return _create(
        by=asker,
        now=now,
        organization=organization,
        asker=asker,
        topic_id=topic_id,
        text=text,
        residence_status=residence_status,
        prefecture_code=prefecture_code or organization.prefecture_code,
        urgent_date=urgent_date,
        wish=wish,
        keeps_personal_data=keeps_personal_data,
        asked_at=asked_at or now,
        due_at=due_at(calendar, asked_at or now),
    )


def log_call(
    *,
    organization: Organization,
    topic_id: str,
    text: str,
    by: User,
    calendar: Calendar,
    now: datetime,
    residence_status: str = "",
) -> Question:
    """Somebody called: what they asked, for whoever answers it now or later."""
    return _create(
        by=by,
        now=now,
        organization=organization,
        channel=Channel.PHONE,
        topic_id=topic_id,
        text=text,
        residence_status=residence_status,
        prefecture_code=organization.prefecture_code,
        asked_at=now,
        due_at=due_at(calendar, now),
    )


@transaction.atomic
def follow_up(*, question_id: int, asker: User, text: str, now: datetime) -> FollowUp:
    """Add something. A question that was answered or waited goes back into the queue.

    Raises StepNotAllowed when it ended otherwise, or longer ago than a month.
    """
    question = locked_question(question_id)
    if question.status in {
        QuestionStatus.WAITING,
        QuestionStatus.ANSWERED,
        QuestionStatus.CLOSED,
    }:
        if _was_answered_long_ago(question, now):
            raise StepNotAllowed("too old")
        question.step(QuestionStatus.RECEIVED)
        question.claimed_by = None
        question.save()
    elif question.status not in {QuestionStatus.RECEIVED, QuestionStatus.CLAIMED}:
        raise StepNotAllowed(question.status)
    added = FollowUp.objects.create(question=question, asker=asker, text=text, written_at=now)
    record(question, "followed_up", by=asker, now=now)
    return added


def _was_answered_long_ago(question, now):
    """Whether the desk's last word was an answer, and a month ago; a question of the desk may
    be answered at any time."""
    answered = question.answers.sent().aggregate(at=Max("sent_at"))["at"]
    asked_back = question.back_questions.aggregate(at=Max("written_at"))["at"]
    answered = answered or question.first_answered_at
    if answered is None or (asked_back and asked_back > answered):
        return False
    return answered + REOPENED_WITHIN < now


@transaction.atomic
def close_question(*, question_id: int, by: User, now: datetime) -> Question:
    """The asker has what they need. Raises StepNotAllowed before an answer."""
    question = locked_question(question_id)
    return _close(question, by=by, now=now)


def close_what_is_quiet(*, now: datetime) -> int:
    """Close what nobody has said anything about for a while; how many. Both come back
    when the asker writes again."""
    quiet = list(Question.objects.quiet(now).values_list("pk", flat=True))
    return sum(_close_when_quiet(pk, now) for pk in quiet)


@transaction.atomic
def _close_when_quiet(question_id, now):
    question = locked_question(question_id)
    if not Question.objects.quiet(now).filter(pk=question_id).exists():
        return False
    _close(question, by=None, now=now)
    return True


def _close(question, *, by, now):
    question.step(QuestionStatus.CLOSED)
    question.save()
    end_appointments(question, by=by, now=now)
    record(question, "closed", by=by, now=now)
    return question


def end_appointments(question: Question, *, by: User | None, now: datetime) -> int:
    """Nobody calls any more; whoever did not do it themselves is told. How many there were."""
    ended = question.appointments.cancel()
    if ended:
        notices.appointment_canceled(question, by=by, now=now)
    return ended


def due_at(calendar: Calendar, now: datetime) -> datetime | None:
    """When a first answer is due, in opening hours; None while the desk has no hours."""
    try:
        return add_open_time(calendar, now, settings.DESK_ANSWERS_WITHIN)
    except NeverOpen:
        return None


def locked_question(question_id: int) -> Question:
    return Question.objects.select_for_update(of=("self",)).get(pk=question_id)


def record(question: Question, verb: str, *, by: User | None, now: datetime, **details) -> None:
    """A line of history; codes only."""
    role = Role.SYSTEM
    if by is not None:
        role = Role.REQUESTER if question.asker_id == by.pk else Role.EXPERT
        if is_coordinator(by):
            role = Role.COORDINATOR
    QuestionEvent.objects.create(
        question=question,
        actor=by,
        actor_role=role,
        verb=f"desk.{verb}",
        details=details,
        happened_at=now,
    )


def _create(*, by, now, **facts):
    for _try in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                question = Question.objects.create(reference=new_reference(), **facts)
                record(question, "asked", by=by, now=now)
                # What waited somewhere else is asked by whoever let it through.
                is_own_act = question.asked_at == now
                notices.received(question, is_own_act=is_own_act, now=now)
                return question
        except IntegrityError:
            continue
    raise StepNotAllowed("no free reference was found")
