from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.letters import DESK
from desk.selectors import sign_of
from interface.caching import public
from languages.formatting import format_moment
from languages.negotiation import preferred_language
from schedules.selectors import remembered_calendar


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
    now = timezone.now()
    sign = sign_of(remembered_calendar(DESK), now)
    opens = format_moment(sign.opens_at, get_language()) if sign.opens_at else ""
    return render(request, "cinga/home.html", {"desk_is_open": sign.is_open, "desk_opens": opens})
