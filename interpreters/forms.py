"""What interpreters are asked, in their language."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from languages.formatting import format_weekday

LONGEST_TRAVEL = 50_000
# Any week will do that begins on a Monday.
A_WEEK = [date(2024, 1, 1) + timedelta(days=number) for number in range(7)]


class OfferForm(forms.Form):
    can_come = forms.TypedChoiceField(
        label=_("Can you come?"),
        choices=[("yes", _("Yes, I can come.")), ("no", _("No, I cannot come."))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you can come.")},
    )
    may_know_client = forms.BooleanField(
        label=_("I may know this person"),
        help_text=_("You need not explain. Then we look for somebody else."),
        required=False,
    )


class HoursForm(forms.Form):
    """When somebody can or cannot come: every week, or on one day."""

    is_free = forms.TypedChoiceField(
        label=_("Can you come then?"),
        choices=[("yes", _("I can come")), ("no", _("I cannot come"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you can come.")},
    )
    weekday = forms.TypedChoiceField(
        label=_("Every week on"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    on = forms.DateField(
        label=_("Or only on this day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = get_language()
        self.fields["weekday"].choices = [
            ("", "–"),
            *((day.weekday(), format_weekday(day, code)) for day in A_WEEK),
        ]

    def clean(self):
        cleaned = super().clean()
        weekday, on = cleaned.get("weekday"), cleaned.get("on")
        is_readable = not self.errors.keys() & {"weekday", "on"}
        if is_readable and (weekday is None) == (on is None):
            self.add_error("weekday", _("Choose a weekday or a day, not both."))
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be later than the beginning."))
        return cleaned


class InterpreterReportForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"), min_value=0, max_value=24 * 60
    )
    travel_cost = forms.IntegerField(
        label=_("Travel cost in yen"), min_value=0, max_value=LONGEST_TRAVEL, initial=0
    )
    remarks = forms.CharField(
        label=_("Was anything difficult?"),
        help_text=_("Words that were hard to interpret, or anything else. No names."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    wants_debrief = forms.BooleanField(
        label=_("I would like to talk about it with a coordinator"), required=False
    )
