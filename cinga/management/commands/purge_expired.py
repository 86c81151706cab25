from django.core.management.base import BaseCommand
from django.utils import timezone

from cinga.retention import count_expired, purge


class Command(BaseCommand):
    help = "Delete what has had its time; docs/privacy.md names the rules."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *, dry_run, **options):
        now = timezone.now()
        counts = count_expired(now=now) if dry_run else purge(now=now)
        for kind, count in counts.items():
            self.stdout.write(f"{kind}: {count}")
