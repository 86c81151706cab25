"""Beginning a booking from the list of all languages."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from consultations.models import Draft
from consultations.services.drafts import save_answers, start_draft


def start_draft_in_own_language(
    *,
    key: UUID,
    replacing: UUID | None,
    speaking_language: str,
    reading_language: str,
    network: str,
    now: datetime,
) -> Draft:
    """A draft in which the languages are answered; the one before is wiped.

    Who reads none of ours has not said in which language we shall write.
    """
    with transaction.atomic():
        start_draft(key=key, replacing=replacing, network=network, now=now)
        return save_own_language(
            key=key,
            speaking_language=speaking_language,
            reading_language=reading_language,
            now=now,
        )


def save_own_language(
    *, key: UUID, speaking_language: str, reading_language: str, now: datetime
) -> Draft:
    """The same for a draft that is being typed; its other answers stay. Raises DraftGone."""
    answers = {"speaking_language": speaking_language}
    if reading_language:
        answers["reading_language"] = reading_language
    return save_answers(key=key, answers=answers, now=now)
