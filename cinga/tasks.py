from celery import shared_task
from django.utils import timezone

from cinga.retention import purge


@shared_task
def purge_expired(**kwargs):
    purge(now=timezone.now())
