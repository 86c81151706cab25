"""Booking for somebody on the telephone: one screen, read out question by question."""

import uuid
from zoneinfo import ZoneInfo

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.services import record_access
from cases.choices import ContactChannel
from consultations.admin_forms import ByPhoneForm
from consultations.choices import ForWhom, Mode
from consultations.forms import ConsentForm
from consultations.models import Booking, CallRequest
from consultations.selectors import slot_choices
from consultations.services.drafts import SlotTaken
from consultations.services.making import book_by_phone
from taxonomy.names import UNLISTED

TOKYO = ZoneInfo("Asia/Tokyo")


def by_phone(pages, request):
    """`pages` is the booking admin, which checks rights and dresses the page."""
    pages.refuse_others(request, to_change=True)
    now = timezone.now()
    today = now.astimezone(TOKYO).date()
    if request.method != "POST":
        empty = {"key": uuid.uuid4(), "for_whom": ForWhom.SELF, "reading_language": ""}
        form = ByPhoneForm(initial=empty | _asked_for(request, now))
        return _page(pages, request, form)
    if booking := sent_before(request):
        return redirect("admin:consultations_booking_booked", booking.pk)
    choices = free_times(request.POST.get("topic", ""), now)
    if "show_times" in request.POST:
        # Nothing is checked yet: what was typed stays, and the times of the topic appear.
        form = ByPhoneForm(initial=_typed(request.POST), slot_choices=choices)
        return _page(pages, request, form, choices)
    form = ByPhoneForm(request.POST, slot_choices=choices, today=today)
    if not form.is_valid():
        taken = set(form.errors) == {"slot"} and form.has_error("slot", code="invalid_choice")
        return _page(pages, request, form, choices, status=409 if taken else 422)
    try:
        booking = book_by_phone(
            answers=form.answers(),
            slot_id=form.cleaned_data["slot"],
            booked_by=request.user,
            key=form.cleaned_data["key"],
            case_id=call_request.case_id if (call_request := _call_request(request)) else None,
            now=now,
        )
    except SlotTaken:
        choices = free_times(request.POST["topic"], now)
        form = ByPhoneForm(request.POST, slot_choices=choices, today=today)
        if form.is_valid():
            form.add_error("slot", form.fields["slot"].error_messages["invalid_choice"])
        return _page(pages, request, form, choices, status=409)
    return redirect("admin:consultations_booking_booked", booking.pk)


def booked(pages, request, booking_id):
    """Number and code, large, to be read aloud."""
    booking = pages.booking_for(request, booking_id)
    pages.note(request, booking, "code_shown")
    context = {"title": _("The booking is made"), "booking": booking}
    return pages.page(request, "consultations/admin/booked.html", context)


def _page(pages, request, form, choices=(), status=200):
    context = {
        "title": _("Book for somebody on the telephone"),
        "form": form,
        "has_times": bool(choices),
        "has_topic": bool(form["topic"].value()),
        "consent_text": ConsentForm.base_fields["consent"].label,
    }
    return pages.page(request, "consultations/admin/by_phone.html", context, status)


def sent_before(request):
    """The booking that this very form has made: a second tap, or Back and send."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    return Booking.objects.filter(draft_key=key, booked_by=request.user).only("pk").first()


def free_times(topic, now):
    return slot_choices(topic=topic, language=get_language(), now=now) if topic else []


def _call_request(request):
    """The request for a call that the address names; its case is the booking's."""
    number = request.GET.get("call", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    call_requests = CallRequest.objects.visible_to(request.user).with_story()
    return call_requests.filter(pk=number).first()


def _asked_for(request, now):
    """What somebody has said already who asked for a call; the access log says who read it."""
    call_request = _call_request(request)
    if call_request is None:
        return {}
    resident = call_request.case.resident
    record_access(
        user=request.user,
        subject=f"cases.Resident:{resident.pk}",
        purpose="contact_shown",
        now=now,
    )
    speaks = resident.speaking_language_id
    return {
        "speaking_language": "" if speaks == UNLISTED else speaks,
        "language_variety": resident.language_note,
        "reading_language": resident.reading_language,
        "mode": Mode.PHONE,
        "channel": ContactChannel.PHONE,
        "phone": resident.phone,
        "discretion": resident.discretion,
        "safe_hours": resident.safe_hours,
        "nickname": resident.nickname,
        "message": call_request.message,
    }


def _typed(data):
    """What stands in the form, as initial values: shown again without a check."""
    values = data.dict()
    values["safe_hours"] = data.getlist("safe_hours")
    values["not_from_community"] = "not_from_community" in data
    values["consent"] = "consent" in data
    return values
