from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import roles

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Writing the session at each click would cost an UPDATE per page.
SEEN_AT_PRECISION = timedelta(minutes=1)

SIGN_OUT = "account_logout"
# What somebody needs who has no second factor yet.
SET_UP_PAGES = {
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
}


def signed_in_user(request, view):
    """The account behind a request, or None. Costs nothing where nobody signed in.

    Views marked `login_not_required` belong to everybody; reading the session there
    would make public pages vary by cookie.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    if not getattr(view, "login_required", True):
        return None
    return request.user if request.user.is_authenticated else None


def session_has_ended(session, now):
    """Too long unseen, or too long since signing in."""
    at = int(now.timestamp())
    idle = settings.STAFF_SESSION_IDLE.total_seconds()
    length = settings.STAFF_SESSION_LENGTH.total_seconds()
    return at - session.get(SEEN_AT, at) > idle or at - session.get(SIGNED_IN_AT, at) > length


def note_presence(session, now):
    at = int(now.timestamp())
    if SIGNED_IN_AT not in session:
        session[SIGNED_IN_AT] = at
    if at - session.get(SEEN_AT, 0) >= SEEN_AT_PRECISION.total_seconds():
        session[SEEN_AT] = at


def has_second_factor(user):
    """Recovery codes alone are none."""
    return (
        Authenticator.objects.filter(user_id=user.pk)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .exists()
    )


def used_second_factor(request):
    return any(
        record["method"] == "mfa" for record in get_authentication_records(request, request.user)
    )


class StaffSessionMiddleware:
    """Ends the sessions of staff who are away, or who signed in long ago."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = signed_in_user(request, view)
        if user is None or not roles.is_staff_member(user):
            return
        now = timezone.now()
        if session_has_ended(request.session, now):
            logout(request)
            messages.info(request, _("You were signed out after a while. Please sign in again."))
        else:
            note_presence(request.session, now)


class SecondFactorMiddleware:
    """Staff without a second factor reach the pages that set one up, and no other."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_REQUIRED:
            return None
        user = signed_in_user(request, view)
        page = request.resolver_match.view_name
        if user is None or page == SIGN_OUT or not roles.is_staff_member(user):
            return None
        if has_second_factor(user):
            if used_second_factor(request):
                return None
            # Signed in by password alone before the factor was set up, maybe by
            # somebody else: such a session must not even see the recovery codes.
            logout(request)
            return redirect(settings.LOGIN_URL)
        if page in SET_UP_PAGES or "languages" in request.resolver_match.namespaces:
            return None
        return redirect("mfa_index")
