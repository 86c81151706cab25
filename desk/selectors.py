"""Questions and articles as askers and answerers see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, F, When

from accounts.models import User
from desk.choices import AttemptOutcome, QuestionStatus
from desk.models import Appointment, Article, Attempt, Question
from desk.search import find
from schedules.hours import Calendar, is_open, next_opening, open_until

SIMILAR = 3
MOST_SHOWN = 100
# When the address of a meeting has to be there.
ADDRESS_DUE = timedelta(days=1)
NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Sign:
    """Whether the desk is open, until when, or when next."""

    is_open: bool
    until: datetime | None
    opens_at: datetime | None


def sign_of(calendar: Calendar, now: datetime) -> Sign:
    return Sign(is_open(calendar, now), open_until(calendar, now), next_opening(calendar, now))


@dataclass(frozen=True)
class Entry:
    """One thing that was said in a thread, as the asker sees it."""

    at: datetime
    # asked, added, answered, asked_back, talked
    what: str
    text: str
    answer: object = None


def thread_of(question: Question) -> list[Entry]:
    """All that passes between asker and desk, in order; internal notes are not read."""
    entries = [Entry(question.asked_at, "asked", question.text)]
    entries += [Entry(each.written_at, "added", each.text) for each in question.follow_ups.all()]
    entries += [
        Entry(each.written_at, "asked_back", each.text) for each in question.back_questions.all()
    ]
    talks = Attempt.objects.filter(appointment__question=question, outcome=AttemptOutcome.REACHED)
    entries += [Entry(each.made_at, "talked", "") for each in talks]
    answered = question.answers.sent()
    if question.merged_into_id:
        answered = question.merged_into.answers.sent()
    entries += [Entry(each.sent_at, "answered", each.text, each) for each in answered]
    return sorted(entries, key=lambda entry: entry.at)


def queue(today: date):
    """What waits for an answerer: reviews, then days that are near, then what is due first.
    Without the texts."""
    return (
        Question.objects.filter(
            status__in=[
                QuestionStatus.RECEIVED,
                QuestionStatus.CLAIMED,
                QuestionStatus.IN_REVIEW,
                QuestionStatus.WAITING,
            ]
        )
        .select_related("organization", "topic", "claimed_by")
        .defer("text")
        .order_by(
            Case(When(status=QuestionStatus.IN_REVIEW, then=0), default=1),
            Case(When(urgent_date__lte=today + NEAR, then="urgent_date")).asc(nulls_last=True),
            # Whoever waits for the asker can wait.
            Case(When(status=QuestionStatus.WAITING, then=1), default=0),
            F("due_at").asc(nulls_last=True),
            "pk",
        )
    )


def coming_appointments(calendar: Calendar, now: datetime) -> list[Appointment]:
    """Calls and meetings that are planned, the next first, with what is wrong with them."""
    found = list(
        Appointment.objects.planned()
        .annotate(tries=Count("attempts"))
        .select_related("question__organization")
        .defer("phone", "question__text")
        .order_by("starts_at", "pk")
    )
    for each in found:
        each.is_closed_then = not is_open(calendar, each.starts_at)
        each.lacks_address_soon = each.lacks_address and each.starts_at <= now + ADDRESS_DUE
    return found


def own_questions(user: User):
    """Of the person and of their organizations, the newest first."""
    return (
        Question.objects.visible_to(user)
        .select_related("organization", "topic", "asker")
        .defer("text")
        .order_by("-asked_at", "-pk")
    )


def articles_found(text: str):
    """Published ones that hold what is looked for, the newest first; without their texts."""
    found = find(Article.objects.published().select_related("topic"), text)
    return found.defer("folded", "grams", "text")[:MOST_SHOWN]


def similar_articles(*, topic_id: str, text: str) -> list[Article]:
    """What was answered before, for whoever is about to ask: by the rarest words first."""
    published = Article.objects.published().defer("folded", "grams")
    found: list[Article] = []
    for words in _phrases(text):
        for article in find(published, words)[:SIMILAR]:
            if article not in found:
                found.append(article)
        if len(found) >= SIMILAR:
            return found[:SIMILAR]
    of_topic = published.filter(topic=topic_id).exclude(pk__in=[each.pk for each in found])
    return [*found, *of_topic[: SIMILAR - len(found)]]


def citable_articles(question: Question) -> list[Article]:
    """What may answer a question: what was chosen already, then what is similar."""
    chosen = list(question.articles.published().defer("folded", "grams"))
    similar = similar_articles(topic_id=question.topic_id, text=question.text)
    return chosen + [article for article in similar if article not in chosen]


def _phrases(text):
    """Runs of kanji or katakana in a question: what it is about."""
    runs, run = [], ""
    for sign in text[:1000]:
        if "一" <= sign <= "鿿" or "ァ" <= sign <= "ヺ" or sign == "ー":
            run += sign
        else:
            runs.append(run)
            run = ""
    runs.append(run)
    # The longest say most.
    return sorted({each for each in runs if len(each) >= 2}, key=len, reverse=True)[:8]  # noqa: PLR2004
