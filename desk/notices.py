"""When which letter to an asker is due. None of them carries what was asked or answered."""

from datetime import datetime, timedelta

from desk.models import Article, Question
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

RECEIVED = "desk.received"
ANSWERED = "desk.answered"
ASKED_BACK = "desk.asked_back"
OUT_OF_SCOPE = "desk.out_of_scope"
RULE_CHANGED = "desk.rule_changed"
LASTS = timedelta(days=14)


def received(question: Question, *, now: datetime) -> None:
    """The answer to the asker's own act goes at once, at any hour."""
    _plan(RECEIVED, question, now)


def answered(question: Question, *, now: datetime) -> None:
    _plan(ANSWERED, question, next_waking_moment(now))


def asked_back(question: Question, *, now: datetime) -> None:
    _plan(ASKED_BACK, question, next_waking_moment(now))


def out_of_scope(question: Question, *, now: datetime) -> None:
    _plan(OUT_OF_SCOPE, question, next_waking_moment(now))


def rule_changed(article: Article, askers: list[int], *, now: datetime) -> int:
    """Everybody who was once answered with it; how many."""
    due_at = next_waking_moment(now)
    plan_notices(
        PlannedNotice(
            kind=RULE_CHANGED,
            subject_key=article.key,
            revision=article.revision,
            recipient_key=f"user:{asker}",
            due_at=due_at,
            expires_at=due_at + LASTS,
        )
        for asker in askers
    )
    return len(askers)


def _plan(kind, question, due_at):
    # Whoever called was told on the telephone.
    if question.asker_id is None:
        return
    plan_notices(
        [
            PlannedNotice(
                kind=kind,
                subject_key=question.key,
                revision=question.revision,
                recipient_key=f"user:{question.asker_id}",
                due_at=due_at,
                expires_at=due_at + LASTS,
            )
        ]
    )
