"""What a person may ask for: all that is kept about them, or to be forgotten."""

from django import forms
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import RELATED
from cases.models import Case, CaseEvent
from consultations.models import Booking, CallRequest, WaitingEntry
from consultations.services.erasure import erase_resident
from consultations.services.export import export_resident


class EraseForm(forms.Form):
    is_asked_for = forms.BooleanField(
        label=gettext_lazy("The person has asked for it, and I am sure who they are."),
        error_messages={"required": gettext_lazy("Say that the person has asked for it.")},
    )


def personal_data_of(case):
    """A link for the page of the case."""
    address = reverse("admin:consultations_resident", args=[case.pk])
    return [(_("Personal data: hand out or delete"), address)]


RELATED.append(personal_data_of)


def personal_data(admin, request, case_id):
    """GET says what would be deleted, and shows nothing of it."""
    case = _case(admin, request, case_id)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(admin, request, case, form, status=422 if form.is_bound else 200)
    erase_resident(
        resident_id=case.resident_id,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        actor=request.user,
        now=timezone.now(),
    )
    text = _("%(reference)s: everything personal is deleted.") % {"reference": case}
    admin.message_user(request, text)
    return redirect("admin:cases_case_change", case.pk)


def export(admin, request, case_id):
    case = _case(admin, request, case_id)
    kept = export_resident(case_id=case.pk, exported_by=request.user, now=timezone.now())
    response = JsonResponse(kept, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="export.json"'
    response["Cache-Control"] = "no-store, private"
    return response


def _case(admin, request, case_id):
    admin.refuse_others(request, to_change=True)
    cases = Case.objects.visible_to(request.user).select_related("resident")
    case = cases.defer("resident__nickname", "resident__email", "resident__phone").filter(
        pk=case_id
    )
    if not case:
        raise Http404
    return case[0]


def _page(admin, request, case, form, status):
    of_person = {"case__resident": case.resident_id}
    context = {
        "title": _("Personal data"),
        "subtitle": case,
        "case": case,
        "form": form,
        "is_erased": case.resident.erased_at is not None,
        "cases": Case.objects.filter(resident=case.resident_id).count(),
        "open_bookings": Booking.objects.open().filter(**of_person).count(),
        "waiting": WaitingEntry.objects.on_the_list().filter(**of_person).count(),
        "calls": CallRequest.objects.open().filter(**of_person).count(),
    }
    return admin.page(request, "consultations/admin/personal_data.html", context, status)
