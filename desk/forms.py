"""What askers and answerers type. They check what was typed, no more."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organizations import JoinForm
from centers.models import Center
from centers.prefectures import ALL, BY_CODE
from desk.choices import Wish
from desk.models import CannedText
from desk.personal_data import personal_data_in
from desk.residence import choices_on
from languages.formatting import format_day, format_time
from taxonomy.selectors import topics_for_choice

LONGEST_TEXT = 4000
FEWEST_DIGITS = 6
TALKS = [(wish.value, wish.label) for wish in (Wish.CALL, Wish.MEETING)]


def _text(label, rows=8, **options):
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
        **options,
    )


def _day(label, *, required=False, **options):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}), required=required, **options
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


class DeskJoinForm(JoinForm):
    """The application, with the prefecture from a list: this app knows their names."""

    prefecture_code = forms.ChoiceField(
        label=_("Prefecture"), choices=[(each.code, each.name_ja) for each in ALL], initial="13"
    )


class FirstQuestionForm(StopsAtPersonalData):
    """A question beside an application; without a text there is none."""

    text = _text(
        _("Your question"),
        required=False,
        help_text=_("No name, no number of the person it is about."),
    )
    topic = forms.ChoiceField(label=_("Topic"))
    residence_status = forms.ChoiceField(label=_("Residence status"), required=False)
    urgent_date = _day(_("Is there a day by which it must be known?"))
    field_order = ["topic", "residence_status", "text", "keeps_personal_data", "urgent_date"]

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        _offer_choices(self, today)

    def clean_urgent_date(self):
        return _from_today_on(self.cleaned_data["urgent_date"], self.today)


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
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = [
        *("organization", "topic", "residence_status", "prefecture_code", "text"),
        *("keeps_personal_data", "urgent_date", "wish", "form_key"),
    ]

    def __init__(self, *args, memberships=(), today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["organization"].choices = [
            (str(each.organization_id), each.organization.name) for each in memberships
        ]
        _offer_choices(self, today)

    def clean_urgent_date(self):
        return _from_today_on(self.cleaned_data["urgent_date"], self.today)


def _offer_choices(form, today):
    form.fields["topic"].choices = [(each.pk, each.label) for each in topics_for_choice()]
    form.fields["residence_status"].choices = choices_on(today)


def _from_today_on(day, today):
    if day and not today <= day <= today + timedelta(days=730):
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
    articles = forms.TypedMultipleChoiceField(
        label=_("Which articles answer it as well?"),
        help_text=_("The asker finds them below the answer and hears when a rule changes."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs_second = forms.BooleanField(
        label=_("Law and welfare together: a second professional signs too"), required=False
    )

    def __init__(self, *args, citable=(), **kwargs):
        super().__init__(*args, **kwargs)
        if citable:
            self.fields["articles"].choices = [(each.pk, each.title) for each in citable]
        else:
            del self.fields["articles"]


class NoteForm(forms.Form):
    text = _text(_("Internal note"), rows=3, help_text=_("Never seen by the asker."))


class BackForm(forms.Form):
    text = _text(_("What do we need to know?"), rows=3)


class ReasonForm(forms.Form):
    """A better address: a center of the directory, words of one's own, or both."""

    center = forms.ModelChoiceField(
        label=_("A center that can help"), queryset=Center.objects.none(), required=False
    )
    reason = forms.CharField(
        label=_("Where does it belong, in your words?"), max_length=200, required=False
    )

    def __init__(self, *args, prefecture_code="", **kwargs):
        super().__init__(*args, **kwargs)
        listed = Center.objects.listed().in_order()
        self.fields["center"].queryset = listed
        self.fields["center"].choices = _by_prefecture(listed, first=prefecture_code)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("center") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Please name a better address."))
        return cleaned


def _by_prefecture(centers, *, first):
    """For a select box: those of the asker's prefecture stand on top."""
    groups = defaultdict(list)
    for pk, name, code in centers.values_list("pk", "name", "operator__prefecture_code"):
        groups[code].append((pk, name))
    order = sorted(groups, key=lambda code: (code != first, code))
    named = [(BY_CODE[code].name_ja if code in BY_CODE else "–", groups[code]) for code in order]
    return [("", "–"), *named]


class AppointmentForm(forms.Form):
    """Which half hour, by telephone or online."""

    kind = forms.ChoiceField(
        label=_("How shall we talk?"), choices=TALKS, initial=Wish.CALL, widget=forms.RadioSelect
    )
    starts_at = forms.TypedChoiceField(
        label=_("When does the half hour begin?"),
        help_text=_("All times are Japan time."),
        coerce=datetime.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("This time is not free any more. Please choose another time.")
        },
    )
    phone = forms.CharField(
        label=_("Which number do we call?"),
        help_text=_("A number of your office, with the extension if there is one."),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args, times, language, **kwargs):
        super().__init__(*args, **kwargs)
        days = defaultdict(list)
        for moment in times:
            label = format_time(moment, language)
            days[format_day(moment, language)].append((moment.isoformat(), label))
        self.fields["starts_at"].choices = list(days.items())
        self.fields["phone"].required = self.data.get("kind") != Wish.MEETING

    def clean(self):
        cleaned = super().clean()
        phone = cleaned.get("phone", "")
        digits = sum(sign.isdecimal() for sign in phone)
        if phone and cleaned.get("kind") == Wish.CALL and digits < FEWEST_DIGITS:
            self.add_error("phone", _("Please write the number that we call."))
        return cleaned


class AddressForm(forms.Form):
    join_url = forms.URLField(
        label=_("Address of the online meeting"),
        help_text=_("The asker sees it on the page from fifteen minutes before."),
        max_length=500,
        assume_scheme="https",
    )

    def clean_join_url(self):
        if not self.cleaned_data["join_url"].startswith("https://"):
            raise forms.ValidationError(_("Please write an address that begins with https://"))
        return self.cleaned_data["join_url"]


class CannedForm(forms.Form):
    canned = forms.ModelChoiceField(
        label=_("Put in a text"), queryset=CannedText.objects.all(), required=False
    )


class MergeForm(forms.Form):
    into = forms.CharField(label=_("Number of the other question"), max_length=9)

    def clean_into(self):
        return self.cleaned_data["into"].replace("-", "").strip()


class CallForm(forms.Form):
    """A call, noted in less than a minute."""

    organization = forms.ModelChoiceField(label=_("Organization"), queryset=None)
    topic = forms.ChoiceField(label=_("Topic"))
    text = _text(_("Question"), rows=4)
    caller = forms.CharField(
        label=_("Who called, and where can we call back?"), max_length=120, required=False
    )
    residence_status = forms.ChoiceField(label=_("Residence status"), required=False)
    urgent_date = _day(_("Is there a day by which it must be known?"))
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, organizations, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["organization"].queryset = organizations
        _offer_choices(self, today)

    def clean_urgent_date(self):
        return _from_today_on(self.cleaned_data["urgent_date"], self.today)


class ArticleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("Text, without anybody in it"), widget=forms.Textarea(attrs={"rows": 10})
    )


class RevisionForm(ArticleForm):
    """An article written anew; `version` is the one that was read."""

    sources = forms.CharField(
        label=_("Sources"),
        help_text=_("Law, notice or page, one on each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    correct_as_of = _day(_("Correct as of"), required=True)
    review_by = _day(_("To be looked at again by"), required=True)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("correct_as_of"), cleaned.get("review_by")
        if first and last and last <= first:
            self.add_error("review_by", _("Please write a later day than the one above."))
        return cleaned
