"""A form that somebody has half filled in: kept for that person alone, unreadable in the table."""

import json
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import EncryptedTextField


class KeptFormQuerySet(models.QuerySet):
    def kept_before(self, moment: datetime):
        return self.filter(saved_at__lt=moment)

    def keep(self, *, user, answers: dict, leaving_out: Collection[str], now: datetime):
        """What was typed, right or wrong; it takes the place of an earlier one."""
        kept = {name: value for name, value in answers.items() if name not in leaving_out}
        form, _made = self.update_or_create(
            user=user, defaults={"payload": json.dumps(kept), "saved_at": now}
        )
        return form

    def discard(self, *, user) -> None:
        self.filter(user=user).delete()


class KeptForm(models.Model):
    """One for each person; the retention rules say for how long."""

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

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.user_id)

    @property
    def answers(self) -> dict:
        return json.loads(self.payload)
