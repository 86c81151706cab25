import json
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.digests import keyed_digest
from privacy.fields import EncryptedTextField


class DraftQuerySet(models.QuerySet):
    def live(self, now):
        return self.filter(expires_at__gt=now)

    def expired(self, now):
        return self.filter(expires_at__lte=now)


class Draft(models.Model):
    """Answers of a booking that is being typed, for an hour at most.

    The key is a digest of the browser's cookie, so the table alone leads back to
    nobody; the answers are encrypted. It is the booking's idempotency as well:
    `Booking.draft_key` is unique.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    payload = EncryptedTextField(default="{}", editable=False)
    # Where it was typed, as a digest with the key of that day.
    network = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    expires_at = models.DateTimeField(_("expires"), db_index=True, editable=False)

    objects = DraftQuerySet.as_manager()

    def __str__(self):
        return str(self.key)

    @property
    def answers(self) -> dict:
        """What was answered so far, by field name."""
        return json.loads(self.payload)

    def put(self, answers: dict, expires_at):
        """Keep answers and live on until the given moment."""
        self.payload = json.dumps({**self.answers, **answers}, ensure_ascii=False)
        self.expires_at = expires_at
        self.save(update_fields=["payload", "expires_at"])


def draft_key(token: str) -> uuid.UUID:
    """The key of the draft that the cookie value `token` opens."""
    return uuid.UUID(bytes=keyed_digest(settings.LOOKUP_KEY, "draft", token)[:16])
