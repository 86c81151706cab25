"""Headers of pages that hold something of a person."""

from functools import wraps
from urllib.parse import urlsplit

from csp.constants import SELF
from django.conf import settings


def personal(view):
    """A page that is never stored, never indexed, and whose forms may lead out.

    Browsers hold a form's redirects against `form-action` too, so the page that
    carries "Leave this page" must allow exactly the place it leads to. A view whose
    form leads somewhere else names the place in `response.forms_lead_to`.
    """
    leave_to = urlsplit(settings.LEAVE_TO)
    always = [SELF, f"{leave_to.scheme}://{leave_to.netloc}"]

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        places = getattr(response, "forms_lead_to", [])
        response._csp_update = {"form-action": [*always, *places]}
        return response

    return wrapped
