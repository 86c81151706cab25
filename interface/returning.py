"""Where an act leads back to."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def back_to_sender(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """To the page whose form named itself in `next`, when it is one of ours."""
    path = request.POST.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return redirect(path if is_ours else default)
