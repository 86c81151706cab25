from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cinga.demo import seed


class Command(BaseCommand):
    help = "Make demo accounts and consultation days for the coming eight weeks."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("Demo data belongs into a demo: set DEMO=1.")
        passwords = seed(now=timezone.now(), passwords_file=settings.VAR / "demo-accounts.json")
        for email, password in passwords.items():
            self.stdout.write(f"  {email:<28} {password}")
