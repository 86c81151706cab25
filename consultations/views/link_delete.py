""" "Delete my data": what goes, what stays, and a page without a trace at the end."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import CaseEvent
from consultations.services.erasure import erase_resident
from consultations.views.link import behind_link, shown_only
from privacy.leaving import leave_for
from privacy.policies import personal


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
@shown_only
def delete(request, booking):
    now = timezone.now()
    if request.method != "POST":
        will_be_canceled = booking.is_open and booking.slot.starts_at > now
        context = {
            "booking": booking,
            "token": booking.link_token,
            "will_be_canceled": will_be_canceled,
        }
        return render(request, "consultations/link_delete.html", context)
    erase_resident(
        resident_id=booking.case.resident_id, actor_role=CaseEvent.ActorRole.RESIDENT, now=now
    )
    return leave_for(request, reverse("consultations:link_deleted"))


@require_safe
@personal
def deleted(request):
    """The same for everybody: it knows of nobody."""
    return render(request, "consultations/link_deleted.html")
