"""The questions of the booking, one form a page. They check what was typed, no more."""

import unicodedata
from datetime import date, timedelta

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.choices import ContactChannel, DateWorry, Discretion, Reminders, SafeHours
from consultations.choices import ForWhom, GenderWish, InterpreterWish, Mode
from interface.widgets import LongSelect
from languages import registry
from languages.zones import zones_for_choice
from taxonomy.selectors import languages_for_choice, topics_for_choice

LONGEST_MESSAGE = 2000
MESSAGE_HINT = _("Please write no names of other people and no card numbers.")


def normal_phone(text: str) -> str:
    """A number as +81312345678. Raises NumberParseException."""
    number = phonenumbers.parse(text, "JP")
    if not phonenumbers.is_valid_number(number):
        raise phonenumbers.NumberParseException(
            phonenumbers.NumberParseException.NOT_A_NUMBER, "not in use"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class QuestionForm(forms.Form):
    """One page of questions. `answers` is what goes into the draft."""

    heading = ""
    # A page with one question says it once: the label is the heading.
    page_heading = False
    # What a helper is asked instead, who answers for somebody else: labels and hints
    # by field, options by field and value.
    heading_for_other = ""
    labels_for_other: dict = {}
    hints_for_other: dict = {}
    options_for_other: dict = {}

    def __init__(self, *args, for_whom="", **kwargs):
        super().__init__(*args, **kwargs)
        self.for_other = for_whom == ForWhom.OTHER
        if self.for_other:
            self._speak_of_the_person()

    def _speak_of_the_person(self):
        self.heading = self.heading_for_other or self.heading
        for name, label in self.labels_for_other.items():
            self.fields[name].label = label
        for name, hint in self.hints_for_other.items():
            self.fields[name].help_text = hint
        for name, options in self.options_for_other.items():
            choices = self.fields[name].choices
            self.fields[name].choices = [
                (value, options.get(value, label)) for value, label in choices
            ]

    def answers(self) -> dict:
        return self.cleaned_data


class WhomForm(QuestionForm):
    heading = _("For whom do you book?")
    page_heading = True

    for_whom = forms.ChoiceField(
        label=heading,
        help_text=_("You can book for somebody who cannot do it alone, if the person agrees."),
        choices=ForWhom,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say for whom you book.")},
    )


class TopicForm(QuestionForm):
    heading = _("What do you need help with?")
    page_heading = True
    labels_for_other = {"topic": _("What does the person need help with?")}

    topic = forms.ChoiceField(
        label=heading,
        help_text=_("Choose the one that fits best. You can say more later."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need help with.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [
            (topic.code, _with_hint(topic)) for topic in topics_for_choice()
        ]


def _with_hint(topic):
    return format_html('{}<br><span class="quiet">{}</span>', topic.label, topic.hint)


class OwnNames(forms.RadioSelect):
    """Languages by their own names, each of which says what language it is in."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"lang": registry.get(value).tag}


class LanguagesForm(QuestionForm):
    heading = _("Which languages do you use?")
    heading_for_other = _("Which languages does the person use?")
    labels_for_other = {
        "speaking_language": _("Which language does the person want to speak?"),
        "second_language": _("Is there another language the person speaks well?"),
        "reading_language": _("In which language shall we write to the person?"),
    }

    speaking_language = forms.ChoiceField(
        label=_("Which language do you want to speak?"),
        widget=LongSelect,
        error_messages={"required": _("Choose the language you want to speak.")},
    )
    second_language = forms.ChoiceField(
        label=_("Is there another language you speak well?"),
        widget=LongSelect,
        help_text=_("It helps when we find no interpreter for the first language."),
        required=False,
    )
    reading_language = forms.ChoiceField(
        label=_("In which language shall we write to you?"),
        widget=OwnNames,
        error_messages={"required": _("Choose the language for our letters.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        spoken = [("", _("Please choose")), *languages_for_choice(get_language())]
        self.fields["speaking_language"].choices = spoken
        self.fields["second_language"].choices = [("", _("No other language")), *spoken[1:]]
        self.fields["reading_language"].choices = [
            (code, registry.get(code).autonym) for code in settings.COMPLETE_LANGUAGES
        ]
        self.fields["reading_language"].initial = get_language()


class InterpreterForm(QuestionForm):
    heading = _("Do you want an interpreter?")
    page_heading = True
    labels_for_other = {
        "interpreter_wish": _("Does the person want an interpreter?"),
        "language_variety": _("The person's dialect or region, if it matters"),
        "not_from_community": _("Please ask nobody from the person's own community."),
    }
    hints_for_other = {
        "language_variety": _("Only if the person wants an interpreter."),
        "gender_wish": _("Only if the person wants an interpreter."),
    }
    options_for_other = {
        "interpreter_wish": {
            InterpreterWish.NOT_NEEDED: _("No, the person does not need an interpreter."),
            InterpreterWish.WANTED: _("Yes, the person wants an interpreter."),
        }
    }

    interpreter_wish = forms.ChoiceField(
        label=heading,
        help_text=_("The interpreter is free and keeps everything secret."),
        choices=InterpreterWish,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you want an interpreter.")},
    )
    language_variety = forms.CharField(
        label=_("Your dialect or region, if it matters"),
        help_text=_("Only if you want an interpreter."),
        max_length=100,
        required=False,
    )
    gender_wish = forms.ChoiceField(
        label=_("Who may interpret?"),
        help_text=_("Only if you want an interpreter."),
        choices=GenderWish,
        initial=GenderWish.ANY,
        widget=forms.RadioSelect,
        required=False,
    )
    not_from_community = forms.BooleanField(
        label=_("Please ask nobody from my own community."), required=False
    )

    def clean_gender_wish(self):
        return self.cleaned_data["gender_wish"] or GenderWish.ANY


class CareForm(QuestionForm):
    """What a coordinator must see early. Parents are never asked for."""

    heading = _("Two short questions, so that we can take good care")
    labels_for_other = {
        "is_minor": _("Is the person under 18?"),
        "date_worry": _("Is there a date the person is worried about?"),
    }
    FARTHEST_BACK = timedelta(days=366)
    FARTHEST_AHEAD = timedelta(days=3653)

    is_minor = forms.TypedChoiceField(
        label=_("Are you under 18?"),
        help_text=_("We help everybody. Nobody has to ask their parents first."),
        choices=[(True, _("Yes")), (False, _("No"))],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer yes or no. We help in both cases.")},
    )
    date_worry = forms.ChoiceField(
        label=_("Is there a date you are worried about?"),
        help_text=_("For example the last day to answer a letter, or the end of a visa."),
        choices=DateWorry,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say whether there is such a date, or that you do not know.")
        },
    )
    critical_date = forms.DateField(
        label=_("Which date is it?"),
        help_text=_("Only if you know it."),
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the date as year, month and day: 2027-01-31")},
    )

    def __init__(self, *args, today: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_critical_date(self):
        """The date as it is kept, in ISO 8601; empty when there is none."""
        day = self.cleaned_data["critical_date"]
        if not day or self.cleaned_data.get("date_worry") == DateWorry.NO:
            return ""
        if not self.today - self.FARTHEST_BACK <= day <= self.today + self.FARTHEST_AHEAD:
            raise forms.ValidationError(
                _("Please look at the year again. If the date is right, tell us when we talk."),
                code="far_away",
            )
        return day.isoformat()


class ModeForm(QuestionForm):
    heading = _("How do you want to talk?")
    page_heading = True
    labels_for_other = {"mode": _("How does the person want to talk?")}
    hints_for_other = {
        "mode": _(
            "A video call needs the internet. For a telephone call we call the person, not you."
        )
    }

    mode = forms.ChoiceField(
        label=heading,
        help_text=_("A video call needs the internet. For a telephone call we call you."),
        choices=Mode,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you want to talk.")},
    )


class ContactForm(QuestionForm):
    asks_for_contact = True
    heading = _("How can we reach you safely?")
    heading_for_other = _("How can we reach the person safely?")
    labels_for_other = {
        "discretion": _("Can other people see the person's messages or hear their calls?"),
        "safe_hours": _("When is it safe to call the person?"),
        "reminders": _("When shall we remind the person?"),
        "time_zone": _("Where is the person now?"),
    }
    hints_for_other = {
        "phone": _("Needed if the person wants a telephone call."),
        "time_zone": _("If the person is not in Japan, we show the time of that place too."),
    }
    options_for_other = {
        "channel": {
            ContactChannel.NONE: _(
                "No message and no call. The person will come back with the number and the code."
            )
        }
    }

    channel = forms.ChoiceField(
        label=_("What is the safest way?"),
        choices=ContactChannel,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we can reach you.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        ),
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        help_text=_("Needed if you want a telephone call."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    discretion = forms.ChoiceField(
        label=_("Can other people see your messages or hear your calls?"),
        help_text=_("If so, our messages say nothing about what they are for."),
        choices=Discretion,
        initial=Discretion.UNSURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether others can see or hear it.")},
    )
    safe_hours = forms.MultipleChoiceField(
        label=_("When is it safe to call you?"),
        choices=SafeHours,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reminders = forms.ChoiceField(
        label=_("When shall we remind you?"),
        choices=Reminders,
        initial=Reminders.ALL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say when we shall remind you.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Where are you now?"),
        help_text=_("If you are not in Japan, we show the time of that place too."),
        widget=LongSelect,
        required=False,
    )

    def __init__(self, *args, mode="", **kwargs):
        super().__init__(*args, **kwargs)
        self.mode = mode
        if "time_zone" in self.fields:
            zones = zones_for_choice(get_language())
            self.fields["time_zone"].choices = [("", _("In Japan")), *zones]
        if self.for_other:
            # A browser would offer the helper's own.
            for name in ("email", "phone"):
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_email(self):
        """The part before the @ as typed, the domain in lower case."""
        local, at, domain = self.cleaned_data["email"].rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def clean_phone(self):
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        try:
            return normal_phone(typed)
        except phonenumbers.NumberParseException:
            raise forms.ValidationError(
                _("This is not a telephone number we can call. Example: 090-1234-5678"),
                code="invalid_phone",
            ) from None

    def clean(self):
        cleaned = super().clean()
        channel = cleaned.get("channel")
        if channel == ContactChannel.NONE:
            self._forget_what_is_not_used(cleaned)
        if channel == ContactChannel.EMAIL and not cleaned.get("email"):
            self._ask_for("email", _("Write your e-mail address."))
        if channel == ContactChannel.PHONE and not cleaned.get("phone"):
            self._ask_for("phone", _("Write your telephone number."))
        if self.mode == Mode.PHONE and channel and not cleaned.get("phone"):
            self._ask_for(
                "phone", _("You want to talk on the telephone. Write the number we shall call.")
            )
        return cleaned

    def _forget_what_is_not_used(self, cleaned):
        """Who wants no message is asked nothing about messages, and gives no address."""
        unused = {"email": "", "discretion": Discretion.UNSURE, "reminders": Reminders.NONE}
        if self.mode != Mode.PHONE:
            unused |= {"phone": "", "safe_hours": []}
        for name in unused.keys() & self.fields.keys():
            self.errors.pop(name, None)
            cleaned[name] = unused[name]

    def _ask_for(self, field, message):
        if field not in self.errors:
            self.add_error(field, forms.ValidationError(message, code="required"))


class AboutForm(QuestionForm):
    heading = _("What shall we call you?")
    heading_for_other = _("What shall we call the person?")
    labels_for_other = {
        "nickname": _("Name or nickname of the person"),
        "message": _("What should we know before we talk with the person?"),
    }

    nickname = forms.CharField(
        label=_("Name or nickname"),
        help_text=_("It need not be your real name."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write a name we may call you. A nickname is enough.")},
    )
    message = forms.CharField(
        label=_("What would you like to say before we talk?"),
        help_text=MESSAGE_HINT,
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SlotForm(QuestionForm):
    """The free times, by day. `choices` decides what can be chosen."""

    heading = _("Which time is good for you?")
    page_heading = True
    labels_for_other = {"slot": _("Which time is good for the person?")}

    slot = forms.TypedChoiceField(
        label=heading,
        help_text=_("All times are Japan time."),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a time."),
            "invalid_choice": _("Somebody else has just taken this time. Please choose another."),
        },
    )

    def __init__(self, *args, choices, zone="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = choices
        if zone:
            self.fields["slot"].help_text = _(
                "The first time is Japan time. The second time is the time of the other place."
            )


class ConsentForm(forms.Form):
    consent = forms.BooleanField(
        label=_("I agree that CINGA uses what I wrote to prepare and hold this consultation."),
        error_messages={"required": _("We need your agreement before we can book.")},
    )


class HelpersConsentForm(ConsentForm):
    """Who books for somebody else says that the person knows and agrees."""

    person_agrees = forms.BooleanField(
        label=_("The person knows about this booking and agrees to it."),
        error_messages={"required": _("Please ask the person first. We book only if they agree.")},
    )


class CodeForm(forms.Form):
    """The digits that were shown at confirmation, in whatever script they are typed."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Six digits. You saw them when you booked."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write your code.")},
    )

    def clean_code(self):
        return digits_of(self.cleaned_data["code"])


class NumberAndCodeForm(CodeForm):
    """The way back without the link: both numbers of the confirmation."""

    field_order = ["number", "code"]

    number = forms.CharField(
        label=_("Your number"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_number(self):
        return digits_of(self.cleaned_data["number"])


def digits_of(text: str) -> str:
    """The digits of a text, in whatever script, without what stands between them."""
    return "".join(
        str(unicodedata.digit(char)) for char in text if unicodedata.digit(char, -1) >= 0
    )
