"""What askers and answerers type. They check what was typed, no more."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from centers.prefectures import ALL
from desk.choices import Wish
from desk.personal_data import personal_data_in
from desk.residence import choices_on
from taxonomy.selectors import topics_for_choice

LONGEST_TEXT = 4000


def _text(label, rows=8, **options):
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
        **options,
    )


def _day(label, **options):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}), required=False, **options
    )


class StopsAtPersonalData(forms.Form):
    """Says once that a text looks like somebody's data; whoever keeps it ticks a box."""

    keeps_personal_data = forms.BooleanField(
        label=_("It stays as it is. We know that it may be somebody's data."), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.found = []

    def clean(self):
        cleaned = super().clean()
        self.found = personal_data_in(cleaned.get("text", ""))
        if self.found and not cleaned.get("keeps_personal_data"):
            self.add_error(
                "text",
                _("This looks like %(kinds)s. Please take it out, or say below that it stays.")
                % {"kinds": ", ".join(str(kind.value) for kind in self.found)},
            )
        cleaned["keeps_personal_data"] = bool(self.found)
        return cleaned

    @property
    def asks_to_keep(self) -> bool:
        return bool(self.found)


class QuestionForm(StopsAtPersonalData):
    organization = forms.ChoiceField(label=_("Organization"))
    text = _text(_("Your question"), help_text=_("No name, no number of the person it is about."))
    topic = forms.ChoiceField(label=_("Topic"))
    residence_status = forms.ChoiceField(label=_("Residence status"), required=False)
    prefecture_code = forms.ChoiceField(
        label=_("Prefecture"),
        choices=[("", "–"), *((each.code, each.name_ja) for each in ALL)],
        required=False,
    )
    urgent_date = _day(_("Is there a day by which it must be known?"))
    wish = forms.ChoiceField(
        label=_("How would you like the answer?"), choices=Wish, initial=Wish.WRITTEN
    )
    field_order = [
        *("organization", "topic", "residence_status", "prefecture_code", "text"),
        *("keeps_personal_data", "urgent_date", "wish"),
    ]

    def __init__(self, *args, memberships=(), today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["organization"].choices = [
            (str(each.organization_id), each.organization.name) for each in memberships
        ]
        self.fields["topic"].choices = [(each.pk, each.label) for each in topics_for_choice()]
        self.fields["residence_status"].choices = choices_on(today)

    def clean_urgent_date(self):
        day = self.cleaned_data["urgent_date"]
        if day and not self.today <= day <= self.today + timedelta(days=730):
            raise forms.ValidationError(_("Please write a day from today on."))
        return day


class FollowUpForm(StopsAtPersonalData):
    text = _text(_("Add something"), rows=4)
    field_order = ["text", "keeps_personal_data"]


class AnswerForm(forms.Form):
    text = _text(_("Answer"))
    sources = forms.CharField(
        label=_("Sources"),
        help_text=_("Law, notice or page, one on each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    correct_as_of = _day(_("Correct as of"))
    review_by = _day(_("To be looked at again by"))
    needs_second = forms.BooleanField(
        label=_("Law and welfare together: a second professional signs too"), required=False
    )


class NoteForm(forms.Form):
    text = _text(_("Internal note"), rows=3, help_text=_("Never seen by the asker."))


class BackForm(forms.Form):
    text = _text(_("What do we need to know?"), rows=3)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Where does it belong?"), max_length=200)


class MergeForm(forms.Form):
    into = forms.CharField(label=_("Number of the other question"), max_length=9)

    def clean_into(self):
        return self.cleaned_data["into"].replace("-", "").strip()


class CallForm(forms.Form):
    """A call, noted in less than a minute."""

    organization = forms.ModelChoiceField(label=_("Organization"), queryset=None)
    topic = forms.ChoiceField(label=_("Topic"))
    text = _text(_("Question"), rows=4)

    def __init__(self, *args, organizations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations
        self.fields["topic"].choices = [(each.pk, each.label) for each in topics_for_choice()]


class ArticleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("Text, without anybody in it"), widget=forms.Textarea(attrs={"rows": 10})
    )
