from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from interpreters.choices import Audience


class WorkshopQuerySet(models.QuerySet):
    def to_come(self, now: datetime):
        return self.filter(starts_at__gt=now, is_published=True)

    def for_people(self, *, is_interpreter: bool):
        """What is meant for interpreters, or for everybody else who counsels."""
        other = Audience.INTERPRETERS if not is_interpreter else Audience.COUNSELLORS
        return self.exclude(audience=other)

    def with_seats(self):
        """`taken` is how many have signed up."""
        return self.annotate(taken=Count("seats"))


class Workshop(models.Model):
    """A learning session of the association, for interpreters and for counsellors."""

    title = models.CharField(_("title"), max_length=120)
    audience = models.CharField(
        _("for whom"), max_length=12, choices=Audience, default=Audience.INTERPRETERS
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(
        _("place"), max_length=200, help_text=_("Or how to join, when it is online.")
    )
    capacity = models.PositiveSmallIntegerField(_("seats"), default=20)
    is_published = models.BooleanField(_("published"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            models.CheckConstraint(
                name="workshop_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be later than the beginning."),
            ),
        ]

    def __str__(self):
        return self.title


class Seat(models.Model):
    """Somebody takes part, or has taken part."""

    workshop = models.ForeignKey(
        Workshop, models.PROTECT, related_name="seats", verbose_name=_("workshop")
    )
    participant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="workshop_seats",
        verbose_name=_("participant"),
    )
    taken_at = models.DateTimeField(_("signed up"))
    has_attended = models.BooleanField(_("was there"), default=False)

    class Meta:
        verbose_name = _("seat in a workshop")
        verbose_name_plural = _("seats in a workshop")
        constraints = [
            models.UniqueConstraint(
                name="seat_once_for_a_person",
                fields=["workshop", "participant"],
                violation_error_message=_("This person has signed up already."),
            )
        ]

    def __str__(self):
        return f"{self.workshop_id}:{self.participant_id}"
