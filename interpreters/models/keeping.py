"""What people keep for themselves: a form half filled in, the address of a calendar."""

import json
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from interpreters.models.interpreter import Interpreter
from privacy.fields import EncryptedTextField
from privacy.links import CapabilityLink, CapabilityLinkQuerySet


class RequestDraftQuerySet(models.QuerySet):
    def kept_before(self, moment: datetime):
        return self.filter(saved_at__lt=moment)


class RequestDraft(models.Model):
    """A request that somebody has begun to write: one for each person."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("user"),
    )
    # The fields of the form as they were sent, in JSON.
    payload = EncryptedTextField()
    saved_at = models.DateTimeField(_("saved"))

    objects = RequestDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a request")
        verbose_name_plural = _("drafts of requests")

    def __str__(self):
        return str(self.user_id)

    @property
    def answers(self) -> dict[str, list[str]]:
        return json.loads(self.payload)


class CalendarFeed(CapabilityLink):
    """Where the calendar program of an interpreter looks. A new address ends the old one."""

    interpreter = models.OneToOneField(
        Interpreter, models.CASCADE, related_name="feed", verbose_name=_("interpreter")
    )

    objects = CapabilityLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self):
        return str(self.interpreter_id)
