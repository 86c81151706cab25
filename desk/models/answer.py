from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from desk.choices import AnswerStatus
from desk.models.question import Question
from privacy.fields import EncryptedTextField


class AnswerQuerySet(models.QuerySet):
    def sent(self):
        """Those that askers see; nothing else of an answer ever leaves the desk."""
        return self.filter(status=AnswerStatus.SENT)


class Answer(models.Model):
    """What the desk says, with its sources and the day on which it is right."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    co_signer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("signed by a second one"),
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("status"), max_length=10, choices=AnswerStatus, default=AnswerStatus.DRAFT
    )
    text = EncryptedTextField(_("answer"), blank=True)
    sources = models.TextField(_("sources"), blank=True)
    correct_as_of = models.DateField(_("correct as of"), null=True, blank=True)
    review_by = models.DateField(_("to be looked at again by"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="answer_sent_is_dated",
                condition=~Q(status=AnswerStatus.SENT)
                | Q(sent_at__isnull=False, correct_as_of__isnull=False),
            ),
            models.CheckConstraint(
                name="answer_co_signer_is_somebody_else",
                condition=Q(co_signer__isnull=True) | ~Q(co_signer=F("author")),
            ),
            models.UniqueConstraint(
                name="answer_one_in_the_making",
                fields=["question"],
                condition=~Q(status=AnswerStatus.SENT),
            ),
        ]

    def __str__(self):
        return f"{self.question_id}: {self.status}"


class FollowUp(models.Model):
    """What the asker adds to their question."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="follow_ups", verbose_name=_("question")
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asker")
    )
    text = EncryptedTextField(_("text"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["pk"]

    def __str__(self):
        return str(self.question_id)


class BackQuestion(models.Model):
    """What the desk needs to know before it can answer; the asker sees it."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="back_questions", verbose_name=_("question")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = EncryptedTextField(_("text"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("question back")
        verbose_name_plural = _("questions back")
        ordering = ["pk"]

    def __str__(self):
        return str(self.question_id)


class InternalNote(models.Model):
    """Between answerers. No letter and no page of an asker reads this table."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="notes", verbose_name=_("question")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = EncryptedTextField(_("text"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["pk"]

    def __str__(self):
        return str(self.question_id)
