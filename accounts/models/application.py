from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization
from privacy.fields import EncryptedTextField


class ApplicationQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status=Application.Status.WAITING)

    def with_old_words(self, moment: datetime):
        """Who asked, and how to reach them, long after it was asked."""
        # An encrypted text cannot be compared, but it is longer than none.
        old = self.filter(asked_at__lt=moment)
        return old.alias(length=Length("email")).filter(length__gt=0)


class Application(models.Model):
    """Somebody of a body nobody knows yet, or a new colleague, wants to sign in for it.

    Nothing comes of it before a coordinator approves: whoever writes the name of a known
    organization is no member of it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    organization_name = models.CharField(_("organization"), max_length=150)
    kind = models.CharField(_("kind"), max_length=30, choices=Organization.Kind)
    prefecture_code = models.CharField(_("prefecture code"), max_length=2)
    phone = models.CharField(_("phone"), max_length=30)
    name = EncryptedTextField(_("name"))
    email = EncryptedTextField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=12, default="ja")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("became"),
        null=True,
        blank=True,
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application of an organization")
        verbose_name_plural = _("applications of organizations")
        constraints = [
            models.CheckConstraint(
                name="application_is_decided_by_somebody",
                condition=Q(status="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(status="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False),
            )
        ]

    def __str__(self):
        return self.organization_name

    def decide(self, *, status, by, at, organization=None):
        self.status, self.decided_by, self.decided_at = status, by, at
        self.organization = organization
        self.save(update_fields=["status", "decided_by", "decided_at", "organization"])
