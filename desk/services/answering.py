"""What an answerer does: claim, write, have a second one sign, send, ask back, end otherwise."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from cases.models import Case
from centers.models import Center
from desk import notices
from desk.choices import (
    ENDED_OTHERWISE,
    AnswerStatus,
    AppointmentStatus,
    Channel,
    QuestionStatus,
)
from desk.models import (
    Answer,
    Article,
    BackQuestion,
    InternalNote,
    Question,
    StepNotAllowed,
)
from desk.services.asking import end_appointments, locked_question, record
from schedules.hours import Calendar, next_opening, open_until

# A claim outside the desk's hours ends with the next closing, or after this at the latest.
CLAIMED_AT_MOST = timedelta(days=7)
CLAIMED_AGAIN = timedelta(hours=1)


class ClaimedByAnother(Exception):
    """Somebody else is answering it; `who` it is."""

    def __init__(self, who: User):
        super().__init__("claimed")
        self.who = who


class NewWords(Exception):
    """The asker has added something that whoever acts has not read."""


class NeedsSecond(Exception):
    """Law and welfare together: a second professional signs before it is sent."""


class NotComplete(Exception):
    """An answer needs its text and the day as of which it is right."""


class OwnAnswer(Exception):
    """Nobody signs their own answer as the second one."""


@transaction.atomic
def claim(*, question_id: int, by: User, calendar: Calendar, now: datetime) -> Question:
    """Answer it; the others see by whom. It is free again at closing time by itself.

    Claiming again what is one's own keeps it. Raises ClaimedByAnother or StepNotAllowed.
    """
    question = locked_question(question_id)
    if question.status == QuestionStatus.CLAIMED:
        if question.claimed_by_id != by.pk:
            raise ClaimedByAnother(question.claimed_by)
        return question
    if question.status not in {QuestionStatus.RECEIVED, QuestionStatus.WAITING}:
        raise StepNotAllowed(question.status)
    question.step(QuestionStatus.CLAIMED)
    question.claimed_by, question.claimed_until = by, _claimed_until(calendar, now)
    question.save()
    record(question, "claimed", by=by, now=now)
    return question


@transaction.atomic
def release(*, question_id: int, by: User, now: datetime) -> Question:
    """Give it back to the queue; what was written stays. Raises StepNotAllowed or
    ClaimedByAnother."""
    question = locked_question(question_id)
    _check_own(question, by)
    return _release(question, by=by, now=now)


def release_claims(*, now: datetime) -> int:
    """Free what was claimed and not answered before closing time; how many."""
    over = list(Question.objects.claims_over(now).values_list("pk", flat=True))
    return sum(_release_when_over(pk, now) for pk in over)


@transaction.atomic
def write_answer(
    *,
    question_id: int,
    by: User,
    text: str,
    sources: str,
    correct_as_of: date | None,
    review_by: date | None,
    needs_second: bool,
    now: datetime,
    articles: Iterable[int | Article] | None = None,
) -> Answer:
    """Keep what is written; nobody outside the desk sees it. Raises ClaimedByAnother.

    `articles` are the published ones that answer it as well, or their keys: their askers hear
    of a change.
    None leaves them as they are.
    """
    question = _own(question_id, by, now)
    question.needs_second = needs_second
    question.save(update_fields=["needs_second"])
    answer = question.answers.exclude(status=AnswerStatus.SENT).first()
    answer = answer or Answer(question=question)
    answer.author, answer.status, answer.saved_at = by, AnswerStatus.DRAFT, now
    answer.text, answer.sources = text, sources
    answer.correct_as_of, answer.review_by, answer.co_signer = correct_as_of, review_by, None
    answer.save()
    if articles is not None:
        # Those that are being written or were withdrawn still belong to it.
        unseen = question.articles.exclude(pk__in=Article.objects.published())
        chosen = Article.objects.published().filter(pk__in=[_key(each) for each in articles])
        question.articles.set([*unseen, *chosen])
    return answer


@transaction.atomic
def send_answer(*, question_id: int, by: User, now: datetime, seen: int | None = None) -> Answer:
    """The asker is told that it is there. `seen` is the last addition that was read.

    Raises NeedsSecond, NotComplete, NewWords or ClaimedByAnother.
    """
    question = _own(question_id, by, now)
    _check_read(question, seen)
    answer = _in_the_making(question)
    if question.needs_second:
        raise NeedsSecond
    return _send(question, answer, by=by, now=now)


@transaction.atomic
def settle_by_talk(
    *, question_id: int, by: User, now: datetime, seen: int | None = None
) -> Question:
    """They talked, and nothing is left to write. Raises StepNotAllowed when nobody has talked
    to the asker, NewWords or ClaimedByAnother."""
    question = _own(question_id, by, now)
    _check_read(question, seen)
    has_talked = question.channel == Channel.PHONE
    has_talked |= question.appointments.filter(status=AppointmentStatus.HELD).exists()
    if not has_talked:
        raise StepNotAllowed("nobody has talked")
    question.step(QuestionStatus.ANSWERED)
    question.note_answer(now)
    question.save()
    record(question, "settled", by=by, now=now)
    return question


@transaction.atomic
def ask_second(*, question_id: int, by: User, now: datetime, seen: int | None = None) -> Question:
    """Let a second professional look. Raises NotComplete, NewWords or ClaimedByAnother."""
    question = _own(question_id, by, now)
    _check_read(question, seen)
    answer = _in_the_making(question)
    answer.status = AnswerStatus.IN_REVIEW
    answer.save(update_fields=["status"])
    question.step(QuestionStatus.IN_REVIEW)
    question.save()
    record(question, "second_asked", by=by, now=now)
    return question


@transaction.atomic
def co_sign(
    *,
    question_id: int,
    by: User,
    now: datetime,
    saved_at: datetime | None = None,
    seen: int | None = None,
) -> Answer:
    """A second professional agrees, and it is sent. `saved_at` is that of the text they read.

    Raises OwnAnswer, NewWords, or StepNotAllowed when it is another text now.
    """
    question, answer = _in_review(question_id, by)
    if saved_at is not None and saved_at != answer.saved_at:
        raise StepNotAllowed("another text")
    _check_read(question, seen)
    answer.co_signer = by
    return _send(question, answer, by=by, now=now)


@transaction.atomic
def send_back(
    *, question_id: int, by: User, note: str, calendar: Calendar, now: datetime
) -> Question:
    """The second one does not agree: back to the author, with a note between the two."""
    question, answer = _in_review(question_id, by)
    answer.status = AnswerStatus.DRAFT
    answer.save(update_fields=["status"])
    question.step(QuestionStatus.CLAIMED)
    question.claimed_by, question.claimed_until = answer.author, _claimed_until(calendar, now)
    question.save()
    InternalNote.objects.create(question=question, author=by, text=note, written_at=now)
    record(question, "sent_back", by=by, now=now)
    return question


@transaction.atomic
def take_back(*, question_id: int, by: User, calendar: Calendar, now: datetime) -> Question:
    """The author goes on writing instead of waiting for a second one. Raises StepNotAllowed."""
    question = locked_question(question_id)
    answer = question.answers.filter(status=AnswerStatus.IN_REVIEW, author=by).first()
    if question.status != QuestionStatus.IN_REVIEW or answer is None:
        raise StepNotAllowed(question.status)
    answer.status = AnswerStatus.DRAFT
    answer.save(update_fields=["status"])
    question.step(QuestionStatus.CLAIMED)
    question.claimed_by, question.claimed_until = by, _claimed_until(calendar, now)
    question.save()
    record(question, "taken_back", by=by, now=now)
    return question


@transaction.atomic
def ask_back(
    *, question_id: int, by: User, text: str, now: datetime, seen: int | None = None
) -> BackQuestion:
    """One more thing is needed from the asker. Raises NewWords or ClaimedByAnother, and
    StepNotAllowed when there is nobody on the web who could be asked."""
    question = _own(question_id, by, now)
    _check_read(question, seen)
    if question.asker_id is None:
        raise StepNotAllowed("nobody to ask")
    question.step(QuestionStatus.WAITING)
    question.save()
    asked = BackQuestion.objects.create(question=question, author=by, text=text, written_at=now)
    notices.asked_back(question, now=now)
    record(question, "asked_back", by=by, now=now)
    return asked


@transaction.atomic
def add_note(*, question_id: int, by: User, text: str, now: datetime) -> InternalNote:
    """For the other answerers alone, at any time."""
    question = locked_question(question_id)
    record(question, "noted", by=by, now=now)
    return InternalNote.objects.create(question=question, author=by, text=text, written_at=now)


@transaction.atomic
def refuse(
    *,
    question_id: int,
    by: User,
    reason: str,
    now: datetime,
    better_center: Center | None = None,
) -> Question:
    """Not for us: a center of the directory or the reason names a better address.

    Raises StepNotAllowed.
    """
    question = locked_question(question_id)
    question.step(QuestionStatus.OUT_OF_SCOPE)
    question.reason, question.better_center = reason, better_center
    question.save()
    end_appointments(question, by=by, now=now)
    notices.out_of_scope(question, now=now)
    record(question, "refused", by=by, now=now)
    return question


@transaction.atomic
def merge(*, question_id: int, into_reference: str, by: User, now: datetime) -> Question:
    """The same organization asked the same twice: answered with the other one.

    Raises Question.DoesNotExist or StepNotAllowed; never across organizations.
    """
    organization = Question.objects.filter(pk=question_id).values("organization")
    other_id = (
        Question.objects.exclude(pk=question_id)
        .values_list("pk", flat=True)
        .get(reference=into_reference, organization__in=organization)
    )
    # Always in this order, so that no two merges wait for each other.
    both = {pk: locked_question(pk) for pk in sorted([question_id, other_id])}
    question, other = both[question_id], both[other_id]
    if other.status in ENDED_OTHERWISE:
        raise StepNotAllowed(other.status)
    question.step(QuestionStatus.MERGED)
    question.merged_into = other
    question.save()
    # What was merged into this one goes along.
    question.merged.update(merged_into=other)
    if other.status == QuestionStatus.ANSWERED:
        notices.answered(question, now=now)
    end_appointments(question, by=by, now=now)
    record(question, "merged", by=by, now=now)
    return question


@transaction.atomic
def note_converted(*, question_id: int, case: Case, by: User, now: datetime) -> Question:
    """It became a consultation: one case, counted once. Raises StepNotAllowed."""
    question = locked_question(question_id)
    question.step(QuestionStatus.CONVERTED)
    question.case = case
    question.save()
    end_appointments(question, by=by, now=now)
    record(question, "converted", by=by, now=now)
    return question


def _own(question_id, by, now):
    question = locked_question(question_id)
    if question.status == QuestionStatus.RECEIVED:
        # The claim ended while somebody was writing, and nobody else has taken it.
        question.step(QuestionStatus.CLAIMED)
        question.claimed_by, question.claimed_until = by, now + CLAIMED_AGAIN
        question.save()
        record(question, "claimed", by=by, now=now)
    _check_own(question, by)
    return question


def _check_own(question, by):
    if question.status != QuestionStatus.CLAIMED:
        raise StepNotAllowed(question.status)
    if question.claimed_by_id != by.pk:
        raise ClaimedByAnother(question.claimed_by)


def _key(article):
    return getattr(article, "pk", article)


def last_addition(question: Question) -> int:
    """The key of what the asker added last; nought when nothing was added."""
    last = question.follow_ups.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def _check_read(question, seen):
    if seen is not None and last_addition(question) > seen:
        raise NewWords


def _in_the_making(question):
    answer = question.answers.exclude(status=AnswerStatus.SENT).first()
    if answer is None or not answer.text or answer.correct_as_of is None:
        raise NotComplete
    return answer


def _in_review(question_id, by):
    question = locked_question(question_id)
    if question.status != QuestionStatus.IN_REVIEW:
        raise StepNotAllowed(question.status)
    answer = _in_the_making(question)
    if answer.author_id == by.pk:
        raise OwnAnswer
    return question, answer


def _send(question, answer, *, by, now):
    answer.status, answer.sent_at = AnswerStatus.SENT, now
    answer.save()
    question.step(QuestionStatus.ANSWERED)
    question.note_answer(now)
    question.save()
    notices.answered(question, now=now)
    for merged in question.merged.all():
        # Their askers wait for the same answer.
        merged.revision += 1
        merged.save(update_fields=["revision"])
        notices.answered(merged, now=now)
    record(question, "answered", by=by, now=now)
    return answer


def _release(question, *, by, now):
    question.step(QuestionStatus.RECEIVED)
    question.claimed_by = None
    question.save()
    record(question, "released", by=by, now=now)
    return question


@transaction.atomic
def _release_when_over(question_id, now):
    question = locked_question(question_id)
    if question.status != QuestionStatus.CLAIMED or question.claimed_until > now:
        return False
    _release(question, by=None, now=now)
    return True


def _claimed_until(calendar, now):
    """Closing time of today, or of the next day the desk is open."""
    if until := open_until(calendar, now):
        return until
    opens_at = next_opening(calendar, now)
    until = open_until(calendar, opens_at) if opens_at else None
    latest = now + CLAIMED_AT_MOST
    return min(until, latest) if until else latest
