from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self):
        from consultations import (  # noqa: PLC0415
            attendance_letters,
            call_letters,
            drop_out_letters,
            letters,
            link_letters,
            missed_letters,
            receivers,  # noqa: F401
            session_letters,
            waiting_letters,
        )

        letters.register_composers()
        link_letters.register_composers()
        attendance_letters.register_composers()
        missed_letters.register_composers()
        drop_out_letters.register_composers()
        session_letters.register_composers()
        waiting_letters.register_composers()
        call_letters.register_composers()
