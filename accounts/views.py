from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache


def personal(view):
    """No cache keeps it, and a form that is refused says so in its status."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and form and form.errors:
            codes = {error.code for errors in form.errors.as_data().values() for error in errors}
            response.status_code = 429 if "too_many_login_attempts" in codes else 422
        return response

    return never_cache(answer)


def signup_closed(request):
    """Accounts are made by coordinators. The name is one that the library looks up."""
    raise Http404


def too_many_requests(request):
    return render(request, "account/too_many_requests.html", status=429)


def admin_login(request):
    """Where the admin sends whoever may not see it."""
    if not request.user.is_authenticated:
        return redirect_to_login(
            request.GET.get("next", settings.LOGIN_REDIRECT_URL), settings.LOGIN_URL
        )
    if request.user.is_staff:
        return redirect(settings.LOGIN_REDIRECT_URL)
    raise Http404
