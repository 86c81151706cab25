"""One tap: I will come. It shows nothing, so it needs no code."""

from django.shortcuts import redirect, render
from django.utils import timezone

from consultations.services.attendance import say_coming
from consultations.services.bookings import BookingNotOpen
from consultations.views.link import by_post


@by_post
def coming(request, booking):
    try:
        say_coming(booking_id=booking.pk, now=timezone.now())
    except BookingNotOpen:
        context = {"token": booking.link_token}
        return render(request, "consultations/link_too_late.html", context, status=409)
    return redirect("consultations:link", token=booking.link_token)
