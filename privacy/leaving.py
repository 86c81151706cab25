"""Going away without a trace: what this visit left is wiped, here and in the browser."""

import logging
from contextlib import suppress
from http.cookies import CookieError

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

from privacy.signals import leaving

logger = logging.getLogger(__name__)


def leave_for(request: HttpRequest, location: str) -> HttpResponse:
    """Wipe what this visit left, and lead away by GET."""
    try:
        with transaction.atomic():
            leaving.send(sender=leave_for, request=request)
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                logout(request)
    except DatabaseError as error:
        # Getting away comes first. Without its cookies nobody reaches what is left,
        # and it expires by itself.
        logger.error("Somebody left, and nothing was wiped: %s", type(error).__name__)
    response = HttpResponse(status=303, headers={"Location": location})
    response["Clear-Site-Data"] = '"cookies", "storage"'
    for name in request.COOKIES:
        # A cookie no page can name was not set by one of ours.
        with suppress(CookieError):
            response.delete_cookie(name)
    return response
