"""What a resident types in the hour of the session."""

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.forms import normal_phone


class NumberForm(forms.Form):
    """The number to call now, of somebody whose number we do not know."""

    page_heading = True

    phone = forms.CharField(
        label=_("Which telephone number shall we call?"),
        help_text=_("We call this number now."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"required": _("Write your telephone number.")},
    )

    def clean_phone(self):
        try:
            return normal_phone(self.cleaned_data["phone"])
        except phonenumbers.NumberParseException:
            raise forms.ValidationError(
                _("This is not a telephone number we can call. Example: 090-1234-5678"),
                code="invalid_phone",
            ) from None
