from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("people who sign in")

    def ready(self):
        from accounts import checks, notices, receivers  # noqa: F401, PLC0415 - models come first
        from notifications import registry  # noqa: PLC0415 - it knows models too

        registry.register(
            notices.INVITATION, notices.compose_invitation, _("Invitation to an account")
        )
        registry.register(
            notices.WELCOME, notices.compose_welcome, _("The organization is registered")
        )
