"""What is deleted when its time is over. Each kind of data has its own rule below."""

from datetime import datetime

from django.contrib.sessions.models import Session

from consultations.models import Draft
from consultations.services.drafts import purge_drafts


def count_expired(*, now: datetime) -> dict[str, int]:
    """What `purge` would delete, by kind."""
    return {
        "drafts": Draft.objects.expired(now).count(),
        "sessions": Session.objects.filter(expire_date__lt=now).count(),
    }


def purge(*, now: datetime) -> dict[str, int]:
    """Delete what has expired; how much of each kind."""
    sessions, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return {"drafts": purge_drafts(now=now), "sessions": sessions}
