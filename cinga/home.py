from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interface.caching import public
from languages.negotiation import preferred_language


@never_cache
@require_safe
def root(request):
    """To the first page in the visitor's language; to the choice when none is known."""
    language = preferred_language(request)
    if language is None:
        return redirect("languages:language_page")
    with override(language):
        return redirect("home")


@public
@require_safe
def home(request):
    """The first screen a resident meets."""
    return render(request, "cinga/home.html")
