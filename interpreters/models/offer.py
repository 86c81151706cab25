from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interpreters.choices import (
    ASSIGNMENT_STEPS,
    OCCUPYING,
    OFFER_STEPS,
    AssignmentStatus,
    OfferStatus,
)
from interpreters.models.interpreter import Interpreter
from interpreters.models.request import InterpreterRequest, StepNotAllowed
from privacy.fields import EncryptedTextField
from privacy.links import CapabilityLink, CapabilityLinkQuerySet
from schedules.constraints import NoOverlap

# What an interpreter could see of a request goes from their view so long after the report.
BRIEF_KEPT = timedelta(days=7)
# A quarter of an hour is no difference.
MINUTES_ALIKE = 15


class OfferQuerySet(CapabilityLinkQuerySet):
    def waiting(self):
        return self.filter(status=OfferStatus.SENT)

    def overdue(self, now: datetime):
        return self.waiting().filter(reply_by__lte=now)

    def live(self):
        """Asked, or said yes and not yet chosen."""
        return self.filter(status__in=[OfferStatus.SENT, OfferStatus.ACCEPTED])

    def planned(self):
        """Of later waves."""
        return self.filter(status=OfferStatus.PLANNED)

    def unfinished(self):
        return self.filter(status__in=[OfferStatus.PLANNED, OfferStatus.SENT, OfferStatus.ACCEPTED])


class Offer(CapabilityLink):
    """One interpreter is asked whether they can come, without learning who the client is."""

    request = models.ForeignKey(
        InterpreterRequest, models.PROTECT, related_name="offers", verbose_name=_("request")
    )
    interpreter = models.ForeignKey(
        Interpreter, models.PROTECT, related_name="offers", verbose_name=_("interpreter")
    )
    wave = models.PositiveSmallIntegerField(_("wave"), default=1)
    status = models.CharField(
        _("status"), max_length=12, choices=OfferStatus, default=OfferStatus.SENT
    )
    # What they say needs no explanation.
    may_know_client = models.BooleanField(_("may know this person"), default=False)
    # Nobody has been told yet of an offer of a later wave.
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reply_by = models.DateTimeField(_("reply by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                name="offer_once_at_a_time",
                fields=["request", "interpreter"],
                condition=Q(
                    status__in=[OfferStatus.PLANNED, OfferStatus.SENT, OfferStatus.ACCEPTED]
                ),
                violation_error_message=_("This person is asked already."),
            ),
            models.CheckConstraint(
                name="offer_that_is_sent_has_its_time",
                condition=~Q(status=OfferStatus.SENT)
                | Q(sent_at__isnull=False, reply_by__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_status_exists", condition=Q(status__in=OfferStatus.values)
            ),
        ]

    def __str__(self):
        return f"{self.request} {self.interpreter}"

    @property
    def key(self):
        return f"offer:{self.pk}"

    def step(self, status: OfferStatus, *, now: datetime):
        """Raises StepNotAllowed; saves."""
        if status not in OFFER_STEPS[self.status]:
            raise StepNotAllowed(f"{self.status} to {status}")
        self.status = status
        self.revision += 1
        if self.answered_at is None:
            self.answered_at = now
        self.save(update_fields=["status", "may_know_client", "answered_at", "revision"])

    def send(self, *, reply_by: datetime, now: datetime):
        """The turn of its wave has come. Raises StepNotAllowed; saves."""
        if OfferStatus.SENT not in OFFER_STEPS[self.status]:
            raise StepNotAllowed(f"{self.status} cannot be sent")
        self.status, self.sent_at, self.reply_by = OfferStatus.SENT, now, reply_by
        self.save(update_fields=["status", "sent_at", "reply_by"])


class AssignmentQuerySet(CapabilityLinkQuerySet):
    def occupying(self):
        return self.filter(status__in=OCCUPYING)


class Assignment(CapabilityLink):
    """An interpreter's time, from leaving for the place to the end. Nobody is in two places.

    `occupied_from` is the beginning less the way there; the database refuses an overlap.
    """

    # Of a dispatch; a consultation holds its own key beside it.
    request = models.ForeignKey(
        InterpreterRequest,
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("request"),
    )
    interpreter = models.ForeignKey(
        Interpreter, models.PROTECT, related_name="assignments", verbose_name=_("interpreter")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=AssignmentStatus, default=AssignmentStatus.CONFIRMED
    )
    occupied_from = models.DateTimeField(_("on the way from"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    checked_in_at = models.DateTimeField(_("came"), null=True, blank=True)
    checked_out_at = models.DateTimeField(_("left"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    report_waived_at = models.DateTimeField(_("requester's report waived"), null=True, blank=True)
    created_at = models.DateTimeField(_("assigned"))
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            NoOverlap(
                name="interpreter_is_in_one_place",
                owner="interpreter",
                starts="occupied_from",
                condition=Q(status__in=OCCUPYING),
                violation_error_message=_("This person is somewhere else at that time."),
            ),
            models.UniqueConstraint(
                name="assignment_one_at_a_time",
                fields=["request"],
                condition=Q(status__in=OCCUPYING),
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")) & Q(starts_at__gte=F("occupied_from")),
            ),
            models.CheckConstraint(
                name="assignment_status_exists", condition=Q(status__in=AssignmentStatus.values)
            ),
        ]

    def __str__(self):
        return f"{self.request} {self.interpreter}"

    @property
    def key(self):
        return f"assignment:{self.pk}"

    def step(self, status: AssignmentStatus):
        """Raises StepNotAllowed; saves nothing."""
        if status not in ASSIGNMENT_STEPS[self.status]:
            raise StepNotAllowed(f"{self.status} to {status}")
        self.status = status
        self.revision += 1

    def read_again(self):
        """What they confirmed has changed a little: they confirm it once more; saves."""
        if self.status == AssignmentStatus.ACKNOWLEDGED:
            self.step(AssignmentStatus.CONFIRMED)
        else:
            self.revision += 1
        self.save(update_fields=["status", "revision"])

    @property
    def shows_client(self) -> bool:
        """Name and exact place only once they have acknowledged (privacy by steps)."""
        return self.status in {
            AssignmentStatus.ACKNOWLEDGED,
            AssignmentStatus.CHECKED_IN,
            AssignmentStatus.CHECKED_OUT,
            AssignmentStatus.ATTENDED_NOT_USED,
            AssignmentStatus.REPORTED,
        }

    def brief_is_over(self, now: datetime) -> bool:
        return self.reported_at is not None and now >= self.reported_at + BRIEF_KEPT


class InterpreterReportQuerySet(models.QuerySet):
    def debrief_wished(self):
        return self.filter(wants_debrief=True, debriefed_at__isnull=True)

    def to_look_at(self):
        """Somebody wishes to talk, or the two sides differ."""
        return self.filter(
            Q(pk__in=self.debrief_wished().values("pk")) | Q(pk__in=self.differing().values("pk"))
        )

    def differing(self):
        """The two sides tell of different lengths, or not alike whether the client came."""
        theirs = "assignment__requester_report"
        apart = Q(minutes__gt=F(f"{theirs}__minutes") + MINUTES_ALIKE) | Q(
            minutes__lt=F(f"{theirs}__minutes") - MINUTES_ALIKE
        )
        return self.filter(
            apart
            | Q(was_used=True, **{f"{theirs}__was_used": False})
            | Q(was_used=False, **{f"{theirs}__was_used": True}),
            settled_at__isnull=True,
        )


class InterpreterReport(models.Model):
    """What the interpreter says afterwards, in two minutes on a phone."""

    assignment = models.OneToOneField(
        Assignment, models.PROTECT, related_name="interpreter_report", verbose_name=_("assignment")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    travel_cost = models.PositiveIntegerField(_("travel cost in yen"), default=0)
    was_used = models.BooleanField(_("the client came"), default=True)
    remarks = EncryptedTextField(_("remarks"), blank=True)
    wants_debrief = models.BooleanField(_("wishes to talk about it"), default=False)
    debriefed_at = models.DateTimeField(_("talked about"), null=True, blank=True)
    # The two sides said different things, and a coordinator has looked at it.
    settled_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))

    objects = InterpreterReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("interpreter's report")
        verbose_name_plural = _("interpreters' reports")

    def __str__(self):
        return str(self.assignment_id)


class RequesterReport(models.Model):
    """What the organization says afterwards; without it the next request waits."""

    assignment = models.OneToOneField(
        Assignment, models.PROTECT, related_name="requester_report", verbose_name=_("assignment")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    was_used = models.BooleanField(_("the client came"), default=True)
    went_well = models.BooleanField(_("it went well"), default=True)
    remarks = EncryptedTextField(_("remarks"), blank=True)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("requester's report")
        verbose_name_plural = _("requesters' reports")

    def __str__(self):
        return str(self.assignment_id)
