"""Pages that are the same for everybody, and for how long they may be kept."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers

from interface.memory import ShortMemory

# Of some hundred KB at most; the addresses are whatever somebody types.
finished_pages = ShortMemory(lifetime=5, most=200)


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


def remembered(view):
    """A public page that costs much: who comes without cookies gets it from memory."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.may_be_remembered = True
        return response

    return wrapped


class RememberedPagesMiddleware:
    """The first of all: a finished page, with every header, for who brings no cookie.

    Only pages that say so are kept, and none that sets a cookie or depends on more than
    the address and cookies.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "GET" or request.META.get("HTTP_COOKIE"):
            return self.get_response(request)
        key = (request.scheme, request.META.get("HTTP_HOST"), request.get_full_path())
        if kept := finished_pages.find(key):
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if self._may_be_kept(response):
            finished_pages.keep(key, (response.content, dict(response.items())))
        return response

    @staticmethod
    def _may_be_kept(response):
        return (
            getattr(response, "may_be_remembered", False)
            and response.status_code == 200
            and not response.cookies
            and response.get("Cache-Control", "").startswith("public")
            and response.get("Vary", "Cookie") == "Cookie"
        )
