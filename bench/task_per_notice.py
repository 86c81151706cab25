"""What the sweep is measured against: the same letters, a Celery task for each."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinga.settings")
app = Celery("task_per_notice")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task
def send_notice(notice_id):
    """Read, compose, send over a connection of its own, mark."""
    from django.utils import timezone  # noqa: PLC0415 - Celery sets Django up first

    from notifications import registry  # noqa: PLC0415
    from notifications.letters import build_message  # noqa: PLC0415
    from notifications.models import Notice  # noqa: PLC0415

    notice = Notice.objects.get(pk=notice_id)
    letter = registry.compose(notice, timezone.now())
    build_message(letter, message_id=notice.message_id).send()
    notice.mark_sent(timezone.now())
