from django.dispatch import receiver

from interpreters.services.offers import expire_offers
from notifications.signals import sweeping


@receiver(sweeping)
def keep_promises(sender, now, **kwargs):
    """What beat does as well: later waves are asked also with Celery switched off."""
    expire_offers(now=now)
