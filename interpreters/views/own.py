"""The page of an interpreter who signs in with a code, and what their calendar reads."""

import re
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
from interpreters.own import feed_file, learning_of, month_from, own_page
from interpreters.services import own as services
from privacy.policies import personal
from schedules.hours import JAPAN

# More digits are no key of ours, and more than a database takes.
KEY = re.compile(r"[0-9]{1,9}")


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


@personal
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workshops(request):
    """Learning sessions, for interpreters and for whoever counsels: sign up, or leave."""
    now = timezone.now()
    is_interpreter = Interpreter.objects.active().filter(account=request.user).exists()
    if request.method == "POST":
        _take_or_leave(request, is_interpreter, now)
        return redirect("interpreters:workshops")
    learning = learning_of(request.user, is_interpreter=is_interpreter, now=now)
    return render(request, "interpreters/workshops.html", {"learning": learning})


def _acted(request, interpreter, now):
    act = request.POST.get("act", "")
    if act == "forget":
        services.forget_hours(interpreter=interpreter, availability_id=_number(request))
    elif act in {"feed", "feed_anew"}:
        services.feed_of(interpreter, anew=act == "feed_anew")
    else:
        _take_or_leave(request, True, now)
    return redirect("interpreters:me")


def _take_or_leave(request, is_interpreter, now):
    act, number = request.POST.get("act", ""), _number(request)
    if act == "leave":
        services.leave_seat(workshop_id=number, user=request.user, now=now)
    elif act == "take":
        try:
            services.take_seat(
                workshop_id=number, user=request.user, is_interpreter=is_interpreter, now=now
            )
        except services.WorkshopFull:
            messages.warning(request, _("All seats are taken. Please call us."))
        else:
            messages.success(request, _("You have signed up."))


def _number(request):
    """Of what was pressed; zero, which nothing has, for anything else."""
    number = request.POST.get("number", "")
    return int(number) if KEY.fullmatch(number) else 0
