from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from centers.prefectures import BY_CODE
from desk.choices import (
    OPEN,
    QUESTION_STEPS,
    AppointmentStatus,
    Channel,
    QuestionStatus,
    Wish,
)
from desk.residence import name_of
from desk.roles import is_answerer
from history.models import Event
from privacy.fields import EncryptedTextField

QUIET_AFTER = timedelta(days=14)


class StepNotAllowed(Exception):
    """It cannot go from its present status to the one asked for."""


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Answerers see all; others those of their approved organizations, and what they asked
        themselves while they belong to one. Whoever has left sees nothing any more."""
        if is_answerer(user):
            return self
        if not user.is_authenticated:
            return self.none()
        own = Organization.objects.filter(memberships__user=user)
        approved = own.filter(approved_at__isnull=False)
        return self.filter(Q(asker=user, organization__in=own) | Q(organization__in=approved))

    def counted(self):
        """Each matter once: not again when the same organization asked it twice."""
        return self.exclude(status=QuestionStatus.MERGED)

    def open(self):
        return self.filter(status__in=OPEN)

    def quiet(self, now: datetime):
        """Answered, or asked back, and nothing heard since for so long."""
        until = now - QUIET_AFTER
        return (
            self.alias(
                answered_at=Coalesce(F("last_answered_at"), Max("answers__sent_at")),
                asked_back_at=Max("back_questions__written_at"),
            )
            .filter(
                Q(status=QuestionStatus.ANSWERED, answered_at__lt=until)
                | Q(status=QuestionStatus.WAITING, asked_back_at__lt=until),
            )
            .exclude(appointments__status=AppointmentStatus.PLANNED)
        )

    def claims_over(self, now: datetime):
        return self.filter(status=QuestionStatus.CLAIMED, claimed_until__lte=now)


class Question(models.Model):
    """What staff of an office ask the desk: how to help somebody. No person is named."""

    reference = models.CharField(_("reference"), max_length=8, unique=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="questions", verbose_name=_("organization")
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="questions",
        verbose_name=_("asker"),
        null=True,
        blank=True,
    )
    channel = models.CharField(_("asked"), max_length=8, choices=Channel, default=Channel.WEB)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=QuestionStatus,
        default=QuestionStatus.RECEIVED,
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    topic = models.ForeignKey(
        "taxonomy.Topic", models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    residence_status = models.CharField(_("residence status"), max_length=24, blank=True)
    prefecture_code = models.CharField(_("prefecture code"), max_length=2, blank=True)
    urgent_date = models.DateField(_("urgent because of this day"), null=True, blank=True)
    wish = models.CharField(_("wished for"), max_length=8, choices=Wish, default=Wish.WRITTEN)
    text = EncryptedTextField(_("question"))
    # The asker was told that it looks like somebody's data, and kept it.
    keeps_personal_data = models.BooleanField(_("keeps personal data"), default=False)
    needs_second = models.BooleanField(_("a second professional signs too"), default=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
    )
    claimed_until = models.DateTimeField(_("until"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    # By when a first answer is due, in opening hours.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    # In writing or in a talk.
    last_answered_at = models.DateTimeField(_("last answered"), null=True, blank=True)
    # The form it was sent with: the same one twice is one question.
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    # Who called, and where to call back.
    caller = EncryptedTextField(_("who called"), blank=True)
    case = models.OneToOneField(
        "cases.Case",
        models.PROTECT,
        related_name="question",
        verbose_name=_("case"),
        null=True,
        blank=True,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="merged",
        verbose_name=_("answered with"),
        null=True,
        blank=True,
    )
    # A better address than the desk, from the directory.
    better_center = models.ForeignKey(
        "centers.Center",
        models.PROTECT,
        related_name="+",
        verbose_name=_("center that can help"),
        null=True,
        blank=True,
    )
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the desk")
        verbose_name_plural = _("questions to the desk")
        indexes = [models.Index(fields=["status", "due_at"], name="question_queue")]
        constraints = [
            models.CheckConstraint(
                name="question_status_exists", condition=Q(status__in=QuestionStatus.values)
            ),
            models.CheckConstraint(
                name="question_is_claimed_by_somebody",
                condition=~Q(status=QuestionStatus.CLAIMED)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="question_converted_has_a_case",
                condition=~Q(status=QuestionStatus.CONVERTED) | Q(case__isnull=False),
            ),
            models.CheckConstraint(
                name="question_merged_names_the_other",
                condition=~Q(status=QuestionStatus.MERGED) | Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.reference[:4]}-{self.reference[4:]}"

    @property
    def key(self):
        """How notices name this question."""
        return f"question:{self.pk}"

    @property
    def residence_status_name(self) -> str:
        return name_of(self.residence_status) if self.residence_status else ""

    @property
    def prefecture_name(self) -> str:
        found = BY_CODE.get(self.prefecture_code)
        return found.name_ja if found else ""

    def note_answer(self, now: datetime):
        """In writing or in a talk; saves nothing."""
        self.first_answered_at = self.first_answered_at or now
        self.last_answered_at = now

    def step(self, status: QuestionStatus):
        """Raises StepNotAllowed; saves nothing."""
        if status not in QUESTION_STEPS[self.status]:
            raise StepNotAllowed(f"{self.status} to {status}")
        self.status = status
        self.revision += 1
        if status != QuestionStatus.CLAIMED:
            self.claimed_until = None


class QuestionEvent(Event):
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="events", verbose_name=_("question")
    )

    class Meta:
        verbose_name = _("history of a question")
        verbose_name_plural = _("history of questions")
        ordering = ["happened_at", "pk"]
