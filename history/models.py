from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HistoryIsAppendOnly(Exception):
    """An event was to be changed or deleted."""


class EventQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise HistoryIsAppendOnly

    def delete(self):
        raise HistoryIsAppendOnly


class Event(models.Model):
    """Something that happened to a subject. Written once, never changed.

    The verb is `<app>.<what_happened>`; details hold codes and ids, never names,
    addresses or what somebody wrote. The sentence is made when it is read.
    """

    class ActorRole(models.TextChoices):
        RESIDENT = "resident", _("resident")
        COORDINATOR = "coordinator", _("coordinator")
        EXPERT = "expert", _("expert")
        INTERPRETER = "interpreter", _("interpreter")
        REQUESTER = "requester", _("organization")
        SYSTEM = "system", _("the portal")

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    actor_role = models.CharField(_("who"), max_length=12, choices=ActorRole)
    verb = models.CharField(_("what"), max_length=64)
    details = models.JSONField(_("details"), default=dict, blank=True)
    happened_at = models.DateTimeField(_("when"))

    objects = EventQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.verb} {self.happened_at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise HistoryIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise HistoryIsAppendOnly
