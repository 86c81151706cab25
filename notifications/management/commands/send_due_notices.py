import time
from collections import Counter

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.selectors import seconds_until_claims_end
from notifications.services import send_due_notices
from notifications.signals import sweeping


class Command(BaseCommand):
    help = "Sends the letters that are due. Safe to run at any time, also several at once."
    # Letters go out even when, say, a template of the website is broken.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--until-empty",
            action="store_true",
            help="also wait for letters that another worker has claimed, in case it died",
        )

    def handle(self, *args, until_empty, **options):
        answers = sweeping.send_robust(sender=Command, now=timezone.now())
        counts = send_due_notices(timezone.now())
        while until_empty and (wait := seconds_until_claims_end(timezone.now())) is not None:
            time.sleep(min(wait, 1.0))
            counts += send_due_notices(timezone.now())
        self.stdout.write(self._in_words(counts))
        for _receiver, answer in answers:
            if isinstance(answer, Exception):
                raise answer

    def _in_words(self, counts: Counter):
        if not counts:
            return "Nothing was due."
        return ", ".join(f"{state}: {count}" for state, count in sorted(counts.items()))
