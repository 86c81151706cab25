import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.choices import ContactChannel, Discretion, Reminders, SafeHours
from privacy.digests import lookup_digest
from privacy.fields import EncryptedTextField


class Resident(models.Model):
    """A person who asks for help, and the plan for reaching them safely.

    A nickname is enough. Names, addresses and numbers are encrypted; an address
    or number is found by its digest alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nickname = EncryptedTextField(_("nickname"))
    speaking_language = models.ForeignKey(
        "taxonomy.Language", models.PROTECT, related_name="+", verbose_name=_("speaks")
    )
    second_language = models.ForeignKey(
        "taxonomy.Language",
        models.PROTECT,
        related_name="+",
        verbose_name=_("also speaks"),
        null=True,
        blank=True,
    )
    reading_language = models.CharField(_("reads"), max_length=12)
    channel = models.CharField(_("reached by"), max_length=8, choices=ContactChannel)
    email = EncryptedTextField(_("e-mail"), blank=True)
    email_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    phone = EncryptedTextField(_("telephone"), blank=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    discretion = models.CharField(
        _("others may see or hear it"),
        max_length=8,
        choices=Discretion,
        default=Discretion.UNSURE,
    )
    safe_hours = models.JSONField(_("safe hours for a call"), default=list, blank=True)
    reminders = models.CharField(
        _("reminders"), max_length=12, choices=Reminders, default=Reminders.ALL
    )
    # A name of the tz database; empty is Japan.
    time_zone = models.CharField(_("time zone abroad"), max_length=40, blank=True)
    # The language in the person's own words, when the list does not have it.
    language_note = EncryptedTextField(_("language in own words"), blank=True)
    created_at = models.DateTimeField(_("created"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.CheckConstraint(
                name="resident_reached_by_email_has_one",
                condition=~Q(channel=ContactChannel.EMAIL) | ~Q(email_digest=""),
            ),
            models.CheckConstraint(
                name="resident_reached_by_phone_has_one",
                condition=~Q(channel=ContactChannel.PHONE) | ~Q(phone_digest=""),
            ),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def key(self):
        """How notices name this person."""
        return f"resident:{self.id}"

    @property
    def is_discreet(self):
        """Discreet unless the person said that nobody else sees it."""
        return self.discretion != Discretion.PRIVATE

    @property
    def zone(self):
        """The time zone the person lives by."""
        return self.time_zone or "Asia/Tokyo"

    @property
    def safe_hours_labels(self):
        return [SafeHours(hours).label for hours in self.safe_hours]

    def set_contact(self, *, email: str, phone: str):
        """Take over a normalized address and number with their digests; saves nothing."""
        self.email, self.email_digest = email, lookup_digest(email, "email")
        self.phone, self.phone_digest = phone, lookup_digest(phone, "phone")

    def change_contact(
        self, *, channel: str, email: str, phone: str, discretion: str, safe_hours: list[str]
    ):
        """Another plan for reaching the person; address and number are normalized."""
        self.channel, self.discretion, self.safe_hours = channel, discretion, safe_hours
        self.set_contact(email=email, phone=phone)
        self.save(
            update_fields=[
                "channel",
                "discretion",
                "safe_hours",
                "email",
                "email_digest",
                "phone",
                "phone_digest",
            ]
        )

    def erase(self, *, at):
        """Forget the person; what stays says only that there was somebody."""
        self.nickname = self.language_note = self.time_zone = ""
        self.channel, self.safe_hours, self.reminders = ContactChannel.NONE, [], Reminders.NONE
        self.set_contact(email="", phone="")
        self.erased_at = at
        self.save()
