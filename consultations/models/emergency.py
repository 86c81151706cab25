from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.emergency import DESCRIPTIONS


class EmergencyLineQuerySet(models.QuerySet):
    def never_checked(self):
        return self.filter(is_published=True, checked_on=None)


class EmergencyLine(models.Model):
    """A number on the page "In danger now". Numbers are data: they change.

    What a line is for stands in `consultations/emergency.py` by its code, in every
    language; a line added later brings its own words in Japanese and English.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    number = models.CharField(_("telephone"), max_length=20)
    description_ja = models.CharField(_("description in Japanese"), max_length=200, blank=True)
    description_en = models.CharField(_("description in English"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200)
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day somebody last called or looked the number up."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_published = models.BooleanField(_("published"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = EmergencyLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency line")
        verbose_name_plural = _("emergency lines")

    def __str__(self):
        return f"{self.name} {self.number}"

    def mark_checked(self, on):
        self.checked_on = on
        self.version += 1
        self.save(update_fields=["checked_on", "version"])

    @property
    def description(self):
        return DESCRIPTIONS.get(self.code) or self.description_en or self.description_ja
