from django.db import models
from django.utils.translation import gettext_lazy as _


class ProgramQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def of_newest_day(self):
        """What the next day is most likely paid from, or None."""
        with_days = self.active().filter(days__isnull=False)
        return with_days.order_by("-days__date", "-days__pk").first()


class Program(models.Model):
    """What a consultation day is paid from, so that its figures can be told apart."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=150)
    funder = models.CharField(_("funder"), max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    def __str__(self):
        return self.name
