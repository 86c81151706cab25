"""From the supporter's screen to the client's phone, and on paper."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from consultations import cookies, handover
from consultations.models import Booking, Draft
from consultations.models.draft import draft_key
from consultations.steps import DONE, next_step
from consultations.views.support import is_supporter, made_by, support_of
from interface.qr import qr_svg
from languages import registry
from privacy.policies import personal


@require_safe
@personal
def hand_over(request):
    """The QR code that opens this draft on the client's phone for ten minutes."""
    now = timezone.now()
    draft = _live_draft(cookies.draft_key_of(request), now)
    if draft is None:
        return render(request, "consultations/gone.html", status=410)
    if not is_supporter(request, draft.answers):
        raise Http404
    request.support = support_of(request, draft)
    client_language = draft.answers["client_language"]
    sealed = handover.seal(request.COOKIES[cookies.DRAFT], now=now)
    with override(client_language):
        path = reverse("consultations:on_phone", kwargs={"sealed": sealed})
    context = {
        "qr": qr_svg(request.build_absolute_uri(path)),
        "minutes": handover.LASTS.seconds // 60,
        "client_language": registry.get(client_language),
        "open_step": next_step(draft.answers),
    }
    return render(request, "consultations/hand_over.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def on_phone(request, sealed):
    """GET shows one button, as a camera may look before its owner does; POST opens."""
    now = timezone.now()
    token = handover.unseal(sealed, now=now)
    draft = _live_draft(draft_key(token), now) if token else None
    if draft is None:
        return render(request, "consultations/on_phone_expired.html", status=410)
    if request.method != "POST":
        return render(request, "consultations/on_phone.html")
    response = redirect("consultations:step", number=next_step(draft.answers))
    cookies.put_draft_token(response, token)
    return response


@require_safe
@personal
def slip(request):
    """Number, code and time on paper: in the client's language and in Japanese."""
    key = cookies.draft_key_of(request)
    just_made = Booking.objects.filter(booked_at__gt=timezone.now() - settings.DRAFT_LIFETIME)
    booking = just_made.with_story().filter(draft_key=key).first() if key else None
    if booking is None or not made_by(request, booking):
        raise Http404
    languages = dict.fromkeys([booking.case.resident.reading_language, "ja"])
    context = {
        "booking": booking,
        "languages": [registry.get(code) for code in languages],
        "find_address": settings.LINK_ORIGIN + reverse("consultations:link_find"),
        "done": DONE,
    }
    return render(request, "consultations/slip.html", context)


def _live_draft(key, now):
    return Draft.objects.live(now).filter(pk=key).first() if key else None
