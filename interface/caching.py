from functools import wraps

from django.contrib.auth.decorators import login_not_required


def public(view):
    """A page that is the same for everybody: shared caches may keep it for a minute."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "public, max-age=60"
        return response

    # No session is read for it: a shared answer must carry nobody's cookie.
    return login_not_required(wrapped)
