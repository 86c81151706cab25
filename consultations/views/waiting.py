"""The waiting list: getting on it, and the page behind its link. GET shows, POST acts."""

from functools import wraps

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.choices import ContactChannel
from consultations import cookies
from consultations.care import is_near
from consultations.choices import WaitingStatus
from consultations.forms import CodeForm
from consultations.models import Draft, TransitionNotAllowed, WaitingEntry
from consultations.selectors import booking_behind
from consultations.services import waiting
from consultations.services.drafts import DraftGone
from consultations.services.making import AnswersMissing
from consultations.services.waiting import CannotBeTold, OfferLapsed
from consultations.steps import CONTACT, TIME, next_step
from consultations.views.link import too_many
from consultations.waiting_forms import wait_form_for
from consultations.waiting_line import entry_behind, people_before
from privacy.links import TooManyCodes
from privacy.networks import TooManyAttempts, network_of
from privacy.policies import personal

# GETTING ON THE LIST


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def join(request):
    """What waiting means, and the agreement to it."""
    now = timezone.now()
    key = cookies.draft_key_of(request)
    draft = Draft.objects.live(now).filter(pk=key).first() if key else None
    if draft is None:
        return _no_draft(request, key)
    if (open_step := next_step(draft.answers)) < TIME:
        return redirect("consultations:step", number=open_step)
    if request.method != "POST":
        return _joining(request, draft, wait_form_for(draft.answers))
    form = wait_form_for(draft.answers, request.POST)
    if not form.is_valid():
        return _joining(request, draft, form, status=422)
    try:
        entry = waiting.join_from_draft(
            key=key, consent_language=get_language(), network=network_of(request, now), now=now
        )
    except DraftGone:
        return _no_draft(request, key)
    except (AnswersMissing, CannotBeTold):
        return redirect("consultations:step", number=CONTACT)
    except TooManyAttempts:
        return too_many(request, back=reverse("consultations:step", kwargs={"number": TIME}))
    response = redirect("consultations:wait_joined")
    if not draft.answers.get("supporter"):
        # The browser that joined need not type the code; a supporter's is not the person's.
        cookies.remember_browser(response, entry)
    return response


@personal
@require_safe
def joined(request):
    """Number and code, for as long as the browser keeps the draft's cookie and no longer."""
    now = timezone.now()
    key = cookies.draft_key_of(request)
    just_joined = WaitingEntry.objects.filter(joined_at__gt=now - settings.DRAFT_LIFETIME)
    entry = just_joined.with_story().filter(draft_key=key).first() if key else None
    if entry is None:
        return render(request, "consultations/gone.html", status=410)
    context = {
        "entry": entry,
        "resident": entry.case.resident,
        "before": people_before(entry),
        "is_date_near": is_near(entry.case.critical_date, now),
    }
    return render(request, "consultations/wait_joined.html", context)


def _joining(request, draft, form, status=200):
    channel = draft.answers.get("channel")
    context = {
        "form": form,
        "channel": channel,
        "address": draft.answers.get("email" if channel == ContactChannel.EMAIL else "phone"),
        "back": TIME,
        "contact_step": CONTACT,
        "hours": settings.CLAIM_WINDOW.seconds // 3600,
    }
    return render(request, "consultations/wait_join.html", context, status=status)


def _no_draft(request, key):
    if key and WaitingEntry.objects.filter(draft_key=key).exists():
        return redirect("consultations:wait_joined")
    return render(request, "consultations/gone.html", status=410)


# BEHIND THE LINK


def behind_link(view):
    """Pass the entry on; whatever else the token is, the answer is the same."""

    @personal
    @wraps(view)
    def wrapped(request, token):
        entry = entry_behind(token)
        if entry is None and booking_behind(token):
            # The time was taken, and the booking has the link now.
            return redirect("consultations:link", token=token)
        if entry is None:
            return render(request, "consultations/link_unknown.html", status=404)
        return view(request, entry)

    return wrapped


def by_post(view):
    """An act. Asking for its address, as a language link does, leads to the page."""

    @wraps(view)
    def wrapped(request, entry):
        if request.method != "POST":
            return _to_page(entry)
        return view(request, entry)

    return require_http_methods(["GET", "HEAD", "POST"])(behind_link(wrapped))


def shown_only(view):
    """Only for a browser that has opened the page a short while ago."""

    @wraps(view)
    def wrapped(request, entry):
        if not cookies.is_shown(request, entry):
            return _to_page(entry)
        return view(request, entry)

    return wrapped


@require_safe
@behind_link
def show(request, entry):
    if not cookies.is_shown(request, entry):
        form = None if cookies.is_known(request, entry) else CodeForm()
        return _masked(request, entry, form)
    return _page(request, entry)


@by_post
def reveal(request, entry):
    """Unmask for a quarter of an hour; a new browser gives the code."""
    if not cookies.is_known(request, entry):
        form = CodeForm(request.POST)
        if not form.is_valid():
            return _masked(request, entry, form, status=422)
        try:
            is_right = entry.check_code(form.cleaned_data["code"], timezone.now())
        except TooManyCodes:
            form.add_error("code", _("Too many wrong codes. Please wait 15 minutes, or call us."))
            return _masked(request, entry, form, status=429)
        if not is_right:
            form.add_error("code", _("This code is not right. Please look again."))
            return _masked(request, entry, form, status=422)
    response = _to_page(entry)
    cookies.remember_browser(response, entry)
    cookies.show_for_a_while(response, entry)
    return response


@by_post
def hide(request, entry):
    response = _to_page(entry)
    cookies.hide_again(response, entry)
    return response


@by_post
@shown_only
def take(request, entry):
    try:
        booking = waiting.take(entry_id=entry.pk, now=timezone.now())
    except OfferLapsed:
        return _page(request, entry_behind(entry.link_token), is_too_late=True, status=409)
    # The booking has the link and the code of the entry, so this browser knows it.
    return redirect("consultations:link", token=booking.link_token)


@by_post
@shown_only
def decline(request, entry):
    waiting.decline(entry_id=entry.pk, now=timezone.now())
    return _to_page(entry)


@by_post
@shown_only
def leave(request, entry):
    waiting.leave(entry_id=entry.pk, now=timezone.now())
    return _to_page(entry)


@by_post
@shown_only
def come_back(request, entry):
    try:
        waiting.come_back(entry_id=entry.pk, now=timezone.now())
    except TransitionNotAllowed:
        return _page(request, entry, status=409)
    return _to_page(entry)


def _to_page(entry):
    return redirect("consultations:waiting", token=entry.link_token)


def _masked(request, entry, form, status=200):
    context = {"form": form, "token": entry.link_token}
    return render(request, "consultations/waiting_masked.html", context, status=status)


def _page(request, entry, status=200, is_too_late=False):
    now = timezone.now()
    has_offer = entry.status == WaitingStatus.OFFERED and entry.claim_until > now
    is_waiting = entry.status == WaitingStatus.WAITING
    context = {
        "entry": entry,
        "token": entry.link_token,
        "resident": entry.case.resident,
        "has_offer": has_offer,
        "is_waiting": is_waiting,
        "has_lapsed": entry.is_on_the_list
        and not has_offer
        and not is_waiting
        or entry.status == WaitingStatus.EXPIRED,
        "is_too_late": is_too_late,
        "before": people_before(entry) if is_waiting else None,
        "stands_by": is_waiting and entry.standby_slot and entry.standby_slot.starts_at > now,
    }
    return render(request, "consultations/waiting.html", context, status=status)
