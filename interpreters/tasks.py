from celery import shared_task
from django.utils import timezone

from interpreters.services import offers


@shared_task
def expire_offers(**kwargs):
    offers.expire_offers(now=timezone.now())
