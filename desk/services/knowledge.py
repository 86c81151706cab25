"""Answers become articles; articles grow old; whoever relied on one hears of a change."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from desk import notices
from desk.choices import AnswerStatus
from desk.models import Answer, Article, Question, StepNotAllowed

LOOKED_AT_AGAIN_AFTER = timedelta(days=365)


class OwnArticle(Exception):
    """Somebody else than the author publishes."""


@transaction.atomic
def draft_from_answer(*, answer_id: int, by: User, title: str, text: str, today: date) -> Article:
    """Begin an article with what was answered; whoever writes it takes everybody out of it.

    Written by another person than the answer's author. Raises OwnArticle or StepNotAllowed.
    """
    answer = Answer.objects.select_related("question").get(pk=answer_id)
    if answer.status != AnswerStatus.SENT:
        raise StepNotAllowed(answer.status)
    if answer.author_id == by.pk:
        raise OwnArticle
    article = Article.objects.create(
        title=title,
        text=text,
        topic_id=answer.question.topic_id,
        sources=answer.sources,
        correct_as_of=answer.correct_as_of,
        review_by=answer.review_by or today + LOOKED_AT_AGAIN_AFTER,
        author=by,
    )
    article.questions.add(answer.question)
    return article


@transaction.atomic
def publish(*, article_id: int, version: int, by: User, now: datetime) -> Article:
    """For all members, from now on.

    Raises OwnArticle, or StepNotAllowed when it is not the version that was read, is
    published already, or was withdrawn.
    """
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    if article.author_id == by.pk:
        raise OwnArticle
    if article.version != version or article.published_at or article.retired_at:
        raise StepNotAllowed("not the one that was read")
    article.published_by, article.published_at = by, now
    article.save()
    return article


@transaction.atomic
def renew(*, article_id: int, version: int, today: date) -> Article:
    """Somebody looked at it again and it is still right, for another year.

    Raises StepNotAllowed when it is not the version that was read, or not published.
    """
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    if article.version != version or article.published_at is None or article.retired_at:
        raise StepNotAllowed("not the one that was read")
    article.correct_as_of, article.review_by = today, today + LOOKED_AT_AGAIN_AFTER
    article.save()
    return article


@transaction.atomic
def revise(
    *,
    article_id: int,
    version: int,
    by: User,
    title: str,
    text: str,
    sources: str,
    correct_as_of: date,
    review_by: date,
) -> Article:
    """Write it anew. Members do not see it until another person has published it again.

    Raises StepNotAllowed when it is not the version that was read any more.
    """
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    if article.version != version:
        raise StepNotAllowed("another version")
    article.title, article.text, article.sources = title, text, sources
    article.correct_as_of, article.review_by = correct_as_of, review_by
    article.author, article.version = by, version + 1
    article.published_by = article.published_at = article.retired_at = None
    article.save()
    return article


@transaction.atomic
def retire(*, article_id: int, now: datetime) -> Article:
    """Nobody shall read it any more; whom it answered is still known."""
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    article.retired_at = now
    article.save(update_fields=["retired_at"])
    return article


@transaction.atomic
def tell_of_change(*, article_id: int, now: datetime) -> int:
    """The rule has changed: every asker whose question it answered is told; how many.

    Raises StepNotAllowed while there is nothing new to read.
    """
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    if article.published_at is None or article.retired_at is not None:
        raise StepNotAllowed("not published")
    article.revision += 1
    article.save(update_fields=["revision"])
    answered = article.questions.all()
    # Whoever only waits for an answer was told nothing yet that could have changed.
    answered = answered.filter(first_answered_at__isnull=False)
    concerned = Question.objects.filter(Q(pk__in=answered) | Q(merged_into__in=answered))
    askers = concerned.exclude(asker=None).values_list("asker", flat=True).distinct()
    return notices.rule_changed(article, sorted(askers), now=now)
