""" "My language is not here": every language people speak, by its own name."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from consultations import cookies
from consultations.models.draft import draft_key
from consultations.my_language_forms import MyLanguageForm
from consultations.services.drafts import DraftGone
from consultations.services.own_language import save_own_language, start_draft_in_own_language
from consultations.steps import next_step
from privacy.networks import network_of
from privacy.policies import personal


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def my_language(request):
    """Who can read one of our languages books in it; for others somebody calls."""
    if request.method != "POST":
        return _page(request, MyLanguageForm())
    form = MyLanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    now = timezone.now()
    draft, token = _kept_draft(request, form, now)
    if draft is None:
        draft, token = _new_draft(request, form, now)
    if form.reads:
        with override(form.reads):
            response = redirect("consultations:step", number=next_step(draft.answers))
    else:
        response = redirect("consultations:call_me")
    cookies.put_draft_token(response, token)
    return response


def _kept_draft(request, form, now):
    """Whoever comes from the question about languages keeps the other answers."""
    key = cookies.draft_key_of(request)
    if key is None or "keep" not in request.GET:
        return None, ""
    try:
        draft = save_own_language(
            key=key,
            speaking_language=form.cleaned_data["speaking_language"],
            reading_language=form.reads,
            now=now,
        )
    except DraftGone:
        return None, ""
    return draft, request.COOKIES[cookies.DRAFT]


def _new_draft(request, form, now):
    token = cookies.new_draft_token()
    draft = start_draft_in_own_language(
        key=draft_key(token),
        replacing=cookies.draft_key_of(request),
        speaking_language=form.cleaned_data["speaking_language"],
        reading_language=form.reads,
        network=network_of(request, now),
        now=now,
    )
    return draft, token


def _page(request, form, status=200):
    return render(request, "consultations/my_language.html", {"form": form}, status=status)
