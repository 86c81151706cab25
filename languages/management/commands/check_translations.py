from django.core.management.base import BaseCommand, CommandError

from languages.checking import findings


class Command(BaseCommand):
    help = "Check that every text is translated, fresh, safe to fill in, and easy in ja-simple."

    def add_arguments(self, parser):
        parser.add_argument("--advice", action="store_true", help="show what could be easier, too")

    def handle(self, *args, **options):
        found = list(findings())
        faults = [finding for finding in found if finding.is_fault]
        advice = [finding for finding in found if not finding.is_fault]
        for finding in [*faults, *(advice if options["advice"] else [])]:
            self.stdout.write(str(finding))
        self.stdout.write(f"{len(faults)} faults, {len(advice)} pieces of advice.")
        if faults:
            raise CommandError("The translations are not ready.")
