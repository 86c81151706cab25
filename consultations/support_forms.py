"""What a supporter answers before and after the client's own questions."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consultations.choices import ConsentGiven
from consultations.forms import ConsentForm, HelpersConsentForm, OwnNames
from consultations.steps import asks_the_helper
from languages import registry


class SupportForm(forms.Form):
    organization = forms.TypedChoiceField(label=_("Your organization"), coerce=int)
    client_language = forms.ChoiceField(
        label=_("Which language does your client read?"),
        help_text=_("You can change between your language and this one on every page."),
        widget=OwnNames,
        error_messages={"required": _("Choose the language your client reads.")},
    )
    attends_at_organization = forms.BooleanField(
        label=_("My client comes to our desk for the consultation."), required=False
    )

    def __init__(self, *args, memberships, **kwargs):
        super().__init__(*args, **kwargs)
        organizations = [(each.organization_id, each.organization.name) for each in memberships]
        self.fields["organization"].choices = organizations
        if len(organizations) == 1:
            self.fields["organization"].widget = forms.HiddenInput()
            self.fields["organization"].initial = organizations[0][0]
        self.fields["client_language"].choices = [
            (code, registry.get(code).autonym) for code in settings.COMPLETE_LANGUAGES
        ]


class SupportersConsentForm(ConsentForm):
    """Said by the supporter in the client's name, who sits beside."""

    consent_given = forms.ChoiceField(
        label=_("How did your client agree?"),
        choices=[
            (ConsentGiven.ORAL, _("I have read this page to my client, who said yes.")),
            (ConsentGiven.WRITTEN, _("My client has signed it. My organization keeps the paper.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how your client agreed.")},
    )
    field_order = ["consent_given", "consent"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = _(
            "My client agrees that CINGA uses what we wrote to prepare and hold this consultation."
        )


class ClientsConsentForm(ConsentForm):
    """On the client's own phone nobody speaks for the client."""

    consent_given = forms.ChoiceField(
        choices=[(ConsentGiven.SELF, "")],
        initial=ConsentGiven.SELF,
        widget=forms.HiddenInput,
    )


def consent_form_for(answers: dict, *, is_supporter: bool, data=None):
    """Who is asked for consent depends on who sits before the page."""
    if answers.get("supporter"):
        return (SupportersConsentForm if is_supporter else ClientsConsentForm)(data)
    return (HelpersConsentForm if asks_the_helper(answers) else ConsentForm)(data)


def desk_language_for(client_language: str) -> str:
    """The language the supporter came in; Japanese when it is the client's own."""
    present = get_language()
    return "ja" if present == client_language else present
