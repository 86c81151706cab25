"""How the sign-in library is bent to this portal: letters, limits, secrets."""

import logging

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import get_connection
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from accounts.roles import is_expert
from privacy.digests import lookup_digest
from privacy.fields import decrypt, encrypt

logger = logging.getLogger(__name__)

# Somebody sits before the page and waits for the letter.
SECONDS_FOR_A_LETTER = 5


def letter_language(user):
    """Nobody's account: then whoever asks reads the language of the page."""
    return user.language_of_letters if user else translation.get_language()


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        if not request.user.is_staff and is_expert(request.user):
            return resolve_url(settings.EXPERTS_FIRST_PAGE)
        return resolve_url(settings.LOGIN_REDIRECT_URL if request.user.is_staff else "/")

    def get_client_ip(self, request):
        """A digest: limits must tell senders apart, nobody needs to know them."""
        return lookup_digest(truncate_ip(super().get_client_ip(request)), "accounts.sender")

    def _get_login_attempts_cache_key(self, request, **credentials):
        # Without the sender in it, a stranger's wrong passwords lock the owner out.
        return f"{self.get_client_ip(request)}:{credentials.get('email', '').lower()}"

    def render_mail(self, template_prefix, email, context, headers=None):
        with translation.override(letter_language(context.get("user"))):
            letter = super().render_mail(
                template_prefix, email, context, headers={"Auto-Submitted": "auto-generated"}
            )
        letter.connection = get_connection(timeout=SECONDS_FOR_A_LETTER)
        return letter

    def send_mail(self, template_prefix, email, context):
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # refused, timed out, or any answer of the mail server
            logger.error("A letter about an account was not sent: %s", type(error).__name__)
            page = render(self.request, "account/letter_not_sent.html", status=503)
            raise ImmediateHttpResponse(page) from error

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """The change is made already: a letter that fails must not hide that."""
        try:
            super().send_notification_mail(
                template_prefix, user, {**(context or {}), "user": user}, email
            )
        except ImmediateHttpResponse:
            logger.warning("A change of account %s was not announced by letter.", user.pk)


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return encrypt(text)

    def decrypt(self, encrypted_text):
        return decrypt(encrypted_text)

    def build_totp_svg(self, url):
        """A picture that can stand inside the page: no XML declaration before it."""
        return qrcode.make(url, image_factory=SvgPathImage).to_string(encoding="unicode")

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Device %(number)d") % {"number": number}
