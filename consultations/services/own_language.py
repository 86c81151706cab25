"""Beginning a booking from the list of all languages."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from consultations.models import Draft
from consultations.services.drafts import save_answers, start_draft


@transaction.atomic
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

    Without a language to read the question stays open.
    """
    start_draft(key=key, replacing=replacing, network=network, now=now)
    answers = {"speaking_language": speaking_language}
    if reading_language:
        answers["reading_language"] = reading_language
    return save_answers(key=key, answers=answers, now=now)
