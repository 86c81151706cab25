"""What people keep for themselves: a form half filled in, the address of a calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from interpreters.models.interpreter import Interpreter
from privacy.kept_forms import KeptForm
from privacy.links import CapabilityLink, CapabilityLinkQuerySet


class RequestDraft(KeptForm):
    """A request that somebody has begun to write: one for each person."""

    class Meta:
        verbose_name = _("draft of a request")
        verbose_name_plural = _("drafts of requests")


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
