"""What is counted so that nobody tries too often."""

from datetime import datetime, timedelta

from django.db import models


class AttemptQuerySet(models.QuerySet):
    def lately(self, *, sender: str, what: str, since: datetime):
        return self.filter(sender=sender, what=what, happened_at__gt=since)

    def forgotten(self, now: datetime):
        """Older than anything that is counted."""
        return self.filter(happened_at__lte=now - timedelta(days=1))


class Attempt(models.Model):
    """One try of somebody on some network. The sender is a digest with the key of a day."""

    sender = models.CharField(max_length=64, editable=False)
    what = models.CharField(max_length=24, editable=False)
    happened_at = models.DateTimeField(editable=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sender", "what", "happened_at"], name="attempt_by_sender"),
            models.Index(fields=["happened_at"], name="attempt_by_moment"),
        ]

    def __str__(self):
        return self.what
