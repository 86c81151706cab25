"""The page of an interpreter who signs in with a code, and what their calendar reads."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interpreters.forms import HoursForm
from interpreters.models import CalendarFeed, Interpreter
from interpreters.own import feed_file, month_from, own_page
from interpreters.services import own as services
from privacy.policies import personal
from schedules.hours import JAPAN


def interpreters_page(view):
    """For people of the pool alone."""

    @personal
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request):
        interpreter = Interpreter.objects.active().filter(account=request.user).first()
        if interpreter is None:
            raise Http404
        return view(request, interpreter)

    return wrapped


@interpreters_page
def me(request, interpreter):
    """Open questions first, then appointments, reports due, the month, hours, workshops."""
    now = timezone.now()
    form = HoursForm()
    if request.method == "POST":
        if "starts" not in request.POST:
            return _acted(request, interpreter, now)
        form = HoursForm(request.POST)
        if form.is_valid():
            services.say_hours(interpreter=interpreter, **form.cleaned_data)
            messages.success(request, _("Saved. Thank you!"))
            return redirect("interpreters:me")
    today = timezone.localdate(now, JAPAN)
    feed = CalendarFeed.objects.filter(interpreter=interpreter).first()
    context = {
        "own": own_page(
            interpreter, month=month_from(request.GET.get("month", ""), today=today), now=now
        ),
        "form": form,
        "feed": feed
        and settings.LINK_ORIGIN + reverse("interpreters:feed", args=[feed.link_token]),
        "today": today,
    }
    return render(request, "interpreters/me.html", context, status=422 if form.errors else 200)


@personal
@require_safe
def feed(request, token):
    """What a calendar program reads. Another token than a living one opens nothing."""
    found = CalendarFeed.objects.for_token(token).select_related("interpreter").first()
    if found is None or not found.interpreter.is_active:
        raise Http404
    return HttpResponse(
        feed_file(found.interpreter, now=timezone.now()), content_type="text/calendar"
    )


def _acted(request, interpreter, now):
    act, number = request.POST.get("act", ""), request.POST.get("number", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) <= 9 else 0  # noqa: PLR2004 no key has more digits
    try:
        if act == "forget":
            services.forget_hours(interpreter=interpreter, availability_id=number)
        elif act == "take":
            services.take_seat(workshop_id=number, user=request.user, now=now)
            messages.success(request, _("You have signed up."))
        elif act == "leave":
            services.leave_seat(workshop_id=number, user=request.user, now=now)
        elif act in {"feed", "feed_anew"}:
            services.feed_of(interpreter, anew=act == "feed_anew")
    except services.WorkshopFull:
        messages.warning(request, _("All seats are taken. Please call us."))
    return redirect("interpreters:me")
