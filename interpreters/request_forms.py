"""What staff of an organization are asked who need an interpreter. There is no field for a name."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interpreters.choices import GenderWish, Modality, Purpose
from interpreters.places import Place, Setting
from interpreters.terms import TERMS
from schedules.hours import JAPAN
from taxonomy.selectors import languages_for_choice, topics_for_choice

LONGEST_TALK = timedelta(hours=8)


class RequestForm(forms.Form):
    """The fields of a request; `wish` and `details` are what the service takes."""

    organization = forms.ChoiceField(label=_("Organization"))
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        help_text=_("Each one becomes a request of its own."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    variety = forms.CharField(label=_("Variety or dialect"), max_length=80, required=False)
    modality = forms.ChoiceField(label=_("Modality"), choices=Modality, initial=Modality.SPOKEN)
    needs_script = forms.BooleanField(label=_("Must read the script"), required=False)
    setting = forms.ChoiceField(label=_("Setting"), choices=Setting)
    purpose = forms.ChoiceField(label=_("What is interpreted"), choices=Purpose)
    topic = forms.ChoiceField(label=_("Topic"))
    place = forms.ChoiceField(label=_("How"), choices=Place, initial=Place.ON_SITE)
    prefecture_code = forms.ChoiceField(
        label=_("Prefecture"),
        choices=[("13", _("Tokyo")), ("00", _("somewhere else"))],
        initial="13",
    )
    area = forms.CharField(
        label=_("Ward or city"),
        help_text=_("Interpreters see it when they are asked."),
        max_length=40,
        required=False,
    )
    address = forms.CharField(
        label=_("Place and nearest station"),
        help_text=_("Only the interpreter who goes sees it."),
        max_length=300,
        required=False,
    )
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))
    contact_name = forms.CharField(label=_("Contact person"), max_length=100)
    contact_phone = forms.CharField(label=_("Telephone on the day"), max_length=30)
    outline = forms.CharField(
        label=_("Outline"),
        help_text=_("What the interpreter has to prepare for. No name of the client."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    gender_wish = forms.ChoiceField(
        label=_("Interpreter's gender"), choices=GenderWish, initial=GenderWish.ANY
    )
    accepts_terms = forms.BooleanField(
        label=_("We accept the terms of use"),
        error_messages={"required": _("Without accepting the terms nothing can be requested.")},
    )

    def __init__(self, *args, memberships=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [
            (str(each.organization_id), each.organization.name) for each in memberships
        ]
        self.fields["languages"].choices = languages_for_choice(get_language())
        self.fields["topic"].choices = [(each.pk, each.label) for each in topics_for_choice()]
        self.terms = TERMS

    def clean(self):
        cleaned = super().clean()
        day, starts, ends = (cleaned.get(name) for name in ("date", "starts", "ends"))
        if None in (day, starts, ends):
            return cleaned
        cleaned["starts_at"] = datetime.combine(day, starts, JAPAN)
        cleaned["ends_at"] = datetime.combine(day, ends, JAPAN)
        length = cleaned["ends_at"] - cleaned["starts_at"]
        if not timedelta(0) < length <= LONGEST_TALK:
            self.add_error(
                "ends", _("The end must be later than the beginning, by 8 hours at most.")
            )
        return cleaned


class RequesterReportForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"), min_value=0, max_value=24 * 60
    )
    was_used = forms.BooleanField(label=_("The client came"), required=False, initial=True)
    went_well = forms.BooleanField(
        label=_("The interpreting went well"), required=False, initial=True
    )
    remarks = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
