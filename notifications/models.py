"""The outbox: one row per letter or call, and everything that can become of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from notifications.choices import (
    NOTICE_TRANSITIONS,
    OPEN_STATES,
    TASK_STATES,
    Channel,
    NoticeState,
    Reason,
)


class TransitionNotAllowed(Exception):
    """The notice cannot go from its present state to the one asked for."""


class NoticeChanged(Exception):
    """Somebody else has changed the notice since it was read."""


class NoticeQuerySet(models.QuerySet):
    def letters(self):
        return self.filter(channel=Channel.EMAIL)

    def calls(self):
        return self.filter(channel=Channel.CALL)

    def open(self):
        # Not by state: `IS NOT NULL` is a literal on both databases, so that the
        # partial indexes serve even a prepared statement.
        return self.filter(next_look_at__isnull=False)

    def to_look_at(self, now):
        return self.filter(next_look_at__lte=now)

    def missed(self, now):
        """Calls that were not made in time."""
        return self.calls().to_look_at(now).filter(expires_at__lte=now)

    def tasks(self):
        return self.filter(became_task_at__isnull=False, handled_at__isnull=True)

    def claim_letters(self, *, now: datetime, lease: timedelta, limit: int):
        """Lease up to `limit` due letters to the caller, and commit.

        Returns the claimed notices and those that were settled instead of claimed
        (expired, or lost twice by a dying worker). Both empty: nothing is due.
        """
        with transaction.atomic(durable=True):
            due = list(
                self.letters()
                .to_look_at(now)
                .order_by("next_look_at", "pk")
                .select_for_update(skip_locked=True)[:limit]
            )
            settled = [notice for notice in due if notice.settle_instead_of_claiming(now)]
            claimed = [notice for notice in due if notice.is_open]
            for is_repeat in (False, True):
                self._claim_all(
                    [notice for notice in claimed if notice.comes_as_repeat == is_repeat],
                    is_repeat=is_repeat,
                    leased_until=now + lease,
                )
        return claimed, settled

    def _claim_all(self, notices, *, is_repeat, leased_until):
        if not notices:
            return
        # Nobody else can hold these rows: they are locked, or the database is.
        self.filter(pk__in=[notice.pk for notice in notices]).update(
            state=NoticeState.CLAIMED,
            version=F("version") + 1,
            next_look_at=leased_until,
            is_repeat=is_repeat,
            handing_over_at=None,
        )
        for notice in notices:
            notice.state = NoticeState.CLAIMED
            notice.version += 1
            notice.next_look_at = leased_until
            notice.is_repeat = is_repeat
            notice.handing_over_at = None


class Notice(models.Model):
    """One letter to one person, or one call by a coordinator, and its fate.

    The row holds keys and codes only: no address, no text, nothing about a person.
    Every change is made against the version that was read, so that a worker whose
    lease has passed cannot touch a row that another one holds.
    """

    kind = models.CharField(_("kind"), max_length=64)
    subject_key = models.CharField(_("subject"), max_length=80)
    revision = models.PositiveIntegerField(_("revision of the subject"), default=0)
    recipient_key = models.CharField(_("recipient"), max_length=80)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.EMAIL)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("useless from"))
    state = models.CharField(
        _("state"), max_length=12, choices=NoticeState, default=NoticeState.PLANNED
    )
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # When the sweep (or a coordinator) looks at the row next: its due time, the time
    # of the next try, or the end of a worker's lease. Null when nothing is to be done.
    next_look_at = models.DateTimeField(_("next look"), null=True, blank=True)
    handing_over_at = models.DateTimeField(_("handed to the mail server"), null=True, blank=True)
    is_repeat = models.BooleanField(_("may have arrived twice"), default=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    resends = models.PositiveSmallIntegerField(_("sent again by hand"), default=0)
    became_task_at = models.DateTimeField(_("became a task"), null=True, blank=True)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    # A key like recipient_key: accounts stand above this app.
    handled_by = models.CharField(_("handled by"), max_length=80, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("planned on"), auto_now_add=True)

    # What the notice is about, when a sweep has read it for many notices at once.
    subject = None

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                name="notice_is_planned_once_per_revision_and_recipient",
                fields=["subject_key", "kind", "revision", "recipient_key", "channel"],
            ),
            models.CheckConstraint(
                name="notice_has_kind_subject_and_recipient",
                condition=~Q(kind="") & ~Q(subject_key="") & ~Q(recipient_key=""),
            ),
            models.CheckConstraint(
                name="notice_has_a_next_look_exactly_while_open",
                condition=Q(state__in=OPEN_STATES, next_look_at__isnull=False)
                | (~Q(state__in=OPEN_STATES) & Q(next_look_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notice_claimed_is_a_letter",
                condition=~Q(state=NoticeState.CLAIMED) | Q(channel=Channel.EMAIL),
            ),
            models.CheckConstraint(
                name="notice_sent_has_its_moment",
                condition=~Q(state=NoticeState.SENT) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_is_a_task_exactly_when_failed_or_unknown",
                condition=Q(state__in=TASK_STATES, became_task_at__isnull=False)
                | (~Q(state__in=TASK_STATES) & Q(became_task_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notice_handled_was_a_task_and_names_who",
                condition=Q(handled_at__isnull=True, handled_by="")
                | (Q(handled_at__isnull=False, became_task_at__isnull=False) & ~Q(handled_by="")),
            ),
        ]
        indexes = [
            # The sweep, and the calls that are due.
            models.Index(
                name="notice_to_look_at",
                fields=["channel", "next_look_at", "id"],
                condition=Q(next_look_at__isnull=False),
            ),
            # The oldest unsent letter.
            models.Index(
                name="notice_open_by_due",
                fields=["channel", "due_at", "id"],
                condition=Q(next_look_at__isnull=False),
            ),
            # The letters that failed, on the board.
            models.Index(
                name="notice_tasks",
                fields=["became_task_at", "id"],
                condition=Q(became_task_at__isnull=False, handled_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.kind} #{self.pk}"

    @property
    def is_open(self):
        return self.next_look_at is not None

    @property
    def is_task(self):
        return self.became_task_at is not None and self.handled_at is None

    @property
    def can_be_aborted(self):
        return self.state in {NoticeState.PLANNED, NoticeState.RETRYING}

    @property
    def comes_as_repeat(self):
        """The mail server may have this letter already: its worker died handing it over."""
        return self.is_repeat or (
            self.state == NoticeState.CLAIMED and self.handing_over_at is not None
        )

    @property
    def message_id(self):
        """The same for every try, so that mail programs see one letter; new for a resend."""
        value = f"{self.pk}.{self.resends}" if self.resends else f"{self.pk}"
        return salted_hmac(
            "notifications.message_id", value, secret=settings.LOOKUP_KEY, algorithm="sha256"
        ).hexdigest()[:40]

    def has_expired(self, now):
        return self.expires_at <= now

    def settle_instead_of_claiming(self, now):
        """End a due row that must not be sent; true when it was ended."""
        was_in_flight = self.state == NoticeState.CLAIMED and self.handing_over_at is not None
        if was_in_flight and (self.is_repeat or self.has_expired(now)):
            self.mark_unknown(now)
            return True
        if self.has_expired(now):
            self.mark_obsolete(Reason.EXPIRED)
            return True
        return False

    def begin_handing_over(self, *, at, lease):
        """Say, before it happens, that the mail server is about to get the letter."""
        self._change(handing_over_at=at, next_look_at=at + lease)

    def mark_sent(self, at):
        self._step_to(NoticeState.SENT, sent_at=at, next_look_at=None, reason="")

    def retry(self, *, at, reason, counts=True, may_have_arrived=False):
        self._step_to(
            NoticeState.RETRYING,
            next_look_at=at,
            reason=reason,
            attempts=self.attempts + (1 if counts else 0),
            is_repeat=self.is_repeat or may_have_arrived,
            handing_over_at=None,
        )

    def fail(self, *, at, reason, counts=True):
        self._step_to(
            NoticeState.FAILED,
            next_look_at=None,
            reason=reason,
            attempts=self.attempts + (1 if counts else 0),
            became_task_at=at,
        )

    def mark_unknown(self, at):
        self._step_to(
            NoticeState.UNKNOWN,
            next_look_at=None,
            reason=Reason.WORKER_LOST,
            became_task_at=at,
        )

    def mark_obsolete(self, reason):
        self._step_to(NoticeState.OBSOLETE, next_look_at=None, reason=reason)

    def suppress(self, reason):
        self._step_to(NoticeState.SUPPRESSED, next_look_at=None, reason=reason)

    def plan_again(self, at):
        self._step_to(
            NoticeState.PLANNED,
            due_at=at,
            next_look_at=at,
            reason="",
            attempts=0,
            handing_over_at=None,
            is_repeat=False,
            resends=self.resends + 1,
            became_task_at=None,
            handled_at=None,
            handled_by="",
        )

    def mark_handled(self, *, by, at):
        if not self.is_task:
            raise TransitionNotAllowed(f"{self} is not a task")
        self._change(handled_at=at, handled_by=by)

    def _step_to(self, state, **changes):
        if state not in NOTICE_TRANSITIONS[NoticeState(self.state)]:
            raise TransitionNotAllowed(f"{self}: {self.state} to {state}")
        self._change(state=state, **changes)

    def _change(self, **changes):
        """Compare and swap. Plain SQL: a sweep does this twice for every letter."""
        changes["version"] = self.version + 1
        quote = connection.ops.quote_name
        fields = [self._meta.get_field(name) for name in changes]
        assignments = ", ".join(f"{quote(field.column)} = %s" for field in fields)
        values = [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, changes.values(), strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(self._meta.db_table)} SET {assignments}"  # noqa: S608 - own columns
                " WHERE id = %s AND version = %s",
                [*values, self.pk, self.version],
            )
            if cursor.rowcount != 1:
                raise NoticeChanged(f"{self}")
        for name, value in changes.items():
            setattr(self, name, value)
