from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Support desk")

    def ready(self):
        from desk import letters, receivers  # noqa: F401, PLC0415

        letters.register_composers()
