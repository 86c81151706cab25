"""A draft's answers in the reader's words, for the page to check."""

from dataclasses import dataclass

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cases.choices import ContactChannel, Discretion, Reminders, SafeHours
from consultations.choices import GenderWish, InterpreterWish, Mode
from consultations.steps import ABOUT, CONTACT, INTERPRETER, LANGUAGES, MODE, TOPIC
from languages import registry
from languages.formatting import format_list
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
    topic = Topic.objects.filter(pk=answers["topic"]).first()
    codes = [answers["speaking_language"], answers.get("second_language")]
    language_names = {
        language.code: language.label_for(get_language())
        for language in Language.objects.filter(pk__in=[code for code in codes if code])
    }
    reached_by_email = answers["channel"] == ContactChannel.EMAIL
    wants_interpreter = answers["interpreter_wish"] == InterpreterWish.WANTED
    hours = format_list(
        [SafeHours(hours).label for hours in answers.get("safe_hours", [])], get_language()
    )
    rows = [
        Row(_("Help with"), topic.label if topic else "", TOPIC),
        Row(
            _("You speak"),
            " · ".join(language_names.get(code, code) for code in codes if code),
            LANGUAGES,
        ),
        Row(
            _("We write to you in"),
            registry.get(answers["reading_language"]).autonym,
            LANGUAGES,
        ),
        Row(
            _("Interpreter"),
            InterpreterWish(answers["interpreter_wish"]).label,
            INTERPRETER,
        ),
    ]
    if wants_interpreter:
        if answers.get("language_variety"):
            rows.append(
                Row(_("Dialect or region"), answers["language_variety"], INTERPRETER, is_typed=True)
            )
        rows.append(
            Row(_("Who may interpret"), GenderWish(answers["gender_wish"]).label, INTERPRETER)
        )
        if answers.get("not_from_community"):
            rows.append(
                Row(_("Own community"), gettext("Please ask nobody from there."), INTERPRETER)
            )
    rows.append(Row(_("How to talk"), Mode(answers["mode"]).label, MODE))
    if answers.get("email"):
        rows.append(
            Row(_("E-mail address"), answers["email"], CONTACT, is_address=True, is_typed=True)
        )
    if answers.get("phone"):
        rows.append(
            Row(
                _("Telephone number"),
                answers["phone"],
                CONTACT,
                is_address=not reached_by_email,
                is_typed=True,
            )
        )
    rows.append(Row(_("Others see or hear it"), Discretion(answers["discretion"]).label, CONTACT))
    if hours:
        rows.append(Row(_("Safe hours for a call"), hours, CONTACT))
    rows.append(Row(_("Reminders"), Reminders(answers["reminders"]).label, CONTACT))
    rows.append(Row(_("Your name"), answers["nickname"], ABOUT, is_typed=True))
    if answers.get("message"):
        rows.append(Row(_("Your message"), answers["message"], ABOUT, is_typed=True))
    return rows
