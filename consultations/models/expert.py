from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.choices import ExpertKind


class ExpertQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Expert(models.Model):
    """A professional who gives consultations, free of charge for the resident."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="expert",
        verbose_name=_("account"),
        null=True,
        blank=True,
        help_text=_("Letters about bookings go to the e-mail address of this account."),
    )
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("expert kind"), max_length=32, choices=ExpertKind)
    languages = models.ManyToManyField(
        "taxonomy.Language", related_name="+", verbose_name=_("languages"), blank=True
    )
    license_note = models.CharField(_("license"), max_length=200, blank=True)
    pledge_date = models.DateField(_("pledge of secrecy signed on"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")

    def __str__(self):
        return f"{self.name} ({self.get_kind_display()})"

    @property
    def key(self):
        """How notices name this person."""
        return f"expert:{self.pk}"


class TopicExpertKind(models.Model):
    """One cell of the table that says who may take which topic.

    No row means no: a topic without rows offers no time.
    """

    topic = models.ForeignKey(
        "taxonomy.Topic", models.CASCADE, related_name="+", verbose_name=_("topic")
    )
    expert_kind = models.CharField(_("expert kind"), max_length=32, choices=ExpertKind)

    class Meta:
        verbose_name = _("expert kind for a topic")
        verbose_name_plural = _("expert kinds for topics")
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "expert_kind"], name="topic_names_an_expert_kind_once"
            )
        ]

    def __str__(self):
        return f"{self.topic_id} – {self.get_expert_kind_display()}"
