"""One task for each letter: what an outbox is measured against."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor.settings")
app = Celery("floor")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task
def send_letter(letter_id):
    from django.core.mail import send_mail  # noqa: PLC0415 - after the app is set up

    from bench.floor.models import Letter  # noqa: PLC0415

    letter = Letter.objects.get(pk=letter_id)
    send_mail("Your appointment", "There is news for you.\n" * 20, None, [letter.address])
    letter.is_sent = True
    letter.save(update_fields=["is_sent"])
