from celery import shared_task
from django.utils import timezone

from consultations.services import attendance, bookings, waiting


@shared_task
def expire_undecided_bookings(**kwargs):
    bookings.expire_undecided_bookings(now=timezone.now())


@shared_task
def offer_free_slots(**kwargs):
    waiting.offer_free_slots(now=timezone.now())


@shared_task
def ask_standbys(**kwargs):
    attendance.ask_standbys(now=timezone.now())
