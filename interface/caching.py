from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.utils.cache import add_never_cache_headers


def public(view):
    """A page that is the same for everybody: shared caches may keep it for a minute."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if getattr(get_messages(request), "used", False):
            # It tells one person what that person has just done.
            add_never_cache_headers(response)
        else:
            response["Cache-Control"] = "public, max-age=60"
        return response

    # No session is read for it: a shared answer must carry nobody's cookie.
    return login_not_required(wrapped)
