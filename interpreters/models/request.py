from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_coordinator
from history.models import Event
from interpreters.choices import (
    REQUEST_STEPS,
    GenderWish,
    Modality,
    Origin,
    Purpose,
    RequestStatus,
)
from interpreters.places import AgeBand, ClientGender, Place, Setting
from privacy.fields import EncryptedTextField


class StepNotAllowed(Exception):
    """It cannot go from its present status to the one asked for."""


class InterpreterRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Coordinators see every request, members those of their approved organizations."""
        if is_coordinator(user):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            organization__memberships__user=user, organization__approved_at__isnull=False
        ).distinct()

    def with_words(self, names: Iterable[str] = ()):
        """Those of which something is kept in words; encrypted, so only the length is asked."""
        lengths = {f"length_of_{name}": Length(name) for name in names or WORDS}
        has_words = Q()
        for alias in lengths:
            has_words |= Q(**{f"{alias}__gt": 0})
        return self.alias(**lengths).filter(has_words)

    def sealed(self):
        """Without what is encrypted; whoever shows it writes the access log."""
        return self.defer(*WORDS)

    def of_dispatch(self):
        """Those that the published figures count."""
        return self.filter(origin=Origin.DISPATCH)

    def open(self):
        return self.filter(
            status__in=[
                RequestStatus.SUBMITTED,
                RequestStatus.SCREENING,
                RequestStatus.SEARCHING,
                RequestStatus.ASSIGNED,
                RequestStatus.IN_PROGRESS,
                RequestStatus.AWAITING_REPORTS,
            ]
        )


class InterpreterRequest(models.Model):
    """Somebody who interprets is needed, in one language, at one time.

    A public body asks, or a consultation waits for one (`origin`). Several languages are
    several requests with one `group`. There is no field to name an interpreter: they
    cannot be chosen by whoever asks (terms of use).
    """

    origin = models.CharField(
        _("for"), max_length=12, choices=Origin, default=Origin.DISPATCH, editable=False
    )
    reference = models.CharField(_("reference"), max_length=8, unique=True)
    group = models.UUIDField(_("asked together"), null=True, blank=True, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="interpreter_requests",
        verbose_name=_("organization"),
        null=True,
        blank=True,
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("status"), max_length=16, choices=RequestStatus, default=RequestStatus.SUBMITTED
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    language = models.ForeignKey(
        "taxonomy.Language", models.PROTECT, related_name="+", verbose_name=_("language")
    )
    # A resident may have typed it.
    variety = EncryptedTextField(_("variety or dialect"), blank=True)
    needs_script = models.BooleanField(_("must read the script"), default=False)
    modality = models.CharField(
        _("modality"), max_length=8, choices=Modality, default=Modality.SPOKEN
    )
    setting = models.CharField(_("setting"), max_length=16, choices=Setting)
    purpose = models.CharField(_("what is interpreted"), max_length=12, choices=Purpose)
    place = models.CharField(_("how"), max_length=8, choices=Place, default=Place.ON_SITE)
    topic = models.ForeignKey(
        "taxonomy.Topic", models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    # Told to the interpreter step by step: the area with the offer, the place when it is sure.
    area = models.CharField(_("ward or city"), max_length=40, blank=True)
    address = EncryptedTextField(_("place and nearest station"), blank=True)
    # How to join: shown to whoever goes, from shortly before.
    joining = EncryptedTextField(_("online link"), blank=True)
    department = models.CharField(_("department"), max_length=80, blank=True)
    contact_name = EncryptedTextField(_("contact person"), blank=True)
    contact_phone = EncryptedTextField(_("telephone on the day"), blank=True)
    outline = EncryptedTextField(_("outline"), blank=True)
    safety_note = EncryptedTextField(_("to keep in mind"), blank=True)
    people_present = models.PositiveSmallIntegerField(_("people present"), null=True, blank=True)
    client_gender = models.CharField(
        _("client's gender"), max_length=8, choices=ClientGender, blank=True
    )
    client_age_band = models.CharField(
        _("client's age"), max_length=16, choices=AgeBand, blank=True
    )
    not_from_community = models.BooleanField(_("nobody from the own community"), default=False)
    accepts_relay = models.BooleanField(_("two interpreters in a row will do"), default=False)
    gender_wish = models.CharField(
        _("interpreter's gender"), max_length=8, choices=GenderWish, default=GenderWish.ANY
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    # Other times that would do, as ISO pairs; the first is the two fields above.
    candidates = models.JSONField(_("other times"), default=list, blank=True)
    terms_version = models.CharField(_("terms accepted"), max_length=10)
    terms_accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    revision = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = InterpreterRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for an interpreter")
        verbose_name_plural = _("requests for interpreters")
        indexes = [models.Index(fields=["status", "starts_at"], name="request_queue")]
        constraints = [
            models.CheckConstraint(
                name="request_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be later than the beginning."),
            ),
            models.CheckConstraint(
                name="request_status_exists", condition=Q(status__in=RequestStatus.values)
            ),
            models.CheckConstraint(
                name="request_refused_with_a_reason",
                condition=~Q(status__in=[RequestStatus.OUT_OF_SCOPE, RequestStatus.UNFILLED])
                | ~Q(reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.reference[:4]}-{self.reference[4:]}"

    @property
    def key(self):
        """How notices name this request."""
        return f"request:{self.pk}"

    @property
    def is_dispatch(self) -> bool:
        return self.origin == Origin.DISPATCH

    @property
    def is_on_site(self) -> bool:
        return self.place == Place.ON_SITE

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at

    def step(self, status: RequestStatus, *, reason: str = ""):
        """Raises StepNotAllowed; saves the status, the reason and the version."""
        if status not in REQUEST_STEPS[self.status]:
            raise StepNotAllowed(f"{self.status} to {status}")
        self.status, self.reason = status, reason
        self.version += 1
        self.save(update_fields=["status", "reason", "version"])

    def put_joining(self, text: str):
        self.joining = text
        self.save(update_fields=["joining"])

    def erase(self):
        """Forget what somebody wrote, and whom to call; what is counted stays."""
        for name in WORDS:
            setattr(self, name, "")
        self.save(update_fields=WORDS)

    def is_cancelable(self, now: datetime) -> bool:
        """Never once somebody is on site (terms of use)."""
        return RequestStatus.CANCELED in REQUEST_STEPS[self.status]


# Encrypted, and gone when its time is over.
WORDS = [
    *("variety", "address", "joining", "contact_name", "contact_phone", "outline"),
    "safety_note",
]


class RequestEvent(Event):
    request = models.ForeignKey(
        InterpreterRequest, models.PROTECT, related_name="events", verbose_name=_("request")
    )

    class Meta:
        verbose_name = _("history of a request")
        verbose_name_plural = _("history of requests")
        ordering = ["happened_at", "pk"]


class Refusal(models.Model):
    """A request that the terms of use refused at once: counted, and nothing of it kept."""

    term = models.CharField(_("term"), max_length=32)
    language = models.ForeignKey(
        "taxonomy.Language", models.PROTECT, related_name="+", verbose_name=_("language")
    )
    setting = models.CharField(_("setting"), max_length=16, choices=Setting)
    happened_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("refusal by the terms")
        verbose_name_plural = _("refusals by the terms")

    def __str__(self):
        return self.term
