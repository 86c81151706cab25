from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from centers.services.table import TableNotTaken, import_centers


class Command(BaseCommand):
    help = "Take a CSV table of centers over, or with --dry-run only tell what that would do."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--source", default="", help="where the table comes from")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day it tells about")

    def handle(self, *, file, dry_run, source, as_of, **options):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read.") from error
        try:
            comparison = import_centers(
                data=data,
                source=source or file.name,
                as_of=as_of,
                now=timezone.now(),
                dry_run=dry_run,
            )
        except TableNotTaken as refusal:
            for problem in refusal.problems:
                self.stderr.write(f"line {problem}")
            raise CommandError("Nothing was changed.") from refusal
        self._tell(comparison)
        self.stdout.write("Nothing was changed." if dry_run else "The table was taken over.")

    def _tell(self, comparison):
        for row in comparison.added:
            self.stdout.write(f"+ {row.name} ({row.address})")
        for center, _row, fields in comparison.changed:
            self.stdout.write(f"~ {center}: {', '.join(fields)}")
        for center, _row, fields in comparison.kept:
            self.stdout.write(
                f"! {center}: {', '.join(fields)}; confirmed or changed by hand, kept"
            )
        for center in comparison.removed:
            self.stdout.write(f"- {center}")
        self.stdout.write(
            f"{len(comparison.added)} added, {len(comparison.changed)} changed, "
            f"{len(comparison.kept)} kept, {len(comparison.removed)} no longer listed, "
            f"{comparison.unchanged} as they were"
        )
