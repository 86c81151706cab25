from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications import delivery

# Beat rings every minute; a long backlog is shared out, and a task outlives neither
# the broker's visibility timeout nor the patience of a deploy.
LONGEST_SWEEP = timedelta(minutes=4)


@shared_task
def send_due_notices(**kwargs):
    delivery.send_due_notices(timezone.now(), longest=LONGEST_SWEEP)
