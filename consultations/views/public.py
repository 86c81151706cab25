from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from consultations import cookies
from consultations.models import Draft
from consultations.models.draft import draft_key
from consultations.selectors import coming_days
from consultations.services.drafts import start_draft
from consultations.steps import TOPIC, next_step
from interface.caching import public
from privacy.policies import personal


@public
@require_safe
def days(request):
    """The coming consultation days, the same for everybody."""
    return render(request, "consultations/days.html", {"days": coming_days(timezone.now())})


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """What a booking asks, before the first question. Sending it starts a draft."""
    now = timezone.now()
    key = cookies.draft_key_of(request)
    if request.method == "POST":
        token = cookies.new_draft_token()
        start_draft(key=draft_key(token), replacing=key, now=now)
        response = redirect("consultations:step", number=TOPIC)
        cookies.put_draft_token(response, token)
        return response
    draft = Draft.objects.live(now).filter(pk=key).first() if key else None
    context = {
        "draft_step": next_step(draft.answers) if draft else None,
        "draft_minutes": settings.DRAFT_LIFETIME.seconds // 60,
    }
    return render(request, "consultations/book.html", context)
