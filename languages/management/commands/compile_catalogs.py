from django.core.management.base import BaseCommand

from languages.catalogs import compile_catalogs


class Command(BaseCommand):
    help = "Compile the catalogs that are newer than what was compiled of them."
    requires_system_checks = []

    def handle(self, *args, **options):
        for path in compile_catalogs():
            self.stdout.write(str(path))
