from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultations.choices import OCCUPYING_STATUSES, RemotePlatform
from consultations.models.draft import Draft
from consultations.models.expert import Expert, TopicExpertKind
from schedules.constraints import NoOverlap


class ConsultationDayQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def bookable(self, now):
        """Published days whose booking is open at this moment."""
        return self.published().filter(booking_opens_at__lte=now, booking_closes_at__gt=now)


class ConsultationDay(models.Model):
    """A day on which experts give remote consultations."""

    date = models.DateField(_("date"))
    opens_at = models.TimeField(_("from"), help_text=_("Japan time"))
    closes_at = models.TimeField(_("until"), help_text=_("Japan time"))
    platform = models.CharField(
        _("remote platform"), max_length=8, choices=RemotePlatform, default=RemotePlatform.ZOOM
    )
    booking_opens_at = models.DateTimeField(_("booking opens"))
    booking_closes_at = models.DateTimeField(_("booking closes"))
    is_published = models.BooleanField(_("published"), default=False)
    program = models.ForeignKey(
        "consultations.Program",
        models.PROTECT,
        related_name="days",
        verbose_name=_("program"),
        null=True,
        blank=True,
        help_text=_("Who pays for the day; it stands in the figures."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ConsultationDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation day")
        verbose_name_plural = _("consultation days")
        constraints = [
            models.CheckConstraint(
                name="consultation_day_opens_before_it_closes",
                condition=Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("The day must end after it begins."),
            ),
            models.CheckConstraint(
                name="consultation_day_booking_opens_before_it_closes",
                condition=Q(booking_opens_at__lt=F("booking_closes_at")),
                violation_error_message=_("Booking must close after it opens."),
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    def publish(self):
        self._set_published(True)

    def unpublish(self):
        """Its free times are offered no more; what is booked stays."""
        self._set_published(False)

    def _set_published(self, is_published):
        self.is_published = is_published
        self.version += 1
        self.save(update_fields=["is_published", "version"])


class SlotQuerySet(models.QuerySet):
    def overlapping(self, times):
        """Those that share a moment with one of the (start, end) pairs."""
        shared = Q()
        for starts_at, ends_at in times:
            shared |= Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
        return self.filter(shared)

    def unbooked(self):
        return self.exclude(bookings__status__in=OCCUPYING_STATUSES)

    def unheld(self, now: datetime, draft_key=None):
        """Held by nobody, or by the given draft."""
        is_unheld = Q(held_until__isnull=True) | Q(held_until__lte=now)
        # A slot that is offered to somebody waiting is held without a draft.
        return self.filter(is_unheld | Q(held_by_draft=draft_key) if draft_key else is_unheld)

    def bookable(self, now: datetime):
        """In the future, of an active expert, on a published day whose booking is open."""
        return self.filter(
            starts_at__gt=now,
            withdrawn_at__isnull=True,
            expert__is_active=True,
            day__is_published=True,
            day__booking_opens_at__lte=now,
            day__booking_closes_at__gt=now,
        )

    def free(self, now: datetime, draft_key=None):
        """What can be chosen now; the draft's own choice is free for it."""
        return self.bookable(now).unbooked().unheld(now, draft_key)

    def for_topic(self, topic_code: str):
        """Those whose expert's kind may take the topic."""
        kinds = TopicExpertKind.objects.filter(topic=topic_code).values("expert_kind")
        return self.filter(expert__kind__in=kinds)

    def hold(
        self,
        *,
        slot_id: int,
        draft_key,
        until: datetime,
        now: datetime,
        network: str = "",
        seat: int | None = None,
    ) -> bool:
        """Take the typing hold of a slot; False when somebody else was faster.

        One conditional update on the slot's own columns: PostgreSQL looks at them
        again after it has waited for a competitor, which it would not do for
        conditions on joined tables.
        """
        slots = self.filter(pk=slot_id, withdrawn_at__isnull=True)
        slots = slots.unbooked().unheld(now, draft_key)
        return (
            slots.update(
                held_by_draft=draft_key, held_until=until, held_network=network, held_seat=seat
            )
            == 1
        )

    def release_holds_of(self, draft_key):
        self.filter(held_by_draft=draft_key).forget_holds()

    def forget_holds(self):
        self.update(held_by_draft=None, held_until=None, held_network="", held_seat=None)


class Slot(models.Model):
    """A stretch of one expert's time that one person can book."""

    day = models.ForeignKey(
        ConsultationDay, models.PROTECT, related_name="slots", verbose_name=_("consultation day")
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, related_name="slots", verbose_name=_("expert")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    # Not enforced by the database: a draft vanishes when somebody leaves or an hour
    # is over, and what it held ends by itself at `held_until`. Unique: one hold a draft.
    held_by_draft = models.OneToOneField(
        Draft,
        models.DO_NOTHING,
        related_name="held_slot",
        null=True,
        editable=False,
        db_constraint=False,
    )
    held_until = models.DateTimeField(null=True, editable=False)
    # One of the few seats of a network (see services/limits.py).
    held_network = models.CharField(max_length=64, blank=True, editable=False)
    held_seat = models.PositiveSmallIntegerField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(
        _("withdrawn"),
        null=True,
        editable=False,
        help_text=_("The expert dropped out: it is offered to nobody any more."),
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.CheckConstraint(
                name="slot_starts_before_it_ends",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message=_("The slot must end after it starts."),
            ),
            # However many ask at once, a network holds no more slots than it has seats.
            models.UniqueConstraint(
                fields=["held_network", "held_seat"],
                condition=Q(held_seat__isnull=False),
                name="slot_one_for_a_seat_of_a_network",
            ),
            NoOverlap(
                name="slot_of_one_expert_never_overlaps",
                owner="expert",
                starts="starts_at",
                ends="ends_at",
            ),
        ]
        indexes = [
            # Free slots and today's sessions, both by time.
            models.Index(fields=["starts_at"], name="slot_by_start"),
        ]

    def keeps_promise_to_its_draft(self, now: datetime) -> bool:
        """Whether the draft that holds it may book it now.

        A hold that ran out is no loss while the slot is still to be had.
        """
        return (
            self.starts_at > now
            and self.held_by_draft.expires_at > now
            and self.withdrawn_at is None
            and self.day.is_published
            and max(self.held_until, self.day.booking_closes_at) > now
        )

    def __str__(self):
        return f"{self.starts_at.astimezone():%Y-%m-%d %H:%M} {self.expert}"

    def release(self):
        """End the hold a sent draft has left behind, when the booking gives the slot back."""
        if self.held_by_draft_id:
            self.held_by_draft, self.held_until = None, None
            self.held_network, self.held_seat = "", None
            self.save(update_fields=["held_by_draft", "held_until", "held_network", "held_seat"])

    def withdraw(self, *, at):
        """The expert dropped out. What is booked on it is seen to by whoever calls this."""
        self.withdrawn_at = at
        self.save(update_fields=["withdrawn_at"])

    def offer_again(self):
        """The expert can come after all."""
        self.withdrawn_at = None
        self.save(update_fields=["withdrawn_at"])
