"""What somebody types who knows better."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 1000


def _text(label, rows, help_text="", longest=LONGEST_TEXT, **attributes):
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off", **attributes}),
    )


class CorrectionForm(forms.Form):
    """The entry as it is, to be changed where it is wrong."""

    message = _text(
        _("What is wrong?"),
        3,
        _("In your own language. Do not write your name or what your problem is."),
        longest=500,
        dir="auto",
    )
    says_gone = forms.BooleanField(label=_("This center is not there any more"), required=False)
    phones = _text(_("Telephone"), 2, _("One number on each line."), dir="ltr")
    hours = _text(_("Opening hours"), 3, dir="ltr")
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    remarks = _text(_("Please note"), 2)


class CenterCorrectionForm(CorrectionForm):
    """The same for the center itself, which may also be called otherwise."""

    name = forms.CharField(
        label=_("Name of the center"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "phones", "hours", "address", "remarks", "says_gone", "message"]
