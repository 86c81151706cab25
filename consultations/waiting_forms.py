from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.choices import ForWhom


class WaitForm(forms.Form):
    consent = forms.BooleanField(
        label=_("I agree that CINGA keeps what I wrote to find a time for me."),
        error_messages={"required": _("We need your agreement before we can keep your answers.")},
    )


class WaitForOtherForm(WaitForm):
    person_agrees = forms.BooleanField(
        label=_("The person knows about this and agrees to it."),
        error_messages={"required": _("Please ask the person first.")},
    )


def wait_form_for(answers: dict, data=None) -> WaitForm:
    """A helper says that the person agrees; a supporter has recorded it."""
    is_helper = answers.get("for_whom") == ForWhom.OTHER and not answers.get("consent_given")
    return (WaitForOtherForm if is_helper else WaitForm)(data)
