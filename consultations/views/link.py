"""The page behind a capability link. GET shows, masked; POST acts."""

from functools import wraps

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultations import calendars, cookies
from consultations.choices import CanceledBy
from consultations.forms import CodeForm, NumberAndCodeForm, SlotForm
from consultations.models import WaitingEntry
from consultations.selectors import booking_behind, slot_choices
from consultations.services.attendance import question
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    move_booking,
)
from consultations.services.drafts import SlotTaken
from consultations.services.finding import find_by_code
from consultations.services.interpreting import may_seek
from consultations.services.otherwise import take_way, ways_left
from consultations.sessions import joining_of, places_to_join
from consultations.waiting_line import entry_instead_of
from privacy.links import TooManyCodes
from privacy.networks import TooManyAttempts, network_of
from privacy.policies import personal


def behind_link(view):
    """Pass the booking on; whatever else the token is, the answer is the same."""

    @personal
    @wraps(view)
    def wrapped(request, token):
        booking = booking_behind(token)
        # Somebody first in line for another time sees that instead.
        if (booking is None or not booking.is_open) and entry_instead_of(token):
            return redirect("consultations:waiting", token=token)
        if booking is None:
            return render(request, "consultations/link_unknown.html", status=404)
        return view(request, booking)

    return wrapped


def by_post(view):
    """An act. Asking for its address, as a language link does, leads to the page."""

    @wraps(view)
    def wrapped(request, booking):
        if request.method != "POST":
            return redirect("consultations:link", token=booking.link_token)
        return view(request, booking)

    return require_http_methods(["GET", "HEAD", "POST"])(behind_link(wrapped))


def shown_only(view):
    """Only for a browser that has opened the booking a short while ago."""

    @wraps(view)
    def wrapped(request, booking):
        if not cookies.is_shown(request, booking):
            return redirect("consultations:link", token=booking.link_token)
        return view(request, booking)

    return wrapped


@require_safe
@behind_link
def show(request, booking):
    now = timezone.now()
    if not cookies.is_shown(request, booking):
        form = None if cookies.is_known(request, booking) else CodeForm()
        return _masked(request, booking, form)
    can_change = booking.is_open and booking.slot.starts_at > now
    joining = joining_of(booking, now)
    context = {
        "booking": booking,
        "token": booking.link_token,
        "can_change": can_change,
        "joining": joining,
        "is_over": booking.slot.ends_at <= now,
        "attendance": question(booking, now),
        "ways": ways_left(booking, now),
        "is_looked_for": not may_seek(booking, booking.interpreter_request),
        "second_language": _second_language(booking),
        "days_kept": settings.RESIDENT_DATA_KEPT.days,
    }
    response = render(request, "consultations/link.html", context)
    response.forms_lead_to = places_to_join(joining)
    return response


@by_post
def reveal(request, booking):
    """Unmask for a quarter of an hour; a new browser gives the code."""
    if not cookies.is_known(request, booking):
        form = CodeForm(request.POST)
        if not form.is_valid():
            return _masked(request, booking, form, status=422)
        try:
            is_right = booking.check_code(form.cleaned_data["code"], timezone.now())
        except TooManyCodes:
            form.add_error("code", _("Too many wrong codes. Please wait 15 minutes, or call us."))
            return _masked(request, booking, form, status=429)
        if not is_right:
            form.add_error("code", _("This code is not right. Please look again."))
            return _masked(request, booking, form, status=422)
    return _opened(booking, to="link_address" if request.POST.get("to") == "address" else "")


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def find(request):
    """The way back with number and code. An unknown number and a wrong code look the same."""
    form = NumberAndCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _finding(request, form, status=422 if form.is_bound else 200)
    now = timezone.now()
    try:
        subject = find_by_code(
            number=form.cleaned_data["number"],
            code=form.cleaned_data["code"],
            network=network_of(request, now),
            now=now,
        )
    except TooManyAttempts:
        return too_many(request, back=reverse("consultations:link_find"))
    except TooManyCodes:
        form.add_error("code", _("Too many wrong codes. Please wait 15 minutes, or call us."))
        return _finding(request, form, status=429)
    if subject is None:
        form.add_error("code", _("This code is not right. Please look again."))
        return _finding(request, form, status=422)
    return _opened(subject)


@by_post
def hide(request, booking):
    response = redirect("consultations:link", token=booking.link_token)
    cookies.hide_again(response, booking)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
@shown_only
def move(request, booking):
    now = timezone.now()
    if request.method != "POST":
        return _times(request, booking, _slot_form(booking, now))
    form = _slot_form(booking, now, request.POST)
    if not form.is_valid():
        taken = form.has_error("slot", code="invalid_choice")
        return _times(request, booking, form, status=409 if taken else 422)
    try:
        move_booking(
            booking_id=booking.pk,
            slot_id=form.cleaned_data["slot"],
            actor_role=Role.RESIDENT,
            now=now,
        )
    except BookingNotOpen:
        return too_late(request, booking)
    except SlotTaken:
        form = _slot_form(booking, now, {})
        form.errors["slot"] = form.error_class(
            [form.fields["slot"].error_messages["invalid_choice"]]
        )
        return _times(request, booking, form, status=409)
    return redirect("consultations:link", token=booking.link_token)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
@shown_only
def cancel(request, booking):
    if request.method != "POST":
        context = {"booking": booking, "token": booking.link_token}
        return render(request, "consultations/link_cancel.html", context)
    try:
        cancel_booking(booking_id=booking.pk, canceled_by=CanceledBy.RESIDENT, now=timezone.now())
    except BookingNotOpen:
        return too_late(request, booking)
    return redirect("consultations:link", token=booking.link_token)


@by_post
@shown_only
def way(request, booking):
    """What else would do when nobody interprets."""
    try:
        take_way(booking_id=booking.pk, way=request.POST.get("way", ""), now=timezone.now())
    except BookingNotOpen:
        return too_late(request, booking)
    return redirect("consultations:link", token=booking.link_token)


@by_post
@shown_only
def calendar(request, booking):
    """A calendar file, on request only: family calendars are read by the family."""
    if not booking.is_open:
        return too_late(request, booking)
    response = HttpResponse(
        calendars.calendar_of(booking, now=timezone.now()), content_type="text/calendar"
    )
    response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


def _second_language(booking):
    second = booking.case.resident.second_language
    return second.name_for(get_language()) if second else ""


def too_many(request, back):
    """One page for every limit, so that none tells what was behind it."""
    return render(request, "consultations/link_too_many.html", {"back": back}, status=429)


def _opened(subject, to=""):
    page = "waiting" if isinstance(subject, WaitingEntry) else to or "link"
    response = redirect(f"consultations:{page}", token=subject.link_token)
    cookies.remember_browser(response, subject)
    cookies.show_for_a_while(response, subject)
    return response


def _finding(request, form, status):
    return render(request, "consultations/link_find.html", {"form": form}, status=status)


def _slot_form(booking, now, data=None):
    zone = booking.case.resident.time_zone
    choices = slot_choices(
        topic=booking.case.primary_topic_id, language=get_language(), zone=zone, now=now
    )
    return SlotForm(data, choices=choices, zone=zone)


def _masked(request, booking, form, status=200):
    attendance = question(booking, timezone.now())
    context = {"form": form, "token": booking.link_token, "attendance": attendance}
    return render(request, "consultations/link_masked.html", context, status=status)


def _times(request, booking, form, status=200):
    context = {
        "booking": booking,
        "token": booking.link_token,
        "form": form,
        "has_times": bool(form.fields["slot"].choices),
    }
    return render(request, "consultations/link_move.html", context, status=status)


def too_late(request, booking):
    context = {"token": booking.link_token}
    return render(request, "consultations/link_too_late.html", context, status=409)
