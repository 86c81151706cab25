"""The page on which an organization asks to join."""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.applications import apply_for_membership
from accounts.models import Organization
from privacy.networks import TooManyAttempts, count_attempt, network_of
from privacy.policies import personal

# From one network within an hour; a whole city hall has one address.
MOST_APPLICATIONS = 10


class JoinForm(forms.Form):
    organization_name = forms.CharField(label=_("Name of the organization"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organization.Kind)
    prefecture_code = forms.RegexField(
        label=_("Prefecture code"),
        help_text=_("Two digits, as in JIS X 0401: 13 is Tokyo."),
        regex=r"^(0[1-9]|[1-3][0-9]|4[0-7])$",
        initial="13",
        error_messages={"invalid": _("Please write two digits, 01 to 47.")},
    )
    phone = forms.CharField(label=_("Telephone of the organization"), max_length=30)
    name = forms.CharField(label=_("Your name"), max_length=100)
    email = forms.EmailField(
        label=_("Your e-mail address at work"),
        help_text=_("You sign in with a code that is sent to it."),
    )


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def join(request):
    """Ask to join. The answer is the same whether or not we know the organization."""
    form = JoinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            now = timezone.now()
            try:
                count_application(request, now)
            except TooManyAttempts:
                status = 429
                form.add_error(None, _("Too many applications from here. Please call us."))
            else:
                apply_for_membership(**form.cleaned_data, language=language_of_letters(), now=now)
                return redirect("organization_asked")
    return render(request, "accounts/join.html", {"form": form}, status=status)


def language_of_letters() -> str:
    """Staff are written to in a staff language: that of the page when it is one."""
    language = get_language()
    return language if language in settings.STAFF_LANGUAGES else settings.STAFF_LANGUAGES[0]


def count_application(request, now: datetime) -> None:
    """Raises TooManyAttempts."""
    count_attempt(
        sender=network_of(request, now),
        what="organization",
        most=MOST_APPLICATIONS,
        within=timedelta(hours=1),
        now=now,
    )


@personal
@require_safe
def asked(request):
    return render(request, "accounts/asked.html")
