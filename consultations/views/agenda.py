"""The experts' pages: their sessions, what they need to know, and what came of each."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import is_expert
from accounts.services import record_access
from cases.models import CaseEvent
from consultations.admin_forms import NoShowForm, OutcomeForm, TakeawaysForm
from consultations.agenda import agenda_of, own_sessions
from consultations.choices import BookingStatus, Mode
from consultations.models import Booking, TransitionNotAllowed
from consultations.services import sessions
from consultations.services.bookings import BookingNotOpen, record_no_show
from consultations.services.unchanged import BookingChanged, last_event_of, unchanged_since
from consultations.sessions import (
    EXPERT,
    is_session_hour,
    joining_opens_at,
    may_be_missed,
    missing_sides,
)
from interface.numbers import number_in
from languages.context_processors import page_language
from languages.negotiation import staff_language
from privacy.policies import personal

ROLE = CaseEvent.ActorRole.EXPERT


def experts_page(view):
    """For signed-in experts alone, in the languages of staff pages."""

    @login_required
    @personal
    @wraps(view)
    def wrapped(request, **where):
        if not is_expert(request.user):
            raise Http404
        if get_language() not in settings.STAFF_LANGUAGES:
            with override(staff_language(request)):
                return redirect(f"consultations:{request.resolver_match.url_name}", **where)
        return view(request, **where)

    return wrapped


def with_session(view):
    """Pass the own session on. One that is no longer to come leads back to the list."""

    @experts_page
    @wraps(view)
    def wrapped(request, booking_id):
        now = timezone.now()
        booking = own_sessions(request.user, now).filter(pk=booking_id).first()
        if booking is not None:
            return view(request, booking, now)
        own = Booking.objects.visible_to(request.user).filter(slot__expert__account=request.user)
        if not own.filter(pk=booking_id).exists():
            raise Http404
        messages.warning(request, _("This session is not in your agenda any more."))
        return redirect("consultations:agenda")

    return wrapped


def by_post(view):
    """An act. Asking for its address, as signing in or a language link does, leads to the brief."""

    @wraps(view)
    def wrapped(request, booking, now):
        if request.method != "POST":
            return redirect("consultations:agenda_brief", booking_id=booking.pk)
        return view(request, booking, now)

    return require_http_methods(["GET", "HEAD", "POST"])(with_session(wrapped))


@require_safe
@experts_page
def agenda(request):
    now = timezone.now()
    context = {"agenda": agenda_of(request.user, now), **_frame(request)}
    return render(request, "consultations/agenda.html", context)


@require_safe
@with_session
def brief(request, booking, now):
    return _brief(request, booking, now)


@by_post
def here(request, booking, now):
    """ "I am here": the resident is let in, and the room is shown."""
    try:
        sessions.check_in(
            booking_id=booking.pk, side=EXPERT, actor=request.user, actor_role=ROLE, now=now
        )
    except BookingNotOpen:
        messages.warning(request, _("It is not the time of the session, or it is over."))
    return redirect("consultations:agenda_brief", booking_id=booking.pk)


@by_post
def held(request, booking, now):
    """It took place."""
    form = OutcomeForm(request.POST, auto_id="held_%s")

    def act():
        sessions.end_session(
            booking_id=booking.pk,
            outcome=form.cleaned_data["outcome"],
            takeaways=form.cleaned_data["takeaways"],
            noted_by=request.user,
            actor_role=ROLE,
            now=now,
        )

    return _noted(request, booking, now, form, "held_form", act, _("The outcome is saved."))


@by_post
def missed(request, booking, now):
    """It did not take place."""
    form = NoShowForm(request.POST, auto_id="missed_%s")

    def act():
        record_no_show(
            booking_id=booking.pk,
            party=form.cleaned_data["party"],
            recorded_by=request.user,
            actor_role=ROLE,
            now=now,
        )

    done = _("It is noted who did not come.")
    return _noted(request, booking, now, form, "missed_form", act, done)


@by_post
def lines(request, booking, now):
    """What the resident reads afterwards, mended."""
    form = TakeawaysForm(request.POST, auto_id="lines_%s")

    def act():
        sessions.write_takeaways(
            booking_id=booking.pk,
            takeaways=form.cleaned_data["takeaways"],
            noted_by=request.user,
            actor_role=ROLE,
            now=now,
        )

    return _noted(request, booking, now, form, "lines_form", act, _("The lines are saved."))


def _noted(request, booking, now, form, name, act, done):
    """Do what a valid form says while nobody has changed the session; keep what was typed."""
    if not form.is_valid():
        return _brief(request, booking, now, status=422, form=form, **{name: form})
    try:
        with unchanged_since(
            booking_id=booking.pk,
            last_event_id=number_in(request.POST.get("seen", "")),
        ):
            act()
    except BookingChanged:
        text = _(
            "Nothing is saved yet: something has happened to this session since you opened the "
            "page. Look at it, then send again what you wrote."
        )
        messages.warning(request, text)
        return _brief(request, booking, now, status=409, **{name: form})
    except (BookingNotOpen, TransitionNotAllowed):
        messages.warning(request, _("This is not possible now."))
        return _brief(request, booking, now, status=409, **{name: form})
    messages.success(request, done)
    return redirect("consultations:agenda")


def _brief(request, booking, now, *, status=200, **forms):
    record_access(
        user=request.user,
        subject=f"cases.Resident:{booking.case.resident_id}",
        purpose="brief_read",
        now=now,
    )
    is_confirmed = booking.status == BookingStatus.CONFIRMED
    has_begun = booking.slot.starts_at <= now
    is_there = booking.expert_joined_at is not None
    is_hour = is_session_hour(booking, now)
    language = get_language()
    resident = booking.case.resident
    spoken = [resident.speaking_language, resident.second_language]
    context = {
        "booking": booking,
        "resident": resident,
        "speaking": [known.label_for(language) for known in spoken if known],
        "joining_opens_at": joining_opens_at(booking.slot),
        "is_confirmed": is_confirmed,
        "is_to_come": is_confirmed and booking.slot.ends_at > now,
        "may_check_in": is_hour and not is_there,
        "shows_room": is_hour and is_there and booking.mode == Mode.VIDEO,
        "missing": missing_sides(booking, now),
        "may_be_held": is_confirmed and has_begun,
        "may_be_missed": is_confirmed and may_be_missed(booking, now),
        "is_held": booking.status == BookingStatus.COMPLETED,
        "seen": last_event_of(booking.case_id),
        "held_form": OutcomeForm(auto_id="held_%s"),
        "missed_form": NoShowForm(auto_id="missed_%s"),
        "lines_form": TakeawaysForm.filled(booking.takeaways, auto_id="lines_%s"),
        **_frame(request),
        **forms,
    }
    return render(request, "consultations/agenda_brief.html", context, status=status)


def _frame(request):
    """The language switch of staff pages."""
    links = page_language(request)["language_links"]
    return {
        "language_links": [link for link in links if link.language.code in settings.STAFF_LANGUAGES]
    }
