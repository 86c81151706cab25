"""What is kept beside the questions: one half written, one of somebody nobody knows yet,
sentences that are used again, who wants no letter."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Application
from desk.residence import name_of
from privacy.fields import EncryptedTextField
from privacy.kept_forms import KeptForm


class QuestionDraft(KeptForm):
    """A question that somebody has begun to write: one for each person."""

    class Meta:
        verbose_name = _("draft of a question")
        verbose_name_plural = _("drafts of questions")


class FirstQuestion(models.Model):
    """What an organization asked with its application; a question once it is approved."""

    application = models.OneToOneField(
        Application,
        models.CASCADE,
        primary_key=True,
        related_name="first_question",
        verbose_name=_("application"),
    )
    topic = models.ForeignKey(
        "taxonomy.Topic", models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    residence_status = models.CharField(_("residence status"), max_length=24, blank=True)
    urgent_date = models.DateField(_("urgent because of this day"), null=True, blank=True)
    text = EncryptedTextField(_("question"))
    keeps_personal_data = models.BooleanField(_("keeps personal data"), default=False)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("question in an application")
        verbose_name_plural = _("questions in applications")
        ordering = ["urgent_date", "asked_at"]

    def __str__(self):
        return str(self.application_id)

    @property
    def residence_status_name(self) -> str:
        return name_of(self.residence_status) if self.residence_status else ""


class CannedText(models.Model):
    """A sentence that answerers put into their answers again and again."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    text = models.TextField(_("text"))
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering = ["title"]

    def __str__(self):
        return self.title


class NoDigest(models.Model):
    """Somebody who does not want the monthly letter."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("user"),
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("no monthly letter")
        verbose_name_plural = _("no monthly letters")

    def __str__(self):
        return str(self.user_id)
