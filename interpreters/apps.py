from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterpretersConfig(AppConfig):
    name = "interpreters"
    verbose_name = _("Interpreters")

    def ready(self):
        from interpreters import (  # noqa: PLC0415
            letters,
            receivers,  # noqa: F401
            requester_letters,
        )

        letters.register_composers()
        requester_letters.register_composers()
