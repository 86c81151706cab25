"""What somebody types who wants to be called."""

import uuid

import phonenumbers
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.choices import Discretion, SafeHours
from consultations.forms import MESSAGE_HINT, normal_phone
from interface.widgets import LongSelect
from taxonomy.names import UNLISTED
from taxonomy.selectors import languages_for_choice

LONGEST_LINE = 300


class CallMeForm(forms.Form):
    """Everything a coordinator needs to call, and nothing more."""

    # The same page sent twice is one request.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    speaking_language = forms.ChoiceField(
        label=_("Which language do you want to speak?"),
        widget=LongSelect,
        error_messages={"required": _("Choose the language you want to speak.")},
    )
    language_note = forms.CharField(
        label=_("If it is not in the list: which language is it?"),
        help_text=_("Write it as you like, in your own letters too."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        help_text=_("We call this number."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"required": _("Write your telephone number.")},
    )
    discretion = forms.ChoiceField(
        label=_("Can other people hear when you talk on this telephone?"),
        help_text=_("If so, we do not say who we are before we know that it is you."),
        choices=Discretion,
        initial=Discretion.UNSURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether others can hear it.")},
    )
    safe_hours = forms.MultipleChoiceField(
        label=_("When is it safe to call you?"),
        choices=SafeHours,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    nickname = forms.CharField(
        label=_("What shall we call you?"),
        help_text=_("It need not be your real name."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    message = forms.CharField(
        label=_("What is it about? One line is enough."),
        help_text=MESSAGE_HINT,
        max_length=LONGEST_LINE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    consent = forms.BooleanField(
        label=_("I agree that CINGA keeps what I wrote and calls me."),
        error_messages={"required": _("We need your agreement before we can call.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["speaking_language"].choices = [
            ("", _("Please choose")),
            *languages_for_choice(get_language()),
            (UNLISTED, _("My language is not in the list")),
        ]

    def clean_phone(self):
        try:
            return normal_phone(self.cleaned_data["phone"])
        except phonenumbers.NumberParseException:
            raise forms.ValidationError(
                _("This is not a telephone number we can call. Example: 090-1234-5678"),
                code="invalid_phone",
            ) from None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("speaking_language") != UNLISTED:
            # Said of a language that is in the list it would only confuse.
            cleaned["language_note"] = ""
        elif not cleaned.get("language_note") and "language_note" not in self.errors:
            self.add_error(
                "language_note",
                forms.ValidationError(_("Write the name of your language."), code="required"),
            )
        return cleaned
