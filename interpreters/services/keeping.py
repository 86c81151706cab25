"""A request that is not sent yet: kept for whoever writes it."""

from datetime import datetime

from accounts.models import User
from interpreters.models import RequestDraft

# What somebody has to say again each time, and what belongs to one page only.
NOT_KEPT = {"accepts_terms", "csrfmiddlewaretoken", "keep", "discard"}


def keep_draft(*, user: User, answers: dict[str, list[str]], now: datetime) -> RequestDraft:
    """What was typed, right or wrong; it takes the place of an earlier draft."""
    return RequestDraft.objects.keep(user=user, answers=answers, leaving_out=NOT_KEPT, now=now)


def discard_draft(*, user: User) -> None:
    RequestDraft.objects.discard(user=user)
