from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from centers.choices import CORRECTION_STEPS, CorrectionStatus, Origin
from centers.models.center import Center
from privacy.fields import EncryptedTextField

# What somebody can say of a center, in the order of the form.
PROPOSABLE = ["phones", "hours", "address", "name", "remarks"]


class StepNotAllowed(Exception):
    """Somebody else has decided on it already."""


class CorrectionQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status=CorrectionStatus.WAITING)

    def with_old_words(self, decided_before: datetime):
        """Decided long ago, and what was written freely is still there."""
        # An encrypted text cannot be compared, but it is longer than none.
        return (
            self.filter(decided_at__lt=decided_before)
            .alias(length=Length("message"))
            .filter(length__gt=0)
        )


class Correction(models.Model):
    """What somebody says is wrong with an entry, until a person has looked at it."""

    center = models.ForeignKey(
        Center, models.CASCADE, related_name="corrections", verbose_name=_("center")
    )
    origin = models.CharField(_("from"), max_length=8, choices=Origin)
    status = models.CharField(
        _("status"), max_length=8, choices=CorrectionStatus, default=CorrectionStatus.WAITING
    )
    # Of PROPOSABLE, only what differs: what the entry said then, and what it should say.
    before = models.JSONField(default=dict, editable=False)
    proposed = models.JSONField(default=dict, editable=False)
    says_gone = models.BooleanField(_("the center is not there any more"), default=False)
    # Anybody may have written anything here, names too.
    message = EncryptedTextField(_("in their own words"), blank=True)
    # What the entry said when this was accepted, for undoing it.
    replaced = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("sent"), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [models.Index(fields=["status", "created_at"], name="correction_queue")]
        constraints = [
            models.CheckConstraint(
                name="correction_status_exists",
                condition=Q(status__in=CorrectionStatus.values),
            ),
            models.CheckConstraint(
                name="correction_decided_when_not_waiting",
                condition=Q(status=CorrectionStatus.WAITING, decided_at__isnull=True)
                | (~Q(status=CorrectionStatus.WAITING) & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return str(self.center)

    def decide(self, status: CorrectionStatus, *, by, now: datetime):
        """Raises StepNotAllowed when it was decided before; saves nothing."""
        self._step(status)
        self.decided_at, self.decided_by = now, by

    def reopen(self):
        """It waits again, as if nobody had decided; saves nothing."""
        self._step(CorrectionStatus.WAITING)
        self.decided_at = self.decided_by = None
        self.replaced = {}

    def _step(self, status):
        if status not in CORRECTION_STEPS[self.status]:
            raise StepNotAllowed
        self.status = status
