""" "Delete my data": what goes, what stays, and a page without a trace at the end."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import CaseEvent
from consultations.services.erasure import erase_resident
from consultations.views import link, waiting
from privacy.leaving import leave_for
from privacy.policies import personal


def _deleting(request, subject, *, page, will_be_canceled, now):
    if request.method != "POST":
        context = {"subject": subject, "page": page, "will_be_canceled": will_be_canceled}
        return render(request, "consultations/link_delete.html", context)
    erase_resident(
        resident_id=subject.case.resident_id, actor_role=CaseEvent.ActorRole.RESIDENT, now=now
    )
    return leave_for(request, reverse("consultations:link_deleted"))


@require_http_methods(["GET", "HEAD", "POST"])
@link.behind_link
@link.shown_only
def delete(request, booking):
    now = timezone.now()
    return _deleting(
        request,
        booking,
        page=reverse("consultations:link", args=[booking.link_token]),
        will_be_canceled=booking.is_open and booking.slot.starts_at > now,
        now=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@waiting.behind_link
@waiting.shown_only
def delete_waiting(request, entry):
    """Somebody on the waiting list, who may have no appointment at all."""
    page = reverse("consultations:waiting", args=[entry.link_token])
    return _deleting(request, entry, page=page, will_be_canceled=False, now=timezone.now())


@require_safe
@personal
def deleted(request):
    """The same for everybody: it knows of nobody."""
    return render(request, "consultations/link_deleted.html")
