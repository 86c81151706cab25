from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from desk.choices import AppointmentStatus, AttemptOutcome, Wish
from desk.models.question import Question, StepNotAllowed
from privacy.fields import EncryptedTextField

LASTS = timedelta(minutes=30)
MOST_ATTEMPTS = 3


class AppointmentQuerySet(models.QuerySet):
    def planned(self):
        return self.filter(status=AppointmentStatus.PLANNED)

    def current(self):
        """What is planned, otherwise what was last; None without any."""
        is_over = Case(When(status=AppointmentStatus.PLANNED, then=0), default=1)
        return self.order_by(is_over, "-pk").first()

    def cancel(self) -> int:
        """All that are planned of them: nobody waits for a call any more."""
        return self.planned().update(status=AppointmentStatus.CANCELED, revision=F("revision") + 1)


class Appointment(models.Model):
    """Half an hour of the desk's hours in which it calls an asker, or meets them online."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="appointments", verbose_name=_("question")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Wish)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    # As many at once as the desk has people for; each has a line of its own.
    line = models.PositiveSmallIntegerField(_("line"))
    phone = EncryptedTextField(_("telephone"), blank=True)
    join_url = EncryptedTextField(_("address of the meeting"), blank=True)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=AppointmentStatus,
        default=AppointmentStatus.PLANNED,
    )
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("call or meeting")
        verbose_name_plural = _("calls and meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="appointment_status_exists",
                condition=Q(status__in=AppointmentStatus.values),
            ),
            models.CheckConstraint(
                name="appointment_is_a_call_or_a_meeting",
                condition=Q(kind__in=[Wish.CALL, Wish.MEETING]),
            ),
            models.CheckConstraint(
                name="appointment_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.UniqueConstraint(
                name="appointment_one_on_a_line",
                fields=["starts_at", "line"],
                condition=Q(status=AppointmentStatus.PLANNED),
            ),
            models.UniqueConstraint(
                name="appointment_one_planned_for_a_question",
                fields=["question"],
                condition=Q(status=AppointmentStatus.PLANNED),
            ),
        ]

    def __str__(self):
        return f"{self.question_id}: {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def key(self):
        """How notices name this call."""
        return f"appointment:{self.pk}"

    @property
    def lacks_address(self) -> bool:
        return self.kind == Wish.MEETING and not self.join_url

    def is_missed_at(self, now: datetime) -> bool:
        """Its half hour is over, and nobody has noted anything."""
        return self.status == AppointmentStatus.PLANNED and self.ends_at <= now

    def end(self, status: AppointmentStatus):
        """Raises StepNotAllowed when it has ended; saves nothing."""
        if self.status != AppointmentStatus.PLANNED:
            raise StepNotAllowed(f"{self.status} to {status}")
        self.status = status
        self.revision += 1


class Attempt(models.Model):
    """One try to reach an asker; after the third nobody tries any more."""

    appointment = models.ForeignKey(
        Appointment, models.PROTECT, related_name="attempts", verbose_name=_("call or meeting")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=AttemptOutcome)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("try to reach an asker")
        verbose_name_plural = _("tries to reach askers")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="attempt_is_one_of_three", condition=Q(number__range=(1, MOST_ATTEMPTS))
            ),
            models.UniqueConstraint(name="attempt_number_once", fields=["appointment", "number"]),
        ]

    def __str__(self):
        return f"{self.appointment_id}: {self.number}"
