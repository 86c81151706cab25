from django.dispatch import receiver

from desk.services.answering import release_claims
from notifications.signals import sweeping


@receiver(sweeping)
def keep_promises(sender, now, **kwargs):
    """What beat does as well: claims end at closing time also with Celery switched off."""
    release_claims(now=now)
