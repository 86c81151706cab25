"""Which days are looked at: those that are asked for most, and the form for all others."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.figures.statistics import JAPAN, Period
from consultations.models import Program
from schedules.fiscal import first_day_of, fiscal_year_of

PRESETS = {
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_year": _("This fiscal year"),
    "last_year": _("Last fiscal year"),
    "all": _("All"),
}
EARLIEST = date(2000, 1, 1)
LATEST = date(2199, 12, 31)


def preset(name: str, today: date) -> Period:
    if name == "all":
        return Period()
    if name == "this_month":
        return _month_of(today)
    if name == "last_month":
        return _month_of(today.replace(day=1) - timedelta(days=1))
    year = fiscal_year_of(today) - (name == "last_year")
    return Period(first_day_of(year), first_day_of(year + 1) - timedelta(days=1))


def _month_of(day):
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


class PeriodForm(forms.Form):
    """Sent with GET: the address of the page says what it shows."""

    period = forms.ChoiceField(choices=PRESETS.items(), required=False, widget=forms.HiddenInput)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    program = forms.ModelChoiceField(
        label=_("Program"),
        queryset=Program.objects.order_by("name", "pk"),
        required=False,
        empty_label=_("All programs"),
    )
    publication = forms.BooleanField(
        label=_("For publication: hide groups under five"), required=False
    )

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = now.astimezone(JAPAN).date()

    def clean_since(self):
        return self._known_to_calendars("since")

    def clean_until(self):
        return self._known_to_calendars("until")

    def _known_to_calendars(self, name):
        day = self.cleaned_data[name]
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(
                _("Choose a day between the years 2000 and 2199."), code="far_away"
            )
        return day

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first one."))
        return cleaned

    @property
    def chosen(self) -> str:
        """The preset that is shown; empty when days were typed."""
        if self.cleaned_data["since"] or self.cleaned_data["until"]:
            return ""
        return self.cleaned_data["period"] or "this_year"

    def shown_period(self) -> Period:
        if self.chosen:
            return preset(self.chosen, self.today)
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])
