from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver


@receiver(authenticator_added)
def count_the_set_up_as_use(sender, request, user, authenticator, **kwargs):
    """Whoever has just shown a working factor need not sign in again with it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type
        )


@receiver(password_reset)
def forgive_wrong_passwords(sender, request, user, **kwargs):
    """A new password by letter must work at once, however many wrong ones came before."""
    get_adapter(request)._delete_login_attempts_cached_email(request, email=user.email)
