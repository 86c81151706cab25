from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from centers.models.center import Center
from centers.prefectures import place_name


class Caravan(models.Model):
    """A year in which the association traveled to see centers."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), unique=True)
    visited_count = models.PositiveSmallIntegerField(
        _("centers visited"), help_text=_("As the association reports it.")
    )

    class Meta:
        verbose_name = _("caravan")
        verbose_name_plural = _("caravans")

    def __str__(self):
        return str(self.fiscal_year)


class Leg(models.Model):
    """One journey of a caravan."""

    caravan = models.ForeignKey(
        Caravan, models.CASCADE, related_name="legs", verbose_name=_("caravan")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    starts_date = models.DateField(_("first day"))
    ends_date = models.DateField(_("last day"))
    regions = models.CharField(
        _("regions"), max_length=80, help_text=_("As it was reported, with 、 between.")
    )

    class Meta:
        verbose_name = _("leg of the caravan")
        verbose_name_plural = _("legs of the caravan")
        ordering = ["caravan", "number"]
        constraints = [
            models.UniqueConstraint(name="leg_once_per_caravan", fields=["caravan", "number"]),
            models.CheckConstraint(
                name="leg_ends_on_or_after_its_start",
                condition=Q(ends_date__gte=F("starts_date")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.regions} ({self.starts_date.isoformat()})"

    @property
    def days(self) -> int:
        return (self.ends_date - self.starts_date).days + 1

    @property
    def places(self) -> list[str]:
        """Its regions in the active language."""
        return [place_name(place) for place in self.regions.split("、")]


class Visit(models.Model):
    """A center that was visited on a leg, as a coordinator remembers or finds in the notes."""

    leg = models.ForeignKey(Leg, models.PROTECT, related_name="visits", verbose_name=_("leg"))
    center = models.ForeignKey(
        Center, models.CASCADE, related_name="visits", verbose_name=_("center")
    )

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(
                name="visit_once_per_leg",
                fields=["leg", "center"],
                violation_error_message=_("This center is marked on this leg already."),
            )
        ]

    def __str__(self):
        return f"{self.leg} {self.center}"
