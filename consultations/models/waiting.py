import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_coordinator
from cases.models import Case
from consultations.choices import ON_THE_LIST, WAITING_TRANSITIONS, WaitingStatus
from consultations.models.booking import Booking, TransitionNotAllowed
from consultations.models.day import Slot
from consultations.models.expert import TopicExpertKind
from privacy.fields import EncryptedTextField
from privacy.links import CapabilityLink, CapabilityLinkQuerySet

# Of a booking.
ENCRYPTED = ("language_variety", "message", "room_url", "takeaways")


class WaitingEntryQuerySet(CapabilityLinkQuerySet):
    def on_the_list(self):
        return self.filter(status__in=ON_THE_LIST)

    def waiting(self):
        return self.filter(status=WaitingStatus.WAITING)

    def offered(self):
        return self.filter(status=WaitingStatus.OFFERED)

    def in_line(self):
        """Those who are offered a time: one entry of an address or number at a time."""
        return self.waiting().exclude(same_as__status__in=ON_THE_LIST)

    def fitting(self, slot):
        """Whose topic the slot's expert may take, and who has not said no to it."""
        topics = TopicExpertKind.objects.filter(expert_kind=slot.expert.kind).values("topic")
        return self.filter(case__primary_topic__in=topics).exclude(declined_slots=slot)

    def in_order_for(self, slot):
        """Who stands by for the slot, then in order."""
        stands_by = Q(standby_slot=slot)
        return self.alias(is_ready=models.Case(models.When(stands_by, then=0), default=1)).order_by(
            "is_ready", "-is_first", "joined_at", "pk"
        )

    def in_order(self):
        """Whom the other side has let down first, then who came first."""
        return self.order_by("-is_first", "joined_at", "pk")

    def visible_to(self, user):
        """The one door: coordinators see all, nobody else any."""
        return self if is_coordinator(user) else self.none()

    def with_story(self):
        """All that a page or a letter says, in one query."""
        return self.select_related(
            "case__resident",
            "case__primary_topic",
            "slot__expert",
            "slot__day",
            "standby_slot",
            "replaces__slot",
        )

    def sealed(self):
        """Without what is encrypted; whoever shows it writes the access log."""
        return self.defer(
            "payload",
            "case__resident__nickname",
            "case__resident__email",
            "case__resident__phone",
            "case__resident__language_note",
            *(f"replaces__{name}" for name in ENCRYPTED),
        )


class WaitingEntry(CapabilityLink):
    """Somebody who wants to be told when a time for their topic is free.

    A free slot is offered to one person at a time and held for them until `claim_until`.
    """

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="waiting_entries", verbose_name=_("case")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=WaitingStatus, default=WaitingStatus.WAITING
    )
    # Their appointment fell out, and not because of them.
    is_first = models.BooleanField(_("first in line"), default=False)
    # The answers that make a booking of it, as JSON.
    payload = EncryptedTextField(default="{}", editable=False)
    slot = models.ForeignKey(
        Slot,
        models.PROTECT,
        related_name="offers",
        verbose_name=_("offered slot"),
        null=True,
        blank=True,
    )
    offered_at = models.DateTimeField(_("offered"), null=True, blank=True)
    claim_until = models.DateTimeField(_("to be taken until"), null=True, blank=True)
    # The slot that may become free at the last moment: "keep yourself ready".
    standby_slot = models.ForeignKey(
        Slot,
        models.PROTECT,
        related_name="standbys",
        verbose_name=_("standing by for"),
        null=True,
        blank=True,
    )
    # Raised by every offer, so that each has letters of its own.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    joined_at = models.DateTimeField(_("on the list since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    draft_key = models.UUIDField(null=True, unique=True, editable=False)
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Joined again with the same address or number. It looks like any other entry, so that
    # nobody learns of the first one, and is offered nothing while that is on the list.
    same_as = models.ForeignKey(
        "self", models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    declined_slots = models.ManyToManyField(
        Slot, related_name="+", verbose_name=_("times that do not suit"), blank=True
    )
    network = models.CharField(max_length=64, blank=True, editable=False)
    replaces = models.OneToOneField(
        Booking,
        models.PROTECT,
        related_name="waiting_entry",
        verbose_name=_("instead of the booking"),
        null=True,
        blank=True,
    )
    booking = models.OneToOneField(
        Booking,
        models.PROTECT,
        related_name="came_from",
        verbose_name=_("booking"),
        null=True,
        blank=True,
    )

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting person")
        verbose_name_plural = _("waiting list")
        constraints = [
            # A slot is offered to one person at a time.
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(status=WaitingStatus.OFFERED),
                name="waiting_one_offer_for_a_slot",
            ),
            models.UniqueConstraint(
                fields=["contact_digest"],
                condition=Q(status__in=ON_THE_LIST, same_as__isnull=True) & ~Q(contact_digest=""),
                name="waiting_once_for_a_contact",
            ),
            models.CheckConstraint(
                name="waiting_is_offered_exactly_with_a_slot_and_an_end",
                condition=Q(
                    status=WaitingStatus.OFFERED, slot__isnull=False, claim_until__isnull=False
                )
                | ~Q(status=WaitingStatus.OFFERED) & Q(slot__isnull=True, claim_until__isnull=True),
            ),
            models.CheckConstraint(
                name="waiting_is_taken_exactly_with_a_booking",
                condition=Q(status=WaitingStatus.TAKEN, booking__isnull=False)
                | ~Q(status=WaitingStatus.TAKEN) & Q(booking__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_first", "joined_at"],
                name="waiting_in_order",
                condition=Q(status=WaitingStatus.WAITING),
            ),
        ]

    def __str__(self):
        return str(self.case)

    @property
    def key(self):
        """How notices name this entry."""
        return f"waiting:{self.pk}"

    @property
    def is_on_the_list(self):
        return self.status in ON_THE_LIST

    @property
    def answers(self) -> dict:
        return json.loads(self.payload)

    def offer(self, slot, *, at, claim_until):
        self._step_to(WaitingStatus.OFFERED)
        self.slot, self.offered_at, self.claim_until = slot, at, claim_until
        self.standby_slot = None
        self.revision += 1
        self._save()

    def wait_again(self):
        """The offer was declined or fell out; or the person comes back to the list."""
        self._step_to(WaitingStatus.WAITING)
        self._drop_offer()
        self.ended_at = None
        self._save()

    def take(self, booking, *, at):
        self._step_to(WaitingStatus.TAKEN)
        self._drop_offer()
        self.booking, self.ended_at, self.standby_slot = booking, at, None
        self._save()

    def expire(self, *, at):
        self._step_to(WaitingStatus.EXPIRED)
        self._drop_offer()
        self.ended_at, self.standby_slot = at, None
        self._save()

    def leave(self, *, at):
        self._step_to(WaitingStatus.LEFT)
        self._drop_offer()
        self.ended_at, self.standby_slot = at, None
        self._save()

    def stand_by(self, slot):
        self.standby_slot = slot
        self.save(update_fields=["standby_slot"])

    def stand_behind(self, other):
        """The same person has another entry on the list."""
        self.same_as = other
        self.save(update_fields=["same_as"])

    def go_first(self):
        self.is_first = True
        self.save(update_fields=["is_first"])

    def erase(self):
        self.payload, self.contact_digest, self.network = "{}", "", ""
        self.draft_key = None
        self.save(update_fields=["payload", "contact_digest", "network", "draft_key"])
        self.revoke_link()

    def _drop_offer(self):
        self.slot = self.claim_until = None

    def _step_to(self, status):
        if status not in WAITING_TRANSITIONS[self.status]:
            raise TransitionNotAllowed(f"{self}: {self.status} to {status}")
        self.status = status

    def _save(self):
        self.save(
            update_fields=[
                "status",
                "slot",
                "offered_at",
                "claim_until",
                "standby_slot",
                "revision",
                "ended_at",
                "booking",
            ]
        )
