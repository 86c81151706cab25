"""Somebody says what is wrong; the center itself says that everything is right."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centers.choices import Origin
from centers.forms import CenterCorrectionForm, CorrectionForm
from centers.models import Center
from centers.models.center import ASK_AGAIN_AFTER
from centers.prefectures import BY_CODE
from centers.services.upkeep import (
    NothingProposed,
    confirm_center,
    propose_correction,
    written,
)
from interface.caching import public
from privacy.networks import TooManyAttempts, count_attempt, network_of
from privacy.policies import personal

# From one network within an hour; a city hall with many desks has one address.
MOST_CORRECTIONS = 10


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, pk):
    """Anybody who found that an entry is wrong."""
    center = Center.objects.listed().select_related("operator").filter(pk=pk).first()
    if center is None:
        raise Http404
    return _correct(
        request,
        center,
        form_class=CorrectionForm,
        origin=Origin.PUBLIC,
        back=reverse("centers:center_detail", args=[center.pk]),
        next_url=reverse("centers:corrected"),
    )


@public
@require_safe
def corrected(request):
    """Thanks, and what happens next."""
    return render(request, "centers/corrected.html")


@personal
@require_safe
def ask(request, token):
    """The center looks at its own entry."""
    center = _center_of(token)
    if center is None:
        return render(request, "centers/link_unknown.html", status=404)
    return render(
        request,
        "centers/ask.html",
        {
            "center": center,
            "written": written(center),
            "prefecture": BY_CODE[center.operator.prefecture_code],
            "token": token,
            "is_confirmed": center.verified_on == timezone.localdate(),
            "ask_again_on": center.verified_on and center.verified_on + ASK_AGAIN_AFTER,
        },
    )


@personal
@require_POST
def confirm(request, token):
    """Yes, everything is right."""
    center = _center_of(token)
    if center is None:
        return render(request, "centers/link_unknown.html", status=404)
    now = timezone.now()
    confirm_center(center_id=center.pk, on=timezone.localdate(now), now=now)
    return redirect("centers:ask", token=token)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request, token):
    """No: what should it say?"""
    center = _center_of(token)
    if center is None:
        return render(request, "centers/link_unknown.html", status=404)
    return _correct(
        request,
        center,
        form_class=CenterCorrectionForm,
        origin=Origin.CENTER,
        back=reverse("centers:ask", args=[token]),
        next_url=reverse("centers:corrected"),
    )


def _center_of(token):
    return Center.objects.for_token(token).listed().select_related("operator").first()


def _correct(request, center, *, form_class, origin, back, next_url):
    initial = written(center)
    form = form_class(request.POST or None, initial=initial)
    context = {"form": form, "center": center, "back": back}
    if request.method != "POST":
        return render(request, "centers/correct.html", context)
    if not form.is_valid():
        return render(request, "centers/correct.html", context, status=422)
    now = timezone.now()
    answers = form.cleaned_data
    says_gone, message = answers.pop("says_gone"), answers.pop("message").strip()
    try:
        count_attempt(
            sender=network_of(request, now),
            what="correction",
            most=MOST_CORRECTIONS,
            within=timedelta(hours=1),
            now=now,
        )
        propose_correction(
            center=center,
            origin=origin,
            # What the form does not ask for stays as it is.
            proposed=initial | answers,
            says_gone=says_gone,
            message=message,
            now=now,
        )
    except TooManyAttempts:
        return render(request, "centers/too_many.html", {"back": back}, status=429)
    except NothingProposed:
        return render(request, "centers/correct.html", context | {"nothing": True}, status=422)
    return redirect(next_url)
