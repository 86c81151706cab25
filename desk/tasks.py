from celery import shared_task
from django.utils import timezone

from desk.services import answering


@shared_task
def release_claims(**kwargs):
    answering.release_claims(now=timezone.now())
