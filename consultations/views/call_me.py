""" "Somebody please call me": for whoever would rather talk than type."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from consultations import cookies
from consultations.call_forms import CallMeForm
from consultations.models import CallRequest, Draft
from consultations.services.call_requests import CallWish, ask_for_call_back
from privacy.networks import TooManyAttempts, network_of
from privacy.policies import personal


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def call_me(request):
    now = timezone.now()
    if request.method != "POST":
        return _page(request, CallMeForm(initial=_known_already(request, now)))
    form = CallMeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    answers = form.cleaned_data
    key, _consent = answers.pop("key"), answers.pop("consent")
    try:
        call_request = ask_for_call_back(
            key=key,
            wish=CallWish(reading_language=get_language(), **answers),
            network=network_of(request, now),
            now=now,
        )
    except TooManyAttempts:
        return render(request, "consultations/call_too_many.html", status=429)
    response = redirect("consultations:call_asked")
    cookies.remember_call(response, call_request)
    return response


@personal
@require_safe
def asked(request):
    """What happens next, for as long as the browser remembers."""
    call_request = (
        CallRequest.objects.select_related("case")
        .defer("message")
        .filter(pk=cookies.call_asked_for(request))
        .first()
    )
    if call_request is None:
        return redirect("consultations:call_me")
    return render(request, "consultations/call_asked.html", {"case": call_request.case})


def _known_already(request, now):
    """The language that was chosen a moment ago, on the page of all languages."""
    key = cookies.draft_key_of(request)
    draft = Draft.objects.live(now).filter(pk=key).first() if key else None
    return {"speaking_language": draft.answers.get("speaking_language")} if draft else {}


def _page(request, form, status=200):
    return render(request, "consultations/call_me.html", {"form": form}, status=status)
