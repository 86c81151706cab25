from celery import shared_task
from django.utils import timezone

from consultations.services import bookings


@shared_task
def expire_undecided_bookings(**kwargs):
    bookings.expire_undecided_bookings(now=timezone.now())
