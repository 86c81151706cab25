import logging
from contextlib import suppress
from http.cookies import CookieError

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from privacy.signals import leaving

logger = logging.getLogger(__name__)


# Exempt: a frightened person whose cookie is gone must get away all the same, and
# the worst a foreign site could do with it is to end a visit.
@csrf_exempt
@require_POST
@never_cache
def leave(request):
    """Wipe what this visit left and answer with a page nobody asks about."""
    try:
        with transaction.atomic():
            leaving.send(sender=leave, request=request)
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                logout(request)
    except DatabaseError as error:
        # Getting away comes first. Without its cookies nobody reaches what is left,
        # and it expires by itself.
        logger.error("Somebody left, and nothing was wiped: %s", type(error).__name__)
    response = HttpResponse(status=303, headers={"Location": settings.LEAVE_TO})
    response["Clear-Site-Data"] = '"cookies", "storage"'
    for name in request.COOKIES:
        # A cookie no page can name was not set by one of ours.
        with suppress(CookieError):
            response.delete_cookie(name)
    return response
