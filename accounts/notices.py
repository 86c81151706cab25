"""The letters an account can cause through the outbox. Sign-in codes are none of them."""

from datetime import datetime, timedelta
from urllib.parse import urljoin

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.letters import Letter, Obsolete
from notifications.models import Notice

INVITATION = "accounts.invitation"
WELCOME = "accounts.welcome"
WELCOME_LASTS = timedelta(days=7)


def subject_key(user: User) -> str:
    return f"user:{user.pk}"


def compose_invitation(notice: Notice, now: datetime) -> Letter | Obsolete:
    """A link to set a password. It is made when the letter goes out and works for three days."""
    user = User.objects.active().filter(pk=notice.subject_key.removeprefix("user:")).first()
    if user is None:
        return Obsolete("account_closed")
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    language = user.language_of_letters
    with translation.override(language):
        text = _(
            "Hello,\n\n"
            "there is an account for you. With this link you choose your password:\n\n"
            "%(link)s\n\n"
            "The link works for three days. After that, ask for a new one here:\n\n"
            "%(new_link)s"
        ) % {
            "link": urljoin(settings.LINK_ORIGIN, path),
            "new_link": urljoin(settings.LINK_ORIGIN, reverse("account_reset_password")),
        }
        subject = _("Your account")
    return Letter(to=user.email, language=language, subject=subject, text=text)


def compose_welcome(notice: Notice, now: datetime) -> Letter | Obsolete:
    """The organization is registered: how to sign in. Nothing secret is in it."""
    user = User.objects.active().filter(pk=notice.subject_key.removeprefix("user:")).first()
    if user is None:
        return Obsolete("account_closed")
    language = user.language_of_letters
    with translation.override(language):
        text = _(
            "Hello,\n\n"
            "your organization is registered now. You sign in with this e-mail address; "
            "a code is sent to it each time:\n\n"
            "%(link)s"
        ) % {"link": urljoin(settings.LINK_ORIGIN, reverse("account_request_login_code"))}
        subject = _("Your organization is registered")
    return Letter(to=user.email, language=language, subject=subject, text=text)
