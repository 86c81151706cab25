"""What interpreters are asked, in their language."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_TRAVEL = 50_000


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
