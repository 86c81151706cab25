from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_coordinator
from interpreters.choices import Gender, Level, Modality
from privacy.fields import EncryptedTextField

A_MONDAY = date(2024, 1, 1)


class InterpreterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Coordinators see everybody, an interpreter only themselves."""
        if is_coordinator(user):
            return self
        return self.filter(account=user) if user.is_authenticated else self.none()

    def active(self):
        return self.filter(is_active=True)


class Interpreter(models.Model):
    """Somebody who interprets as a citizen's activity, not as a profession."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="interpreter",
        null=True,
        blank=True,
        verbose_name=_("account"),
        help_text=_("They sign in with a code sent to this account's e-mail address."),
    )
    name = models.CharField(_("name"), max_length=100)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, default=Gender.UNSAID)
    phone = EncryptedTextField(_("telephone"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_remote = models.BooleanField(_("interprets remotely"), default=True)
    areas = models.CharField(
        _("areas"),
        max_length=300,
        blank=True,
        help_text=_("Wards and cities of Tokyo with spaces between; empty is all of Tokyo."),
    )
    pledge_until = models.DateField(_("pledge of secrecy valid until"), null=True, blank=True)
    most_per_month = models.PositiveSmallIntegerField(
        _("at most in a month"), default=8, help_text=_("More are offered only by hand.")
    )
    # Not for anybody else's eyes.
    note = EncryptedTextField(_("note of the coordinators"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = InterpreterQuerySet.as_manager()

    class Meta:
        verbose_name = _("interpreter")
        verbose_name_plural = _("interpreters")

    def __str__(self):
        return self.name

    @property
    def key(self):
        """How notices name this person."""
        return f"interpreter:{self.pk}"


class InterpreterLanguage(models.Model):
    """A language somebody interprets, with what matters within it."""

    interpreter = models.ForeignKey(
        Interpreter, models.CASCADE, related_name="languages", verbose_name=_("interpreter")
    )
    language = models.ForeignKey(
        "taxonomy.Language", models.PROTECT, related_name="+", verbose_name=_("language")
    )
    variety = models.CharField(_("variety or dialect"), max_length=80, blank=True)
    reads_script = models.BooleanField(_("reads and writes its script"), default=True)
    modality = models.CharField(
        _("modality"), max_length=8, choices=Modality, default=Modality.SPOKEN
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.OFFICES)
    is_relay = models.BooleanField(
        _("only through a third language"),
        default=False,
        help_text=_("Not directly into Japanese: a second interpreter is needed."),
    )

    class Meta:
        verbose_name = _("language of an interpreter")
        verbose_name_plural = _("languages of an interpreter")
        constraints = [
            models.UniqueConstraint(
                name="interpreter_language_once",
                fields=["interpreter", "language", "modality"],
                violation_error_message=_("This language is here already."),
            ),
        ]

    def __str__(self):
        return f"{self.language_id} ({self.get_level_display()})"


class Experience(models.Model):
    """A field in which somebody has interpreted before."""

    interpreter = models.ForeignKey(
        Interpreter, models.CASCADE, related_name="experiences", verbose_name=_("interpreter")
    )
    topic = models.ForeignKey(
        "taxonomy.Topic", models.PROTECT, related_name="+", verbose_name=_("topic")
    )

    class Meta:
        verbose_name = _("experience")
        verbose_name_plural = _("experiences")
        constraints = [
            models.UniqueConstraint(name="experience_once", fields=["interpreter", "topic"])
        ]

    def __str__(self):
        return str(self.topic_id)


class Training(models.Model):
    """A learning session somebody has attended."""

    interpreter = models.ForeignKey(
        Interpreter, models.CASCADE, related_name="trainings", verbose_name=_("interpreter")
    )
    title = models.CharField(_("title"), max_length=120)
    date = models.DateField(_("date"))

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

    def __str__(self):
        return f"{self.title} ({self.date.isoformat()})"


class Availability(models.Model):
    """When somebody usually can, or on one day can or cannot. Without a row: "ask me"."""

    interpreter = models.ForeignKey(
        Interpreter, models.CASCADE, related_name="availabilities", verbose_name=_("interpreter")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    is_free = models.BooleanField(_("can come"), default=True)

    class Meta:
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        constraints = [
            models.CheckConstraint(
                name="availability_is_weekly_or_of_a_day",
                condition=Q(weekday__isnull=False, date__isnull=True)
                | Q(weekday__isnull=True, date__isnull=False),
                violation_error_message=_("Choose a weekday or a date."),
            ),
            models.CheckConstraint(
                name="availability_ends_after_it_starts",
                condition=Q(ends__gt=F("starts")),
                violation_error_message=_("The end must be later than the beginning."),
            ),
            models.CheckConstraint(
                name="availability_weekday_exists",
                condition=Q(weekday__isnull=True) | Q(weekday__lt=7),
            ),
        ]

    @property
    def day(self) -> date:
        """The day itself, or some day of that weekday."""
        return self.date or A_MONDAY + timedelta(days=self.weekday)

    def __str__(self):
        return f"{self.weekday if self.date is None else self.date} {self.starts:%H:%M}"


class BlockedPair(models.Model):
    """An interpreter and an organization that must not meet. The reason stays with us."""

    interpreter = models.ForeignKey(
        Interpreter, models.CASCADE, related_name="blocks", verbose_name=_("interpreter")
    )
    organization = models.ForeignKey(
        "accounts.Organization", models.CASCADE, related_name="+", verbose_name=_("organization")
    )
    reason = EncryptedTextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("blocked pair")
        verbose_name_plural = _("blocked pairs")
        constraints = [
            models.UniqueConstraint(
                name="blocked_pair_once", fields=["interpreter", "organization"]
            )
        ]

    def __str__(self):
        return f"{self.interpreter_id} × {self.organization_id}"
