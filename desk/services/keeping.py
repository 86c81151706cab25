"""A question that is not sent yet, kept for whoever writes it."""

from datetime import datetime

from accounts.models import User
from desk.models import NoDigest, QuestionDraft

# What belongs to one page only, and what has to be said again.
NOT_KEPT = {"csrfmiddlewaretoken", "keep", "send", "discard", "keeps_personal_data", "form_key"}


def keep_draft(*, user: User, answers: dict[str, str], now: datetime) -> QuestionDraft:
    """What was typed, right or wrong; it takes the place of an earlier draft."""
    return QuestionDraft.objects.keep(user=user, answers=answers, leaving_out=NOT_KEPT, now=now)


def discard_draft(*, user: User) -> None:
    QuestionDraft.objects.discard(user=user)


def choose_digest(*, user: User, is_wanted: bool, now: datetime) -> None:
    """Whether the monthly letter comes."""
    if is_wanted:
        NoDigest.objects.filter(user=user).delete()
    else:
        NoDigest.objects.get_or_create(user=user, defaults={"since": now})
