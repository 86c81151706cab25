"""What other apps call: plan, send again, stop, and the fate of calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from notifications.choices import Channel, NoticeState, Reason
from notifications.delivery import send_due_notices
from notifications.doorbell import ring_on_commit
from notifications.models import Notice, TransitionNotAllowed
from notifications.waking_hours import next_waking_moment

__all__ = [
    "NoticeExpired",
    "PlannedNotice",
    "abort_notice",
    "complete_call",
    "handle_failed_notice",
    "log_call_attempt",
    "plan_notices",
    "plan_notices_anew",
    "resend_notice",
    "send_due_notices",
    "withdraw_notices",
]

NEXT_CALL_AFTER = timedelta(hours=1)


class NoticeExpired(Exception):
    """The letter would be useless by now."""


@dataclass(frozen=True)
class PlannedNotice:
    """One letter or call to come. `due_at` lies in the recipient's waking hours already."""

    kind: str
    subject_key: str
    revision: int
    recipient_key: str
    due_at: datetime
    expires_at: datetime
    channel: Channel = Channel.EMAIL

    def __post_init__(self):
        # Said here, loudly: SQLite's INSERT OR IGNORE would drop a bad row in silence.
        for name in ("kind", "subject_key", "recipient_key"):
            longest = Notice._meta.get_field(name).max_length
            if not 0 < len(getattr(self, name)) <= longest:
                raise ValueError(f"{name} must have 1 to {longest} characters.")
        if self.channel not in Channel:
            raise ValueError("The channel is not known.")
        if self.revision < 0:
            raise ValueError("A revision is not negative.")
        if timezone.is_naive(self.due_at) or timezone.is_naive(self.expires_at):
            raise ValueError("Moments have a time zone.")


def plan_notices(planned: Iterable[PlannedNotice]) -> None:
    """Write the rows in one statement, inside the transaction of the act that causes them.

    What is planned already (same kind, subject, revision, recipient, channel) stays as
    it is. A worker is woken after the commit.
    """
    notices = [
        Notice(
            kind=notice.kind,
            subject_key=notice.subject_key,
            revision=notice.revision,
            recipient_key=notice.recipient_key,
            channel=notice.channel,
            due_at=notice.due_at,
            next_look_at=notice.due_at,
            expires_at=notice.expires_at,
        )
        for notice in planned
    ]
    if notices:
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        ring_on_commit()


@transaction.atomic
def plan_notices_anew(planned: Iterable[PlannedNotice]) -> None:
    """Like `plan_notices`; what was held back is planned again, for the reason is gone."""
    planned = list(planned)
    plan_notices(planned)
    for wanted in planned:
        held_back = Notice.objects.select_for_update().filter(
            kind=wanted.kind,
            subject_key=wanted.subject_key,
            revision=wanted.revision,
            recipient_key=wanted.recipient_key,
            channel=wanted.channel,
            state=NoticeState.SUPPRESSED,
        )
        for notice in held_back:
            notice.plan_again(wanted.due_at)


@transaction.atomic
def resend_notice(*, notice_id: int, now: datetime) -> Notice:
    """Plan a letter again that was sent, failed or is perhaps sent; its composer decides anew.

    Raises NoticeExpired, or TransitionNotAllowed when the letter is still on its way
    or nobody wants it any more.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.has_expired(now):
        raise NoticeExpired
    if notice.state == NoticeState.SUPPRESSED:
        raise TransitionNotAllowed(f"{notice} was held back")
    notice.plan_again(now)
    ring_on_commit()
    return notice


@transaction.atomic
def abort_notice(*, notice_id: int) -> Notice:
    """Stop a letter or call that is planned or waits for its next try.

    Raises TransitionNotAllowed when it is being sent at this moment or has ended.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if not notice.can_be_aborted:
        raise TransitionNotAllowed(f"{notice} cannot be stopped any more")
    notice.mark_obsolete(Reason.ABORTED)
    return notice


@transaction.atomic
def withdraw_notices(*, recipient_key: str, reason: str, now: datetime) -> None:
    """Nobody writes to this person or calls them any more; nothing is left to see to.

    A letter that is being sent at this moment asks its composer once more, if it fails.
    """
    for notice in Notice.objects.select_for_update().filter(recipient_key=recipient_key):
        if notice.can_be_aborted:
            notice.mark_obsolete(reason)
        elif notice.is_task:
            notice.mark_handled(by=recipient_key, at=now)


@transaction.atomic
def handle_failed_notice(*, notice_id: int, handled_by: AbstractBaseUser, now: datetime) -> Notice:
    """A person has seen to a letter that failed or is perhaps sent.

    Raises TransitionNotAllowed when there is nothing to see to.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    notice.mark_handled(by=_key_of(handled_by), at=now)
    return notice


@transaction.atomic
def complete_call(*, notice_id: int, now: datetime) -> Notice:
    """The person was reached. Raises Notice.DoesNotExist or TransitionNotAllowed."""
    notice = Notice.objects.calls().select_for_update().get(pk=notice_id)
    notice.mark_sent(now)
    return notice


@transaction.atomic
def log_call_attempt(
    *, notice_id: int, now: datetime, next_try_at: datetime | None = None
) -> Notice:
    """Nobody answered: count it, and put the call back for an hour (in waking hours).

    Raises Notice.DoesNotExist or TransitionNotAllowed.
    """
    notice = Notice.objects.calls().select_for_update().get(pk=notice_id)
    notice.retry(
        at=next_try_at or next_waking_moment(now + NEXT_CALL_AFTER), reason=Reason.NO_ANSWER
    )
    return notice


def _key_of(user):
    return f"user:{user.pk}"
