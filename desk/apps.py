from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Support desk")

    def ready(self):
        from desk import appointment_letters, letters, receivers  # noqa: F401, PLC0415

        letters.register_composers()
        appointment_letters.register_composers()
