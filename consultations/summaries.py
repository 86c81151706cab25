"""A draft's answers in the reader's words, for the page to check."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cases.choices import ContactChannel, DateWorry, Discretion, Reminders, SafeHours
from consultations.choices import ForWhom, GenderWish, InterpreterWish, Mode
from consultations.forms import ContactForm, InterpreterForm
from consultations.steps import ABOUT, CARE, CONTACT, INTERPRETER, LANGUAGES, MODE, TOPIC, WHOM
from languages import registry
from languages.formatting import format_day, format_list
from languages.zones import zone_name
from taxonomy.models import Language, Topic


@dataclass(frozen=True)
class Row:
    """One answer: its question in short, what was answered, where to change it."""

    label: str
    value: str
    step: int
    # Shown large: a mistyped address cannot be mended by a letter.
    is_address: bool = False
    # What the person typed, to be shown as it stands.
    is_typed: bool = False


def summary_of(answers: dict) -> list[Row]:
    """The rows of the page to check. Two queries."""
    for_other = answers.get("for_whom") == ForWhom.OTHER
    return [
        *_matter(answers),
        *_languages(answers, for_other),
        *_interpreter(answers, for_other),
        *_care(answers),
        Row(_("How to talk"), Mode(answers["mode"]).label, MODE),
        *_contact(answers, for_other),
        *_about(answers, for_other),
    ]


def _matter(answers):
    topic = Topic.objects.filter(pk=answers["topic"]).first()
    return [
        Row(_("For whom"), ForWhom(answers["for_whom"]).label, WHOM),
        Row(_("Help with"), topic.label if topic else "", TOPIC),
    ]


def _languages(answers, for_other):
    codes = [answers["speaking_language"], answers.get("second_language")]
    names = {
        language.code: language.label_for(get_language())
        for language in Language.objects.filter(pk__in=[code for code in codes if code])
    }
    speaks = _("The person speaks") if for_other else _("You speak")
    writes = _("We write to the person in") if for_other else _("We write to you in")
    return [
        Row(speaks, " · ".join(names.get(code, code) for code in codes if code), LANGUAGES),
        Row(writes, registry.get(answers["reading_language"]).autonym, LANGUAGES),
    ]


def _interpreter(answers, for_other):
    wish = InterpreterWish(answers["interpreter_wish"])
    said = InterpreterForm.options_for_other["interpreter_wish"][wish] if for_other else wish.label
    yield Row(_("Interpreter"), said, INTERPRETER)
    if wish != InterpreterWish.WANTED:
        return
    if answers.get("language_variety"):
        yield Row(_("Dialect or region"), answers["language_variety"], INTERPRETER, is_typed=True)
    yield Row(_("Who may interpret"), GenderWish(answers["gender_wish"]).label, INTERPRETER)
    if answers.get("not_from_community"):
        yield Row(_("Own community"), gettext("Please ask nobody from there."), INTERPRETER)


def _care(answers):
    yield Row(_("Under 18"), gettext("Yes") if answers.get("is_minor") else gettext("No"), CARE)
    worry = DateWorry(answers["date_worry"]).label
    if answers.get("critical_date"):
        day = format_day(date.fromisoformat(answers["critical_date"]), get_language())
        worry = f"{worry} · {day}"
    yield Row(_("A date to worry about"), worry, CARE)


def _contact(answers, for_other):
    channel = ContactChannel(answers["channel"])
    uses_messages = channel != ContactChannel.NONE
    if not uses_messages:
        wish = ContactForm.options_for_other["channel"][channel] if for_other else channel.label
        yield Row(
            _("How we reach the person") if for_other else _("How we reach you"), wish, CONTACT
        )
    if answers.get("email"):
        yield Row(_("E-mail address"), answers["email"], CONTACT, is_address=True, is_typed=True)
    if answers.get("phone"):
        is_address = channel != ContactChannel.EMAIL
        number = answers["phone"]
        yield Row(_("Telephone number"), number, CONTACT, is_address=is_address, is_typed=True)
    if uses_messages:
        seen = Discretion(answers["discretion"]).label
        yield Row(_("Others see or hear it"), seen, CONTACT)
    if hours := answers.get("safe_hours"):
        labels = [SafeHours(part).label for part in hours]
        yield Row(_("Safe hours for a call"), format_list(labels, get_language()), CONTACT)
    if uses_messages:
        yield Row(_("Reminders"), Reminders(answers["reminders"]).label, CONTACT)
    zone = answers.get("time_zone")
    where = zone_name(zone, get_language()) if zone else gettext("In Japan")
    yield Row(_("Where the person is now") if for_other else _("Where you are now"), where, CONTACT)


def _about(answers, for_other):
    label = _("Name of the person") if for_other else _("Your name")
    yield Row(label, answers["nickname"], ABOUT, is_typed=True)
    if answers.get("message"):
        yield Row(_("Your message"), answers["message"], ABOUT, is_typed=True)
