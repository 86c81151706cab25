from celery import shared_task
from django.utils import timezone

from interpreters.services import dispatch


@shared_task
def expire_offers(**kwargs):
    dispatch.expire_offers(now=timezone.now())
