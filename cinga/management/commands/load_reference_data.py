from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services import grant_role_permissions
from centers.services.table import load_caravans, load_centers
from consultations.services.reference import load_consultation_reference
from schedules.services import load_holidays, load_schedules
from taxonomy.services import load_taxonomy

# Holidays are known for certain until the end of next year.
FIRST_YEAR = 2020


class Command(BaseCommand):
    help = (
        "Load languages, topics, holidays, opening hours, centers, roles. May be run at any time."
    )

    def handle(self, **options):
        load_taxonomy()
        load_schedules()
        load_holidays(FIRST_YEAR, timezone.localdate().year + 1)
        load_consultation_reference()
        load_centers(now=timezone.now())
        load_caravans()
        grant_role_permissions()
        self.stdout.write("The reference data is loaded.")
