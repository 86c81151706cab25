from django.core.management.base import BaseCommand

from languages.catalogs import catalog_path
from languages.extraction import texts
from languages.updating import catalog_languages, update_catalog


class Command(BaseCommand):
    help = "Bring the catalogs of all complete languages up to the source."

    def handle(self, *args, **options):
        found = texts()
        for language in catalog_languages():
            if update_catalog(language, found):
                self.stdout.write(str(catalog_path(language)))
