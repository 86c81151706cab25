"""A request that is not sent yet: kept for whoever writes it."""

import json
from datetime import datetime

from accounts.models import User
from interpreters.models import RequestDraft

# What somebody has to say again each time, and what belongs to one page only.
NOT_KEPT = {"accepts_terms", "csrfmiddlewaretoken", "keep", "discard"}


def keep_draft(*, user: User, answers: dict[str, list[str]], now: datetime) -> RequestDraft:
    """What was typed, right or wrong; it takes the place of an earlier draft."""
    kept = {name: values for name, values in answers.items() if name not in NOT_KEPT}
    draft, _made = RequestDraft.objects.update_or_create(
        user=user, defaults={"payload": json.dumps(kept), "saved_at": now}
    )
    return draft


def discard_draft(*, user: User) -> None:
    RequestDraft.objects.filter(user=user).delete()
