"""The few things a resident's browser is asked to keep, all without a name in them."""

import secrets
from uuid import UUID

from django.conf import settings
from django.core import signing

from consultations.models import Booking, CallRequest
from consultations.models.draft import draft_key

DRAFT = "b"
CALL = "c"
KNOWN_FOR = 90 * 24 * 60 * 60
SHOWN_FOR = 15 * 60
CALL_SHOWN_FOR = 60 * 60


def draft_key_of(request) -> UUID | None:
    token = request.COOKIES.get(DRAFT, "")
    return draft_key(token) if token else None


def new_draft_token() -> str:
    return secrets.token_urlsafe(24)


def put_draft_token(response, token: str) -> None:
    _put(response, DRAFT, token, max_age=int(settings.DRAFT_LIFETIME.total_seconds()))


def renew_draft_token(request, response) -> None:
    put_draft_token(response, request.COOKIES[DRAFT])


def _names(booking: Booking) -> tuple[str, str]:
    return f"k{booking.link_digest[:8]}", f"s{booking.link_digest[:8]}"


def is_known(request, booking: Booking) -> bool:
    """Whether this browser has shown the code (or made the booking) before."""
    return _holds(request, _names(booking)[0], booking, max_age=KNOWN_FOR)


def is_shown(request, booking: Booking) -> bool:
    """Whether somebody asked, a short while ago, to see the booking."""
    return is_known(request, booking) and _holds(
        request, _names(booking)[1], booking, max_age=SHOWN_FOR
    )


def remember_browser(response, booking: Booking) -> None:
    _put(response, _names(booking)[0], _signed(booking), max_age=KNOWN_FOR)


def show_for_a_while(response, booking: Booking) -> None:
    _put(response, _names(booking)[1], _signed(booking), max_age=SHOWN_FOR)


def hide_again(response, booking: Booking) -> None:
    response.delete_cookie(_names(booking)[1])


def remember_call(response, call_request: CallRequest) -> None:
    """The page that says what happens next finds the request by it."""
    _put(response, CALL, _signer().sign(str(call_request.pk)), max_age=CALL_SHOWN_FOR)


def call_asked_for(request) -> int | None:
    try:
        value = _signer().unsign(request.COOKIES.get(CALL, ""), max_age=CALL_SHOWN_FOR)
    except signing.BadSignature:
        return None
    return int(value) if value.isdecimal() else None


def _signer():
    return signing.TimestampSigner(salt="consultations.cookies")


def _signed(booking):
    return _signer().sign(booking.link_digest)


def _holds(request, name, booking, *, max_age):
    try:
        digest = _signer().unsign(request.COOKIES.get(name, ""), max_age=max_age)
    except signing.BadSignature:
        return False
    return secrets.compare_digest(digest, booking.link_digest)


def _put(response, name, value, *, max_age):
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
