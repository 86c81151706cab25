from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_coordinator
from cases.choices import CASE_TRANSITIONS, CaseOutcome, CaseStatus, DateWorry
from cases.models.resident import Resident
from history.models import Event
from interface.references import spoken

ENDED = (CaseStatus.CLOSED, CaseStatus.ANONYMIZED)


class TransitionNotAllowed(Exception):
    """The case cannot go from its present status to the one asked for."""


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The one door: coordinators see every case, nobody else any."""
        return self if is_coordinator(user) else self.none()

    def running(self):
        return self.exclude(status__in=ENDED)

    def minors_unseen(self):
        """Of people under 18 to whom nobody has seen."""
        return self.running().filter(is_minor=True, minor_seen_at__isnull=True)

    def critical_dates_unseen(self):
        """Of people who worry about a date to which nobody has seen."""
        return self.running().filter(date_worry=DateWorry.YES, critical_date_seen_at__isnull=True)

    def for_desk(self):
        """What coordinators see without asking for more, in one query."""
        return self.select_related(
            "owner",
            "primary_topic",
            "resident__speaking_language",
            "resident__second_language",
        ).defer(
            "resident__language_note",
            "resident__nickname",
            "resident__email",
            "resident__phone",
        )


class Case(models.Model):
    """One resident's matter, from the first question to closure.

    It counts once, however many exchanges it has.
    """

    reference = models.CharField(_("reference"), max_length=8, unique=True)
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="cases", verbose_name=_("resident")
    )
    primary_topic = models.ForeignKey(
        "taxonomy.Topic", models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    other_topics = models.ManyToManyField(
        "taxonomy.Topic", related_name="+", verbose_name=_("other topics"), blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="cases",
        verbose_name=_("owner"),
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("status"), max_length=12, choices=CaseStatus, default=CaseStatus.NEW
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=CaseOutcome, blank=True)
    # What a coordinator must look at, until somebody has.
    is_minor = models.BooleanField(_("under 18"), default=False)
    minor_seen_at = models.DateTimeField(_("seen to that"), null=True, editable=False)
    date_worry = models.CharField(
        _("is there a date to worry about?"), max_length=8, choices=DateWorry, blank=True
    )
    critical_date = models.DateField(_("critical date"), null=True, blank=True)
    critical_date_seen_at = models.DateTimeField(_("seen to the date"), null=True, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                name="case_closed_has_a_moment_and_an_outcome",
                condition=Q(status__in=ENDED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status__in=ENDED) & Q(closed_at__isnull=True, outcome=""),
            ),
        ]
        indexes = [
            # The board: what must not be missed.
            models.Index(
                fields=["opened_at"],
                name="case_minor_unseen",
                condition=Q(is_minor=True, minor_seen_at__isnull=True),
            ),
            models.Index(
                fields=["critical_date"],
                name="case_date_unseen",
                condition=Q(date_worry=DateWorry.YES, critical_date_seen_at__isnull=True),
            ),
        ]

    def __str__(self):
        return spoken(self.reference)

    def take(self, owner):
        """The coordinator is responsible from now on."""
        if self.status in ENDED:
            raise TransitionNotAllowed(f"{self}: a closed case is reopened first")
        if self.status == CaseStatus.NEW:
            self._step_to(CaseStatus.OPEN)
        self.owner = owner
        self.save(update_fields=["status", "owner"])

    def close(self, *, outcome, at):
        self._step_to(CaseStatus.CLOSED)
        self.outcome, self.closed_at = outcome, at
        self.save(update_fields=["status", "outcome", "closed_at"])

    def reopen(self):
        self._step_to(CaseStatus.OPEN)
        self.outcome, self.closed_at = "", None
        self.save(update_fields=["status", "outcome", "closed_at"])

    def anonymize(self):
        """What stays is counted and tells of nobody. The case is closed before."""
        self._step_to(CaseStatus.ANONYMIZED)
        self.date_worry, self.critical_date = "", None
        self.save(update_fields=["status", "date_worry", "critical_date"])

    @property
    def has_date_worry(self):
        return self.date_worry == DateWorry.YES

    def see_to_minor(self, *, at):
        self.minor_seen_at = at
        self.save(update_fields=["minor_seen_at"])

    def see_to_critical_date(self, *, at):
        self.critical_date_seen_at = at
        self.save(update_fields=["critical_date_seen_at"])

    def _step_to(self, status):
        if status not in CASE_TRANSITIONS[self.status]:
            raise TransitionNotAllowed(f"{self}: {self.status} to {status}")
        self.status = status


class CaseEvent(Event):
    """The history of a case; the booking's own steps stand here too."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=_("case"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        indexes = [
            # The history shown with a case, newest last.
            models.Index(fields=["case", "happened_at"], name="case_event_by_case"),
        ]
