"""The way back without the link: a number and its code, and nothing to be learned by guessing."""

from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction

from consultations.selectors import links_numbered
from privacy.digests import lookup_digest
from privacy.links import CODE_ATTEMPTS, CODE_PAUSE, CapabilityLink, TooManyCodes
from privacy.models import Attempt
from privacy.networks import check_attempts, note_attempt

MOST_TRIES = 20
TRIES_WITHIN = timedelta(hours=1)
WRONG, UNKNOWN = "wrong_code", "unknown_number"


def find_by_code(*, number: str, code: str, network: str, now: datetime) -> CapabilityLink | None:
    """The booking or waiting entry that number and code open.

    Raises privacy's TooManyAttempts for a network that was wrong too often, TooManyCodes
    for a number that was. Only what was wrong is counted. A number that does not exist
    takes the same steps as one that does.
    """
    check_attempts(sender=network, what=WRONG, most=MOST_TRIES, within=TRIES_WITHIN, now=now)
    subjects = links_numbered(number)
    found = next((subject for subject in subjects if subject.is_code(code)), None)
    if found:
        found.check_code(code, now)
        return found
    note_attempt(sender=network, what=WRONG, now=now)
    _count_wrong(subjects, number, code, now)
    return None


def _count_wrong(subjects, number, code, now):
    """On everything the number could have opened, so that none of them can be guessed."""
    if not subjects:
        _count_unknown(number, now)
    is_paused = False
    for subject in subjects:
        try:
            subject.check_code(code, now)
        except TooManyCodes:
            is_paused = True
    if is_paused:
        raise TooManyCodes


@transaction.atomic
def _count_unknown(number, now):
    """The same pause as for a number that exists."""
    sender = lookup_digest(number, "unknown number")
    since = now - CODE_ATTEMPTS * CODE_PAUSE
    lately = Attempt.objects.lately(sender=sender, what=UNKNOWN, since=since)
    moments = lately.order_by("-happened_at").values_list("happened_at", flat=True)
    row = [now, *moments[:CODE_ATTEMPTS]]
    if len(row) > CODE_ATTEMPTS and all(late - early < CODE_PAUSE for late, early in pairwise(row)):
        raise TooManyCodes
    note_attempt(sender=sender, what=UNKNOWN, now=now)
