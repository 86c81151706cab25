from functools import wraps


def public(view):
    """A page that is the same for everybody: shared caches may keep it for a minute."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "public, max-age=60"
        return response

    return wrapped
