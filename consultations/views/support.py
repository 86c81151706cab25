"""Booking for a client, by members of approved organizations."""

from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.models import Organization
from consultations import cookies
from consultations.letters import link_url
from consultations.models import Booking, Draft
from consultations.models.draft import draft_key
from consultations.services.drafts import DraftGone
from consultations.services.support import (
    NotASupporter,
    memberships_of,
    record_consent,
    start_supported_draft,
    stop_supporting,
)
from consultations.steps import next_step
from consultations.support_forms import (
    SupportForm,
    consent_form_for,
    desk_language_for,
)
from interface.qr import qr_svg
from languages import registry
from privacy.policies import personal


@dataclass(frozen=True)
class Support:
    """What the bar over a supporter's pages says."""

    organization: str
    # Whether the supporter sits here; else it is the client, with the own phone.
    is_here: bool
    # Where the one link of the bar leads: the client's language, or back from it.
    other_language: registry.Language | None


def is_supporter(request, answers: dict) -> bool:
    """Whether the supporter of this draft sits before the page; no query for others."""
    return bool(answers.get("supporter")) and request.user.pk == answers["supporter"]


def support_of(request, draft: Draft) -> Support | None:
    answers = draft.answers
    if not answers.get("supporter"):
        return None
    organizations = Organization.objects.filter(pk=answers["organization"])
    return Support(
        organization=organizations.values_list("name", flat=True).first() or "",
        is_here=is_supporter(request, answers),
        other_language=_other_language(request.LANGUAGE_CODE, answers),
    )


def _other_language(present, answers):
    client, desk = answers["client_language"], answers["desk_language"]
    if client == desk:
        return None
    return registry.get(desk if present == client else client)


@login_required
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def support(request):
    """Who books for a client says for which organization and in which language."""
    memberships = list(memberships_of(request.user))
    if not memberships:
        return _not_approved(request)
    if request.method != "POST":
        return _page(request, SupportForm(memberships=memberships))
    form = SupportForm(request.POST, memberships=memberships)
    if not form.is_valid():
        return _page(request, form, status=422)
    answers = form.cleaned_data
    token = cookies.new_draft_token()
    try:
        draft = start_supported_draft(
            key=draft_key(token),
            replacing=cookies.draft_key_of(request),
            user=request.user,
            organization_id=answers["organization"],
            client_language=answers["client_language"],
            desk_language=desk_language_for(answers["client_language"]),
            attends_at_organization=answers["attends_at_organization"],
            now=timezone.now(),
        )
    except NotASupporter:
        return _not_approved(request)
    response = redirect("consultations:step", number=next_step(draft.answers))
    cookies.put_draft_token(response, token)
    return response


def consent_form(request, answers: dict, data=None):
    return consent_form_for(answers, is_supporter=is_supporter(request, answers), data=data)


def keep_consent(request, draft: Draft | None, now) -> bool:
    """Keep how the client agreed; False where that was not said."""
    if draft is None or not draft.answers.get("supporter"):
        # Of another draft there is nothing to keep; what comes next says what is missing.
        return True
    form = consent_form(request, draft.answers, request.POST)
    if not form.is_valid():
        return False
    with suppress(DraftGone):
        record_consent(key=draft.pk, consent_given=form.cleaned_data["consent_given"], now=now)
    return True


def refused(request, key, now):
    """The membership ended meanwhile: the answers stay, as of an ordinary booking."""
    try:
        draft = stop_supporting(key=key, now=now)
    except DraftGone:
        return redirect("consultations:book")
    context = {"next_step": next_step(draft.answers)}
    return render(request, "consultations/support_refused.html", context, status=409)


def made_by(request, booking: Booking) -> bool:
    """Whether the supporter who made the booking sits here."""
    return booking.organization_id is not None and request.user.pk == booking.booked_by_id


def for_the_client(request, booking: Booking) -> dict:
    """What the last page gives to a client who came to a supporter; else nothing."""
    if not made_by(request, booking):
        return {}
    language = registry.get(booking.case.resident.reading_language)
    with override(language.code):
        # There its Japanese part is Japanese too, and easy Japanese gets its readings.
        slip_url = reverse("consultations:slip")
    return {
        "client_qr": qr_svg(link_url(booking, language.code)),
        "client_language": language,
        "slip_url": slip_url,
    }


def _not_approved(request):
    return render(request, "consultations/support_not_approved.html")


def _page(request, form, status=200):
    return render(request, "consultations/support.html", {"form": form}, status=status)
