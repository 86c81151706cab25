from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def second_factor_is_required(app_configs, **kwargs):
    """Only the demo goes without, and the demo listens on this machine alone."""
    if settings.SECOND_FACTOR_REQUIRED or settings.DEMO:
        return []
    return [
        Error(
            "SECOND_FACTOR_REQUIRED is off and this is not the demo.",
            hint="Staff see what residents entrusted; they sign in with a second factor.",
            id="accounts.E001",
        )
    ]
