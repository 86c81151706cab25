from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessLogIsAppendOnly(Exception):
    """An entry of the access log was to be changed or deleted."""


class AccessLogQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AccessLogIsAppendOnly

    def delete(self):
        raise AccessLogIsAppendOnly


class AccessLog(models.Model):
    """Who opened whose data, when and what for. It never holds what was read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="accesses",
        verbose_name=_("user"),
    )
    subject = models.CharField(
        _("subject"),
        max_length=100,
        db_index=True,  # "who looked at this person" asks by it
        help_text=_("Kind and key, for example cases.Resident:<key>."),
    )
    purpose = models.CharField(_("purpose"), max_length=40)
    happened_at = models.DateTimeField(_("when"), db_index=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        default_permissions = ["view"]

    def __str__(self):
        return f"{self.subject} {self.purpose} {self.happened_at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AccessLogIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AccessLogIsAppendOnly
