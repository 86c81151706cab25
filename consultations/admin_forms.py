"""What coordinators type. The rules stand in the services."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations import forms as public_forms
from consultations.answers import Answers
from consultations.choices import CanceledBy, NoShowParty, SessionOutcome
from consultations.models import ConsultationDay, Expert, Program
from consultations.services.days import ExpertNotFree, SlotsOutsideDay, check_slots
from interface.references import LENGTH
from taxonomy.selectors import topics_for_choice

TOKYO = ZoneInfo("Asia/Tokyo")
BOOKING_CLOSES = time(9)
FARTHEST_DAY = timedelta(days=3653)


# CONSULTATION DAYS


class SlotPlanForm(forms.Form):
    """Some slots of one expert, one after the other."""

    expert = forms.ModelChoiceField(label=_("Expert"), queryset=Expert.objects.none())
    first_at = forms.TimeField(label=_("First slot at"), help_text=_("Japan time"))
    count = forms.IntegerField(label=_("How many slots"), min_value=1, max_value=20, initial=4)
    minutes = forms.IntegerField(
        label=_("Minutes for each"), min_value=10, max_value=240, initial=45
    )
    pause = forms.IntegerField(
        label=_("Minutes between them"), min_value=0, max_value=240, initial=15
    )

    def __init__(self, *args, day=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = day
        self.fields["expert"].queryset = Expert.objects.active().order_by("name", "pk")

    def plan(self) -> dict:
        """What `generate_slots` asks for, besides the day."""
        names = ["first_at", "count", "minutes", "pause"]
        return {name: self.cleaned_data[name] for name in names} | {
            "expert_id": self.cleaned_data["expert"].pk
        }

    def clean(self):
        cleaned = super().clean()
        if self.day and not self.errors:
            check_plan(self, self.day, self.plan())
        return cleaned


def check_plan(form, day, plan):
    """Say at which field a plan does not fit."""
    try:
        check_slots(day=day, **plan)
    except SlotsOutsideDay:
        form.add_error("first_at", SLOTS_OUTSIDE_DAY)
    except ExpertNotFree:
        form.add_error("expert", EXPERT_NOT_FREE)


SLOTS_OUTSIDE_DAY = _(
    "The slots would not fit between the beginning and the end of the day. "
    "Choose another first time, fewer or shorter slots, or other hours of the day."
)
EXPERT_NOT_FREE = _("This expert has another slot at one of these times.")


class DayForm(forms.ModelForm):
    class Meta:
        model = ConsultationDay
        fields = [
            "date",
            "opens_at",
            "closes_at",
            "platform",
            "program",
            "booking_opens_at",
            "booking_closes_at",
            "is_published",
        ]

    # The moment the form was opened, given by the page.
    now = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = Q(pk=self.instance.program_id)
        programs = Program.objects.filter(Q(is_active=True) | chosen)
        self.fields["program"].queryset = programs.order_by("name", "pk")

    def clean_date(self):
        day_date = self.cleaned_data["date"]
        today = self.now.astimezone(TOKYO).date()
        if day_date != self.instance.date and not today <= day_date <= today + FARTHEST_DAY:
            raise forms.ValidationError(
                _("Choose a day from today on, at most ten years ahead."), code="far_away"
            )
        return day_date


class NewDayForm(DayForm, SlotPlanForm):
    """A day and the slots of its first expert, in one go.

    What is left empty follows from the slots: the hours of the day, and booking from
    now until nine on the day.
    """

    EMPTY = {
        "opens_at": _("Empty: when the first slot begins."),
        "closes_at": _("Empty: when the last slot ends."),
        "booking_opens_at": _("Empty: now."),
        "booking_closes_at": _("Empty: at 9:00 on the day."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, help_text in self.EMPTY.items():
            self.fields[name].required = False
            self.fields[name].help_text = help_text
        self.initial.setdefault("program", Program.objects.of_newest_day())
        self.fields["is_published"].help_text = _("Residents see the day and can book.")

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        day_date, plan = cleaned["date"], self.plan()
        first, last = ends_of(day_date, plan)
        if last.date() != day_date:
            self.add_error("first_at", SLOTS_OUTSIDE_DAY)
            return cleaned
        defaults = {
            "opens_at": first.time(),
            "closes_at": last.time(),
            "booking_opens_at": self.now,
            "booking_closes_at": datetime.combine(day_date, BOOKING_CLOSES, TOKYO),
        }
        for name, value in defaults.items():
            cleaned[name] = cleaned.get(name) or value
        day = ConsultationDay(
            date=day_date, opens_at=cleaned["opens_at"], closes_at=cleaned["closes_at"]
        )
        check_plan(self, day, plan)
        return cleaned


def ends_of(day_date, plan):
    first = datetime.combine(day_date, plan["first_at"], TOKYO)
    minutes = plan["count"] * (plan["minutes"] + plan["pause"]) - plan["pause"]
    return first, first + timedelta(minutes=minutes)


# ACTS ON A BOOKING


class CancelForm(forms.Form):
    canceled_by = forms.ChoiceField(
        label=_("Who cancels?"), choices=CanceledBy, widget=forms.RadioSelect
    )


class TakeawaysForm(forms.Form):
    """What was said, in up to three plain lines that the resident reads afterwards."""

    LINES = ("line_1", "line_2", "line_3")

    line_1 = forms.CharField(
        label=_("For the resident to read again: the most important thing"),
        help_text=_("Plain words. No names of other people. The resident sees it at once."),
        required=False,
        max_length=200,
    )
    line_2 = forms.CharField(label=_("What to do, and until when"), required=False, max_length=200)
    line_3 = forms.CharField(label=_("Where to go"), required=False, max_length=200)

    @classmethod
    def filled(cls, takeaways: str, **kwargs):
        return cls(initial=dict(zip(cls.LINES, takeaways.splitlines(), strict=False)), **kwargs)

    def clean(self):
        cleaned = super().clean()
        lines = [" ".join(cleaned.get(name, "").split()) for name in self.LINES]
        cleaned["takeaways"] = "\n".join(line for line in lines if line)
        return cleaned


class OutcomeForm(TakeawaysForm):
    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=SessionOutcome, widget=forms.RadioSelect
    )
    field_order = ["outcome"]


class NoShowForm(forms.Form):
    party = forms.ChoiceField(
        label=_("What happened?"), choices=NoShowParty, widget=forms.RadioSelect
    )
    is_sure = forms.BooleanField(
        label=_("I am sure. This cannot be changed later."),
        help_text=_(
            "If our side failed, the resident is put first in line for a new time and is told "
            "so. If the resident did not come, they are told that they can book again."
        ),
        error_messages={"required": _("Please look again, and say that you are sure.")},
    )


class WayForm(forms.Form):
    """What else would do, as the resident said on the telephone."""

    way = forms.ChoiceField(label=_("What would do?"), widget=forms.RadioSelect)

    def __init__(self, *args, ways=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way.value, way.label) for way in ways]


class RoomForm(forms.Form):
    url = forms.URLField(
        label=_("Link to the video room"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ContactForm(public_forms.ContactForm):
    """The contact plan, for a coordinator to mend; what else was wished stays."""

    reminders = time_zone = None


class FindForm(forms.Form):
    """A reference, or the whole e-mail address or telephone number of a person."""

    q = forms.CharField(label=_("Number, e-mail address or telephone"), max_length=254)

    def clean_q(self):
        return self.cleaned_data["q"].strip()

    @property
    def reference(self):
        digits = self.cleaned_data["q"].replace("-", "").replace(" ", "")
        return digits if len(digits) == LENGTH and digits.isascii() and digits.isdigit() else ""


class ByPhoneForm(
    public_forms.WhomForm,
    public_forms.TopicForm,
    public_forms.LanguagesForm,
    public_forms.InterpreterForm,
    public_forms.CareForm,
    public_forms.ModeForm,
    public_forms.ContactForm,
    public_forms.AboutForm,
):
    """Every question of the booking on one page, in the words to be read out."""

    page_heading = False
    # The same page sent twice is one booking.
    key = forms.UUIDField(widget=forms.HiddenInput)
    slot = forms.TypedChoiceField(
        label=public_forms.SlotForm.heading,
        help_text=_("All times are Japan time."),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=public_forms.SlotForm.base_fields["slot"].error_messages,
    )
    consent = forms.BooleanField(
        label=_("I have read this out, and the person agrees."),
        error_messages={"required": _("Without agreement there is no booking.")},
    )
    field_order = [
        "for_whom",
        "topic",
        "slot",
        "speaking_language",
        "second_language",
        "reading_language",
        "interpreter_wish",
        "language_variety",
        "gender_wish",
        "not_from_community",
        "is_minor",
        "date_worry",
        "critical_date",
        "mode",
        "channel",
        "email",
        "phone",
        "discretion",
        "safe_hours",
        "reminders",
        "time_zone",
        "nickname",
        "message",
        "consent",
    ]

    def __init__(self, *args, slot_choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = slot_choices
        # Bare words: a list that opens has no room for examples.
        topics = [(topic.code, topic.label) for topic in topics_for_choice()]
        self._open_as_list("topic", topics)
        self._open_as_list("reading_language", self.fields["reading_language"].choices)

    def _open_as_list(self, name, choices):
        self.fields[name].widget = forms.Select()
        self.fields[name].choices = [("", _("Please choose")), *choices]

    def clean(self):
        self.mode = self.cleaned_data.get("mode", "")
        return super().clean()

    def answers(self) -> Answers:
        """What was answered, without what is no question."""
        others = {"slot", "consent", "key"}
        answers = {name: value for name, value in self.cleaned_data.items() if name not in others}
        return Answers(**answers | {"safe_hours": tuple(answers["safe_hours"])})
