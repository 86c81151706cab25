from django.conf import settings
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_coordinator
from cases.models import Case, CaseEvent
from consultations.choices import (
    BOOKING_TRANSITIONS,
    OCCUPYING_STATUSES,
    OPEN_STATUSES,
    BookingSource,
    BookingStatus,
    CanceledBy,
    ConsentGiven,
    ForWhom,
    GenderWish,
    InterpreterWish,
    Mode,
    NoShowParty,
    SessionOutcome,
)
from consultations.models.day import Slot
from privacy.fields import EncryptedTextField
from privacy.links import CapabilityLink, CapabilityLinkQuerySet


class TransitionNotAllowed(Exception):
    """The booking cannot go from its present status to the one asked for."""


# What was said and seen of one time is worth nothing for another.
ATTENDANCE = (
    "attendance_confirmed_at",
    "resident_joined_at",
    "expert_joined_at",
    "interpreter_joined_at",
    "help_asked_at",
)


# That somebody has come changes nothing for whoever is about to act.
ARRIVAL = "consultations.checked_in"


def changes_of(case):
    """What has happened to a case that others must know of, the newest first."""
    return CaseEvent.objects.filter(case=case).exclude(verb=ARRIVAL).order_by("-pk")


class BookingQuerySet(CapabilityLinkQuerySet):
    def open(self):
        return self.filter(status__in=OPEN_STATUSES)

    def held(self):
        return self.filter(status=BookingStatus.HELD)

    def occupying(self):
        """Those that keep their slot from everybody else."""
        return self.filter(status__in=OCCUPYING_STATUSES)

    def without_outcome(self, now):
        """Sessions that are over and nobody has said how they went."""
        return self.filter(status=BookingStatus.CONFIRMED, slot__ends_at__lte=now)

    def visible_to(self, user):
        """The one door: coordinators see all, an expert those of own slots."""
        if is_coordinator(user):
            return self
        return self.filter(slot__expert__account=user) if user.is_authenticated else self.none()

    def with_story(self):
        """All that a page or a letter about a booking says, in one query."""
        return self.select_related("slot__day", "slot__expert", "case__resident")

    def sealed(self):
        """Without what is encrypted; whoever shows it writes the access log."""
        return self.defer(
            "language_variety",
            "message",
            "room_url",
            "takeaways",
            "case__resident__language_note",
            "case__resident__nickname",
            "case__resident__email",
            "case__resident__phone",
        )

    def for_desk(self):
        """What coordinators see without asking for more, in one query.

        `has_room` says whether a room link is kept. `last_event_id` is the last line of
        the case's history: whether something has happened since can be told by it.
        """
        last_event = changes_of(OuterRef("case"))
        has_room = ExpressionWrapper(Q(room_length__gt=0), output_field=BooleanField())
        return (
            self.with_story()
            .select_related(
                "case__owner",
                "case__primary_topic",
                "case__resident__speaking_language",
                "case__resident__second_language",
            )
            .sealed()
            .alias(room_length=Length("room_url"))
            .annotate(has_room=has_room, last_event_id=Subquery(last_event.values("pk")[:1]))
        )

    def without_room(self):
        return self.alias(length_of_room=Length("room_url")).filter(length_of_room=0)


class Booking(CapabilityLink):
    """One consultation of one case in one slot.

    `held` means one thing: an interpreter is being sought, until `decide_by`.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="bookings", verbose_name=_("case"))
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings", verbose_name=_("slot"))
    status = models.CharField(_("status"), max_length=12, choices=BookingStatus)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    draft_key = models.UUIDField(null=True, unique=True, editable=False)
    source = models.CharField(_("source"), max_length=8, choices=BookingSource)
    mode = models.CharField(_("how to talk"), max_length=8, choices=Mode)
    for_whom = models.CharField(_("for whom"), max_length=8, choices=ForWhom, default=ForWhom.SELF)
    organization = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        verbose_name=_("booked by the organization"),
        null=True,
        blank=True,
    )
    attends_at_organization = models.BooleanField(_("attends from their desk"), default=False)
    # What looks for the interpreter; another one when the first came to its end.
    interpreter_request = models.OneToOneField(
        "interpreters.InterpreterRequest",
        models.PROTECT,
        related_name="booking",
        verbose_name=_("request for an interpreter"),
        null=True,
        blank=True,
    )
    interpreter_wish = models.CharField(_("interpreter"), max_length=12, choices=InterpreterWish)
    language_variety = EncryptedTextField(_("variety or dialect"), blank=True)
    gender_wish = models.CharField(
        _("interpreter's gender"), max_length=8, choices=GenderWish, default=GenderWish.ANY
    )
    not_from_community = models.BooleanField(_("nobody from the own community"), default=False)
    message = EncryptedTextField(_("message"), blank=True)
    room_url = EncryptedTextField(_("room link"), blank=True)
    decide_by = models.DateTimeField(_("decide by"), null=True, blank=True)
    booked_at = models.DateTimeField(_("booked"))
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
        null=True,
        blank=True,
    )
    consent_version = models.CharField(_("consent text"), max_length=16)
    consent_language = models.CharField(_("consent language"), max_length=12)
    consent_given = models.CharField(
        _("how consent was given"), max_length=8, choices=ConsentGiven, default=ConsentGiven.SELF
    )
    # Of the address or number the person is reached by; empty where a coordinator booked.
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Where it was booked, as a digest with the key of that day; wiped when the day is over.
    network = models.CharField(max_length=64, blank=True, editable=False)
    # Which of the few bookings a network may make on its word (see services/limits.py).
    network_seat = models.PositiveSmallIntegerField(null=True, editable=False)
    attendance_confirmed_at = models.DateTimeField(_("said “I will come”"), null=True, blank=True)
    resident_joined_at = models.DateTimeField(_("resident is there"), null=True, blank=True)
    expert_joined_at = models.DateTimeField(_("expert is there"), null=True, blank=True)
    interpreter_joined_at = models.DateTimeField(_("interpreter is there"), null=True, blank=True)
    help_asked_at = models.DateTimeField(_("said “I cannot connect”"), null=True, blank=True)
    # What was said, for the resident to read again: three lines at most.
    takeaways = EncryptedTextField(_("what was said, in three lines"), blank=True)
    canceled_by = models.CharField(_("canceled by"), max_length=12, choices=CanceledBy, blank=True)
    no_show_party = models.CharField(
        _("who did not come"), max_length=12, choices=NoShowParty, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=SessionOutcome, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            # Decides every race for a slot.
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(status__in=OCCUPYING_STATUSES),
                name="booking_one_for_a_slot",
            ),
            # One open booking for an address or number.
            models.UniqueConstraint(
                fields=["contact_digest"],
                condition=Q(status__in=OPEN_STATUSES) & ~Q(contact_digest=""),
                name="booking_one_open_for_a_contact",
            ),
            models.UniqueConstraint(
                fields=["network", "network_seat"],
                condition=Q(status__in=OPEN_STATUSES, network_seat__isnull=False),
                name="booking_one_for_a_seat_of_a_network",
            ),
            models.CheckConstraint(
                name="booking_is_held_exactly_with_a_deadline",
                condition=Q(status=BookingStatus.HELD, decide_by__isnull=False)
                | ~Q(status=BookingStatus.HELD) & Q(decide_by__isnull=True),
            ),
            models.CheckConstraint(
                name="booking_canceled_by_somebody",
                condition=Q(status=BookingStatus.CANCELED) & ~Q(canceled_by="")
                | ~Q(status=BookingStatus.CANCELED) & Q(canceled_by=""),
            ),
            models.CheckConstraint(
                name="booking_no_show_names_the_party",
                condition=Q(status=BookingStatus.NO_SHOW) & ~Q(no_show_party="")
                | ~Q(status=BookingStatus.NO_SHOW) & Q(no_show_party=""),
            ),
            models.CheckConstraint(
                name="booking_completed_has_an_outcome",
                condition=Q(status=BookingStatus.COMPLETED) & ~Q(outcome="")
                | ~Q(status=BookingStatus.COMPLETED) & Q(outcome=""),
            ),
        ]
        indexes = [
            # The board: what is still open.
            models.Index(fields=["decide_by"], name="booking_held", condition=Q(status="held")),
            models.Index(fields=["network"], name="booking_by_network", condition=~Q(network="")),
        ]

    def __str__(self):
        return str(self.case)

    @property
    def key(self):
        """How notices name this booking."""
        return f"booking:{self.pk}"

    @property
    def is_open(self):
        return self.status in OPEN_STATUSES

    @property
    def wants_interpreter(self):
        return self.interpreter_wish == InterpreterWish.WANTED

    def confirm(self):
        self._step_to(BookingStatus.CONFIRMED)
        self.decide_by = None
        self.save(update_fields=["status", "decide_by"])

    def hold_again(self, *, decide_by):
        """The interpreter dropped out: sought again, told again."""
        self._step_to(BookingStatus.HELD)
        self.decide_by = decide_by
        self.revision += 1
        self.save(update_fields=["status", "decide_by", "revision"])

    def move_to(self, slot, *, decide_by=None):
        """Another slot, the same booking. With a deadline an interpreter is sought anew."""
        if not self.is_open:
            raise TransitionNotAllowed(f"{self}: {self.status} cannot be moved")
        self.slot = slot
        self.status = BookingStatus.HELD if decide_by else BookingStatus.CONFIRMED
        self.decide_by = decide_by
        self.room_url = ""
        self.revision += 1
        self._forget_attendance()
        self.save(
            update_fields=["slot", "status", "decide_by", "room_url", "revision", *ATTENDANCE]
        )

    def cancel(self, *, canceled_by, at):
        self._step_to(BookingStatus.CANCELED)
        self.canceled_by, self.ended_at, self.decide_by = canceled_by, at, None
        self.save(update_fields=["status", "canceled_by", "ended_at", "decide_by"])

    def expire(self, *, at):
        self._step_to(BookingStatus.EXPIRED)
        self.ended_at, self.decide_by = at, None
        self.save(update_fields=["status", "ended_at", "decide_by"])

    def complete(self, *, outcome, at):
        self._step_to(BookingStatus.COMPLETED)
        self.outcome, self.ended_at = outcome, at
        self.save(update_fields=["status", "outcome", "ended_at"])

    def miss(self, *, party, at):
        self._step_to(BookingStatus.NO_SHOW)
        self.no_show_party, self.ended_at = party, at
        self.save(update_fields=["status", "no_show_party", "ended_at"])

    def revoke_link(self):
        """The browser that booked loses the page with the code, like every other."""
        super().revoke_link()
        self.draft_key = None
        self.save(update_fields=["draft_key"])

    def put_interpreter_request(self, request):
        self.interpreter_request = request
        self.save(update_fields=["interpreter_request"])

    def seek_on(self, *, decide_by):
        """What was wished for has changed, and with it the time until which somebody is sought."""
        if self.status != BookingStatus.HELD:
            raise TransitionNotAllowed(f"{self}: {self.status} seeks nobody")
        self.decide_by = decide_by
        self.revision += 1
        self.save(update_fields=["decide_by", "revision", "mode"])

    def do_without_interpreter(self):
        """The resident comes without: the time is sure."""
        self._step_to(BookingStatus.CONFIRMED)
        self.interpreter_wish, self.decide_by = InterpreterWish.NOT_NEEDED, None
        self.save(update_fields=["status", "interpreter_wish", "decide_by"])

    def put_room(self, url):
        if self.case.resident.erased_at:
            return
        self.room_url = url
        self.save(update_fields=["room_url"])

    def confirm_attendance(self, *, at):
        self.attendance_confirmed_at = at
        self.save(update_fields=["attendance_confirmed_at"])

    def check_in(self, side, *, at):
        """The first arrival of a side: resident, expert or interpreter."""
        name = f"{side}_joined_at"
        if getattr(self, name) is None:
            setattr(self, name, at)
            self.save(update_fields=[name])

    def ask_for_help(self, *, at):
        self.help_asked_at = at
        self.save(update_fields=["help_asked_at"])

    def put_contact_digest(self, digest):
        """IntegrityError when another open booking is counted by it."""
        self.contact_digest = digest
        self.save(update_fields=["contact_digest"])

    def put_takeaways(self, text):
        """Nothing is written down any more for who has had everything deleted."""
        if self.case.resident.erased_at:
            return
        self.takeaways = text
        self.save(update_fields=["takeaways"])

    def erase(self):
        """Forget what the person wrote and who reaches this by a link."""
        self.language_variety = self.message = self.room_url = self.takeaways = ""
        self.contact_digest = self.network = ""
        self.network_seat = None
        if self.interpreter_request_id:
            self.interpreter_request.erase()
        self.save(
            update_fields=[
                "language_variety",
                "message",
                "room_url",
                "takeaways",
                "contact_digest",
                "network",
                "network_seat",
            ]
        )
        self.revoke_link()

    def _forget_attendance(self):
        for name in ATTENDANCE:
            setattr(self, name, None)

    def _step_to(self, status):
        if status not in BOOKING_TRANSITIONS[self.status]:
            raise TransitionNotAllowed(f"{self}: {self.status} to {status}")
        self.status = status
