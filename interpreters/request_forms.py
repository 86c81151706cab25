"""What staff of an organization are asked who need an interpreter. There is no field for a name."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interpreters.choices import GenderWish, Modality, Purpose
from interpreters.models import RequestDraft
from interpreters.places import AgeBand, ClientGender, Place, Setting
from interpreters.terms import TERMS
from schedules.hours import JAPAN
from taxonomy.selectors import languages_for_choice, topics_for_choice

LONGEST_TALK = timedelta(hours=8)


SECTIONS = [
    (
        _("What is needed"),
        [
            *("organization", "languages", "variety", "modality", "needs_script"),
            *("accepts_relay", "setting", "purpose", "topic"),
        ],
    ),
    (
        _("When"),
        [
            ("date", "starts", "ends"),
            ("date2", "starts2", "ends2"),
            ("date3", "starts3", "ends3"),
        ],
    ),
    (_("Where"), ["place", "prefecture_code", "area", "address", "joining"]),
    (
        _("The talk"),
        [
            *("outline", "client_gender", "client_age_band", "people_present"),
            *("safety_note", "gender_wish", "not_from_community"),
        ],
    ),
    (_("Who can be asked"), ["department", "contact_name", "contact_phone", "accepts_terms"]),
]


def _day(label=_("Date"), **options):  # noqa: B008 lazy texts never change
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def _time(label, **options):
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}), **options)


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
    joining = forms.URLField(
        label=_("Online link"),
        help_text=_("For remote interpreting; only the interpreter who goes sees it."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    date, starts, ends = (_day(), _time(_("From")), _time(_("Until")))
    date2, starts2, ends2 = (
        _day(_("Second date"), required=False),
        _time(_("From"), required=False),
        _time(_("Until"), required=False),
    )
    date3, starts3, ends3 = (
        _day(_("Third date"), required=False),
        _time(_("From"), required=False),
        _time(_("Until"), required=False),
    )
    department = forms.CharField(label=_("Department"), max_length=80, required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=100)
    contact_phone = forms.CharField(label=_("Telephone on the day"), max_length=30)
    outline = forms.CharField(
        label=_("Outline"),
        help_text=_("What the interpreter has to prepare for. No name of the client."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_gender = forms.ChoiceField(
        label=_("Client's gender"), choices=[("", "–"), *ClientGender.choices], required=False
    )
    client_age_band = forms.ChoiceField(
        label=_("Client's age"), choices=[("", "–"), *AgeBand.choices], required=False
    )
    people_present = forms.IntegerField(
        label=_("How many people are present?"), min_value=1, max_value=99, required=False
    )
    safety_note = forms.CharField(
        label=_("To keep in mind"),
        help_text=_("Illness, safety, or something else the interpreter has to know."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    gender_wish = forms.ChoiceField(
        label=_("Interpreter's gender"), choices=GenderWish, initial=GenderWish.ANY
    )
    not_from_community = forms.BooleanField(
        label=_("Nobody from the client's own community"), required=False
    )
    accepts_relay = forms.BooleanField(
        label=_("Two interpreters in a row will do, through a third language"), required=False
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
        self._check_length("ends", cleaned["starts_at"], cleaned["ends_at"])
        cleaned["candidates"] = tuple(filter(None, map(self._candidate, ("2", "3"))))
        return cleaned

    def sections(self):
        """Rows of fields in groups, with a heading each."""
        for heading, rows in SECTIONS:
            yield (
                heading,
                [[self[name] for name in ([row] if isinstance(row, str) else row)] for row in rows],
            )

    def _candidate(self, number):
        """Another time that would do, written in full or not at all."""
        day, starts, ends = (
            self.cleaned_data.get(f"{name}{number}") for name in ("date", "starts", "ends")
        )
        if day is None and starts is None and ends is None:
            return None
        if None in (day, starts, ends):
            self.add_error(f"date{number}", _("Please write date, beginning and end."))
            return None
        times = (datetime.combine(day, starts, JAPAN), datetime.combine(day, ends, JAPAN))
        self._check_length(f"ends{number}", *times)
        return times

    def _check_length(self, field, starts_at, ends_at):
        if not timedelta(0) < ends_at - starts_at <= LONGEST_TALK:
            self.add_error(
                field, _("The end must be later than the beginning, by 8 hours at most.")
            )


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


def initial_of(draft: RequestDraft) -> dict[str, object]:
    """What somebody had typed, as the fields show it."""
    return {
        name: values if name == "languages" else values[-1]
        for name, values in draft.answers.items()
        if values
    }
