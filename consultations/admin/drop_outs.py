"""A day that cannot take place, an expert who cannot come: look first, then one button."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from consultations.drop_out_forms import ExpertAbsenceForm
from consultations.drop_outs import DropOut, dropped_out, experts_of_day, preview_drop_out
from consultations.models import ConsultationDay
from consultations.services.dropout import AffectedChanged, drop_out, offer_again
from languages.formatting import JAPAN, format_day, format_moment

TEMPLATE = "consultations/admin/drop_out.html"


def day_falls_out(pages, request, day_id):
    """`pages` is the admin of consultation days, which knows who may change them."""
    _check(pages, request)
    day = ConsultationDay.objects.filter(pk=day_id).first()
    if day is None:
        raise Http404
    context = {
        "title": _("This day cannot take place"),
        "subtitle": format_day(day.date, get_language()),
        "day": day,
        "again": _("The day can take place after all"),
    }
    return _page(pages, request, DropOut(day_id=day.pk), context, address=request.path)


def expert_falls_out(pages, request):
    """An expert who cannot come: chosen here, for today or from one moment to another."""
    _check(pages, request)
    now = timezone.now()
    is_chosen = "expert" in request.GET
    form = ExpertAbsenceForm(request.GET if is_chosen else None, initial=_today(now))
    context = {
        "title": _("An expert cannot come"),
        "form": form,
        "again": _("The expert can come after all"),
    }
    if not form.is_valid():
        midnight = datetime.combine(now.astimezone(JAPAN).date(), time(), JAPAN)
        context |= {
            "experts": experts_of_day(midnight, now=now),
            "today": urlencode(_today(now)),
        }
        return _answer(pages, request, context, status=422 if is_chosen else 200)
    expert, from_at, until_at = (form.cleaned_data[name] for name in ("expert", "starts", "ends"))
    context |= {
        "expert": expert,
        "subtitle": str(expert),
        "from_at": format_moment(from_at, get_language()),
        "until_at": format_moment(until_at, get_language()),
    }
    what = DropOut(expert_id=expert.pk, from_at=from_at, until_at=until_at)
    return _page(pages, request, what, context, address=request.get_full_path())


def _today(now):
    """The rest of this day in Japan, as the form takes it."""
    today = now.astimezone(JAPAN).date()
    return {"starts": f"{today}T00:00", "ends": f"{today + timedelta(days=1)}T00:00"}


def _page(pages, request, what, context, *, address):
    now = timezone.now()
    if request.method == "POST" and "again" in request.POST:
        slots = offer_again(what=what, now=now)
        text = ngettext(
            "%(count)d time is offered again. Canceled bookings stay canceled.",
            "%(count)d times are offered again. Canceled bookings stay canceled.",
            len(slots),
        )
        pages.message_user(request, text % {"count": len(slots)}, messages.SUCCESS)
        return redirect(address)
    status = 200
    if request.method == "POST":
        try:
            drop_out(what=what, seen=request.POST.get("seen", ""), dropped_by=request.user, now=now)
        except AffectedChanged:
            text = _(
                "Nothing is done: somebody has booked, moved or canceled in the meantime. "
                "Look again at who is affected now."
            )
            pages.message_user(request, text, messages.WARNING)
            status = 409
        else:
            text = _("It is done. Everybody who is reached by letter is told.")
            pages.message_user(request, text, messages.SUCCESS)
            return redirect(address)
    context |= {
        "preview": preview_drop_out(what=what, now=now),
        "withdrawn": what.withdrawn_slots(now).count(),
        "people": dropped_out(what=what, now=now),
    }
    return _answer(pages, request, context, status)


def _answer(pages, request, context, status):
    context = {**pages.admin_site.each_context(request), "opts": pages.opts, **context}
    return TemplateResponse(request, TEMPLATE, context, status=status)


def _check(pages, request):
    if not pages.has_change_permission(request):
        raise PermissionDenied
