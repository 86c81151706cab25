"""The letter that did not come, and the address that was wrong."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from consultations import cookies
from consultations.link_forms import NewContactForm
from consultations.models import Booking
from consultations.services.bookings import BookingNotOpen
from consultations.services.contacts import ContactTaken, change_own_contact, send_letter_again
from consultations.views.link import behind_link, by_post, shown_only, too_late, too_many
from privacy.networks import TooManyAttempts


@by_post
def letter(request, booking):
    """Send the letter with the link once more; for the browser that booked as well."""
    page = reverse("consultations:link", args=[booking.link_token])
    if not cookies.is_known(request, booking):
        return redirect(page)
    try:
        send_letter_again(booking_id=booking.pk, now=timezone.now())
    except TooManyAttempts:
        return too_many(request, back=page)
    except BookingNotOpen:
        return too_late(request, booking)
    return redirect("consultations:link_sent", token=booking.link_token)


@require_safe
@behind_link
def sent(request, booking):
    return render(request, "consultations/link_sent.html", {"token": booking.link_token})


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
@shown_only
def address(request, booking):
    """Another address or number. The link that the wrong one may have got is void then."""
    if not booking.is_open or booking.slot.starts_at <= timezone.now():
        return too_late(request, booking)
    options = {"mode": booking.mode, "for_whom": booking.for_whom}
    if request.method != "POST":
        resident = booking.case.resident
        initial = {name: getattr(resident, name) for name in NewContactForm.kept}
        return _address(request, booking, NewContactForm(initial=initial, **options))
    form = NewContactForm(request.POST, **options)
    if not form.is_valid():
        return _address(request, booking, form, status=422)
    try:
        change_own_contact(booking_id=booking.pk, now=timezone.now(), **form.plan())
    except (TooManyAttempts, ContactTaken):
        return too_many(request, back=reverse("consultations:link", args=[booking.link_token]))
    except BookingNotOpen:
        return too_late(request, booking)
    booking = Booking.objects.get(pk=booking.pk)
    response = redirect("consultations:link_address_saved", token=booking.link_token)
    # Whoever mended it stays inside; everybody else with the old link is outside.
    cookies.remember_browser(response, booking)
    cookies.show_for_a_while(response, booking)
    return response


@require_safe
@behind_link
@shown_only
def address_saved(request, booking):
    context = {"booking": booking, "token": booking.link_token}
    return render(request, "consultations/link_address_saved.html", context)


def _address(request, booking, form, status=200):
    context = {"form": form, "token": booking.link_token}
    return render(request, "consultations/link_address.html", context, status=status)
