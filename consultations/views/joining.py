"""The resident's way into the session: "Join", and "call me" when that fails."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from consultations import cookies
from consultations.services.bookings import BookingNotOpen
from consultations.services.sessions import NumberMissing, ask_for_call, check_in
from consultations.session_forms import NumberForm
from consultations.sessions import RESIDENT, is_let_in, may_ask_for_call
from consultations.views.link import by_post, shown_only


@by_post
@shown_only
def join(request, booking):
    """Say that the resident is there, and lead into the room when it is open."""
    now = timezone.now()
    try:
        booking = check_in(booking_id=booking.pk, side=RESIDENT, now=now)
    except BookingNotOpen:
        return _not_now(request, booking)
    if is_let_in(booking, now):
        return _seen(booking, booking.room_url)
    return _back(booking)


@by_post
@shown_only
def call_me(request, booking):
    """Have a coordinator call at once; ask for the number when we know none."""
    now = timezone.now()
    if not may_ask_for_call(booking, now):
        return _not_now(request, booking)
    phone = ""
    if not booking.case.resident.phone:
        if "phone" not in request.POST:
            return _asking(request, booking, NumberForm())
        form = NumberForm(request.POST)
        if not form.is_valid():
            return _asking(request, booking, form, status=422)
        phone = form.cleaned_data["phone"]
    try:
        ask_for_call(booking_id=booking.pk, phone=phone, now=now)
    except BookingNotOpen:
        return _not_now(request, booking)
    except NumberMissing:
        # It was taken away between the two looks.
        return _asking(request, booking, NumberForm(), status=409)
    return _back(booking)


def _back(booking):
    return _seen(booking, reverse("consultations:link", kwargs={"token": booking.link_token}))


def _seen(booking, address):
    """Lead on; whoever waits here should not have to unmask the page all the time."""
    response = HttpResponse(status=303, headers={"Location": address})
    cookies.show_for_a_while(response, booking)
    return response


def _not_now(request, booking):
    context = {"token": booking.link_token}
    return render(request, "consultations/link_too_late.html", context, status=409)


def _asking(request, booking, form, status=200):
    context = {"token": booking.link_token, "form": form}
    return render(request, "consultations/link_call_me.html", context, status=status)
