import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from centers.prefectures import PREFECTURES


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


class CenterQuerySet(models.QuerySet):
    def listed(self):
        return self.filter(is_listed=True)

    def in_order(self):
        """As the source has them, which goes from north to south."""
        return self.order_by("position", "pk")

    def protected(self):
        """Those a person has looked at or changed: no import writes over them."""
        return self.filter(Q(verified_on__isnull=False) | Q(is_manual=True))


class Center(models.Model):
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
    days_known = models.BooleanField(
        _("open days are known"),
        default=False,
        help_text=_("Tick it only when the remarks say on which days it is open."),
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
