from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from consultations import cookies
from consultations.models import Draft
from consultations.models.draft import draft_key
from consultations.selectors import coming_days
from consultations.services.drafts import start_draft
from consultations.steps import WHOM, next_step
from interface.caching import public
from interface.memory import ShortMemory
from privacy.networks import network_of
from privacy.policies import personal

# Shared caches may keep the page for a minute, so a few seconds more do no harm; the
# page to choose a time always asks the database.
shown_days = ShortMemory(lifetime=5)


@public
@require_safe
def days(request):
    """The coming consultation days, the same for everybody."""
    days = shown_days.get(get_language(), lambda: coming_days(timezone.now()))
    return render(request, "consultations/days.html", {"days": days})


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """What a booking asks, before the first question. Sending it starts a draft."""
    now = timezone.now()
    key = cookies.draft_key_of(request)
    if request.method == "POST":
        token = cookies.new_draft_token()
        start_draft(key=draft_key(token), replacing=key, network=network_of(request, now), now=now)
        response = redirect("consultations:step", number=WHOM)
        cookies.put_draft_token(response, token)
        return response
    draft = Draft.objects.live(now).filter(pk=key).first() if key else None
    context = {
        "draft_step": next_step(draft.answers) if draft else None,
        "draft_minutes": settings.DRAFT_LIFETIME.seconds // 60,
    }
    return render(request, "consultations/book.html", context)
