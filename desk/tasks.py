from celery import shared_task
from django.utils import timezone

from desk import digest
from desk.services import answering, asking


@shared_task
def release_claims(**kwargs):
    answering.release_claims(now=timezone.now())


@shared_task
def close_what_is_quiet(**kwargs):
    asking.close_what_is_quiet(now=timezone.now())


@shared_task
def send_digest(**kwargs):
    digest.send_digest(now=timezone.now())
