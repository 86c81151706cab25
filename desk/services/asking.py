"""What an asker does: ask, add something, say that it is done."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import Membership, Organization, User
from accounts.roles import is_coordinator
from desk import notices
from desk.choices import OPEN, Channel, QuestionStatus, Wish
from desk.models import FollowUp, Question, QuestionEvent, StepNotAllowed
from desk.roles import is_answerer
from history.models import Event
from interface.references import new_reference
from schedules.clock import NeverOpen, add_open_time
from schedules.hours import Calendar

Role = Event.ActorRole
REFERENCE_TRIES = 5
# After that a new question is asked instead.
REOPENED_WITHIN = timedelta(days=30)
TAPPED_TWICE = timedelta(minutes=2)


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
    form_key: UUID | None = None,
) -> Question:
    """Put it into the queue and tell the asker when the desk is open next.

    `asked_at` is given when it waited somewhere else before. The same form once more
    answers with its question. Raises NotAMember or WaitsForApproval.
    """
    if not Membership.objects.filter(user=asker, organization=organization).exists():
        raise NotAMember
    if same := _sent_before(form_key, text, asker=asker):
        return same
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
        form_key=form_key,
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
    urgent_date: date | None = None,
    caller: str = "",
    form_key: UUID | None = None,
) -> Question:
    """Somebody called: what they asked, for whoever answers it now or later, and where to call
    back. The same form once more answers with its question."""
    return _sent_before(form_key, text, asker=None) or _create(
        by=by,
        now=now,
        organization=organization,
        channel=Channel.PHONE,
        topic_id=topic_id,
        text=text,
        residence_status=residence_status,
        prefecture_code=organization.prefecture_code,
        urgent_date=urgent_date,
        caller=caller,
        form_key=form_key,
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
    elif question.status not in OPEN:
        raise StepNotAllowed(question.status)
    last = question.follow_ups.filter(asker=asker).last()
    if last and last.text == text and now - last.written_at < TAPPED_TWICE:
        return last
    added = FollowUp.objects.create(question=question, asker=asker, text=text, written_at=now)
    record(question, "followed_up", by=asker, now=now)
    return added


def _was_answered_long_ago(question, now):
    """Whether the desk's last word was an answer, and a month ago; a question of the desk may
    be answered at any time."""
    answered = question.last_answered_at
    answered = answered or question.answers.sent().aggregate(at=Max("sent_at"))["at"]
    asked_back = question.back_questions.aggregate(at=Max("written_at"))["at"]
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
    record(question, "closed" if by else "went_quiet", by=by, now=now)
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
        role = Role.EXPERT if is_answerer(by) else Role.REQUESTER
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


def _sent_before(form_key, text, *, asker):
    """What the same form made. With another text in it, it is a second question: somebody went
    back and used the page again."""
    if form_key is None:
        return None
    same = Question.objects.filter(form_key=form_key, asker=asker).first()
    return same if same and same.text == text else None


def _create(*, by, now, **facts):
    form_key = facts.pop("form_key")
    if form_key and Question.objects.filter(form_key=form_key).exists():
        form_key = None
    for _try in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                question = Question.objects.create(
                    reference=new_reference(), form_key=form_key, **facts
                )
                record(question, "asked", by=by, now=now)
                # What waited somewhere else is asked by whoever let it through.
                is_own_act = question.asked_at == now
                notices.received(question, is_own_act=is_own_act, now=now)
                return question
        except IntegrityError:
            # Two taps at the same moment.
            if same := _sent_before(form_key, facts["text"], asker=facts.get("asker")):
                return same
            continue
    raise StepNotAllowed("no free reference was found")
