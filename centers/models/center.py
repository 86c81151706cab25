import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from centers.choices import Age
from centers.prefectures import PREFECTURES
from privacy.links import CapabilityLink, CapabilityLinkQuerySet
from schedules.opening import Opening, Reason
from schedules.opening_text import Reading, read_opening

# A center is asked this often whether its entry is still right (it is a promise of the
# pages: what is older is marked).
ASK_AGAIN_AFTER = timedelta(days=90)
# What nobody has confirmed for a year is not called open.
OLD_AFTER = timedelta(days=365)


class Operator(models.Model):
    """The body that set up one or more centers (設置者): a prefecture, a city, a town."""

    prefecture_code = models.CharField(
        _("prefecture"), max_length=2, choices=list(PREFECTURES.items())
    )
    name = models.CharField(_("name"), max_length=80)
    kana = models.CharField(_("reading in hiragana"), max_length=80, blank=True)
    latin = models.CharField(_("name in Latin letters"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        constraints = [
            models.UniqueConstraint(
                name="operator_once_per_prefecture", fields=["prefecture_code", "name"]
            ),
            models.CheckConstraint(
                name="operator_prefecture_exists",
                condition=Q(prefecture_code__in=list(PREFECTURES)),
            ),
            models.CheckConstraint(name="operator_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return f"{self.name} ({self.prefecture_code})"


class CenterQuerySet(CapabilityLinkQuerySet):
    def listed(self):
        return self.filter(is_listed=True)

    def in_order(self):
        """As the source has them, which goes from north to south."""
        return self.order_by("position", "pk")

    def protected(self):
        """Those a person has looked at or changed: no import writes over them."""
        return self.filter(Q(verified_on__isnull=False) | Q(is_manual=True))

    def of_age(self, age: Age, today: date):
        """The counterpart of `Center.age` in the database."""
        fresh = Q(verified_on__gte=today - ASK_AGAIN_AFTER)
        known = Q(verified_on__gte=today - OLD_AFTER) | Q(
            verified_on__isnull=True, as_of_date__gte=today - OLD_AFTER
        )
        if age == Age.FRESH:
            return self.filter(fresh)
        return self.filter(known).exclude(fresh) if age == Age.AGING else self.exclude(known)

    def overdue(self, today: date):
        """Listed, and nobody has confirmed them for a year; the oldest first."""
        return self.listed().of_age(Age.OLD, today)


class Center(CapabilityLink):
    """One window where foreign residents are advised. Texts are as the source has them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    operator = models.ForeignKey(
        Operator, models.PROTECT, related_name="centers", verbose_name=_("operator")
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200)
    phones_text = models.TextField(
        _("telephone as in the source"),
        blank=True,
        help_text=_("Kept to compare with; people see the numbers below."),
    )
    hours_text = models.TextField(_("opening hours as in the source"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    opening_text = models.TextField(
        _("open days and hours"),
        blank=True,
        max_length=1000,
        help_text=_(
            "As the center told you; it counts instead of the hours and remarks of the source. "
            "A line each, such as 月~金:9:00~12:00、13:00~17:00 · 第2土曜日:10:00~13:00 · "
            "月曜日休み(祝日の場合は翌平日) · 祝日:休み · 年末年始:休み · 2026-12-28:休み · "
            "[vi] 火曜日:13:00~16:00"
        ),
    )
    days_known = models.BooleanField(_("open days are known"), default=False, editable=False)
    languages = models.CharField(
        _("languages"),
        max_length=200,
        blank=True,
        help_text=_("BCP 47 tags with spaces between, such as: ja en vi my."),
    )
    review = models.TextField(
        _("to be looked at"),
        blank=True,
        help_text=_("What the import did not understand. Empty it when it is settled."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    as_of_date = models.DateField(_("as of"), null=True, blank=True)
    verified_on = models.DateField(_("confirmed on"), null=True, blank=True)
    is_listed = models.BooleanField(_("listed"), default=True)
    asked_at = models.DateTimeField(_("asked on"), null=True, editable=False)
    # A person has changed it: imports leave it as it is.
    is_manual = models.BooleanField(_("changed by hand"), default=False, editable=False)
    changed_at = models.DateTimeField(_("changed"), editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = CenterQuerySet.as_manager()

    class Meta:
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        constraints = [
            models.UniqueConstraint(
                name="center_once_per_name_and_address",
                fields=["operator", "name", "address"],
                violation_error_message=_("This center is here already."),
            ),
            models.CheckConstraint(
                name="center_has_name_and_address", condition=~Q(name="") & ~Q(address="")
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.address})"

    def clean(self):
        super().clean()
        if pieces := self.not_understood if self.opening_text else ():
            text = gettext("This was not understood: %(pieces)s") % {"pieces": " / ".join(pieces)}
            raise ValidationError({"opening_text": text})

    def save(self, *args, **kwargs):
        if not self.link_digest:
            self.set_link_digest()
        super().save(*args, **kwargs)

    @property
    def reading(self) -> Reading:
        """Its hours as far as they are understood."""
        if self.opening_text:
            return read_opening(self.opening_text, tell_days=True)
        return read_opening(self.hours_text, self.remarks)

    @property
    def not_understood(self) -> tuple[str, ...]:
        return self.reading.not_understood

    @property
    def hours_written(self) -> str:
        """The hours in the words of whoever wrote them last."""
        return self.opening_text or self.hours_text

    @property
    def known_on(self) -> date | None:
        """The last day for which somebody says that this was so."""
        return self.verified_on or self.as_of_date

    def age(self, today: date) -> Age:
        if self.verified_on and self.verified_on >= today - ASK_AGAIN_AFTER:
            return Age.FRESH
        if self.known_on and self.known_on >= today - OLD_AFTER:
            return Age.AGING
        return Age.OLD

    def opening(self, today: date) -> Opening:
        """When it is open; what is old is not certain."""
        opening = self.reading.opening
        if self.age(today) == Age.OLD:
            return replace(opening, doubt=Reason.OLD)
        return opening

    @property
    def numbers(self) -> list["Phone"]:
        """Its telephone numbers in their order."""
        if not hasattr(self, "_numbers"):
            self._numbers = list(self.phones.order_by("position", "pk"))
        return self._numbers

    @numbers.setter
    def numbers(self, phones: list["Phone"]):
        """Whoever reads many centers brings their numbers along."""
        self._numbers = phones

    @property
    def spoken(self) -> frozenset[str]:
        """The languages it is known for, by tag, its numbers' included."""
        texts = [self.languages, *(phone.languages for phone in self.numbers)]
        return frozenset(tag for text in texts for tag in text.split())

    def note_days(self):
        """Keep what the hours say of the days; call it when they change."""
        self.days_known = bool(self.opening_text) and self.reading.opening.days_known

    def confirm(self, on: date, at: datetime):
        """Somebody has asked the center, and everything is still right."""
        self.verified_on = on
        self.changed_at = at
        self.version += 1
        self.save(update_fields=["verified_on", "changed_at", "version"])


class Phone(models.Model):
    """One telephone number of a center, with what the source says about it."""

    center = models.ForeignKey(
        Center, models.CASCADE, related_name="phones", verbose_name=_("center")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    number = models.CharField(_("number"), max_length=20)
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    label = models.CharField(_("label"), max_length=60, blank=True)
    languages = models.CharField(
        _("languages"),
        max_length=60,
        blank=True,
        help_text=_("BCP 47 tags with spaces between, when this number is for them."),
    )

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        constraints = [
            models.UniqueConstraint(
                name="phone_once_per_center", fields=["center", "number", "extension"]
            ),
            models.CheckConstraint(name="phone_has_a_number", condition=~Q(number="")),
        ]

    def __str__(self):
        return self.number
