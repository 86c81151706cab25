from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterpretersConfig(AppConfig):
    name = "interpreters"
    verbose_name = _("Interpreters")

    def ready(self):
        from interpreters import letters, requester_letters  # noqa: PLC0415

        letters.register_composers()
        requester_letters.register_composers()
