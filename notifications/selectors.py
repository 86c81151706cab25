from datetime import datetime

from django.db.models import QuerySet

from notifications.choices import NoticeState
from notifications.models import Notice


def oldest_unsent(now: datetime) -> Notice | None:
    """The letter that has been due for longest and is still not sent."""
    return Notice.objects.letters().open().filter(due_at__lte=now).order_by("due_at", "pk").first()


def oldest_due_seconds(now: datetime) -> int:
    """For how long the oldest unsent letter has been due; 0 when none is."""
    notice = oldest_unsent(now)
    return int((now - notice.due_at).total_seconds()) if notice else 0


def failed_notices() -> QuerySet[Notice]:
    """Letters that failed or are perhaps sent, and missed calls: a person must see to each."""
    return Notice.objects.tasks().order_by("became_task_at", "pk")


def due_calls(now: datetime) -> QuerySet[Notice]:
    """Calls a coordinator can make now.

    Ask `registry.compose(notice, now)` for what to say when the call is shown; an answer
    other than Call means that nobody wants it any more.
    """
    return (
        Notice.objects.calls()
        .to_look_at(now)
        .filter(expires_at__gt=now)
        .order_by("expires_at", "pk")
    )


def seconds_until_claims_end(now: datetime) -> float | None:
    """How soon the next claimed letter is sent or free again; None when none is claimed."""
    claimed = Notice.objects.letters().open().filter(state=NoticeState.CLAIMED)
    first = claimed.order_by("next_look_at", "pk").first()
    return max((first.next_look_at - now).total_seconds(), 0.05) if first else None
