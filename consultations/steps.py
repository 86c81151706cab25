"""The order of the questions. Their addresses are numbers, so a history tells nothing."""

from consultations import forms
from consultations.choices import ForWhom

(
    WHOM,
    TOPIC,
    LANGUAGES,
    INTERPRETER,
    CARE,
    MODE,
    CONTACT,
    ABOUT,
    TIME,
    CHECK,
    DONE,
) = range(1, 12)

QUESTIONS = {
    WHOM: forms.WhomForm,
    TOPIC: forms.TopicForm,
    LANGUAGES: forms.LanguagesForm,
    INTERPRETER: forms.InterpreterForm,
    CARE: forms.CareForm,
    MODE: forms.ModeForm,
    CONTACT: forms.ContactForm,
    ABOUT: forms.AboutForm,
}
# The answer that shows a question was answered.
ANSWERED_BY = {
    WHOM: "for_whom",
    TOPIC: "topic",
    LANGUAGES: "speaking_language",
    INTERPRETER: "interpreter_wish",
    CARE: "date_worry",
    MODE: "mode",
    CONTACT: "channel",
    ABOUT: "nickname",
    TIME: "slot",
}


def asks_the_helper(answers: dict) -> bool:
    """Whether a helper must say that the person agrees; supporters have recorded it."""
    return answers.get("for_whom") == ForWhom.OTHER and not answers.get("consent_given")


def next_step(answers: dict) -> int:
    """The first open question; the page to check when there is none."""
    if answers.get("mode") == "phone" and not answers.get("phone"):
        # Changed to the telephone later: the number is an open question again.
        answers = {**answers, "channel": ""}
    return next((step for step, name in ANSWERED_BY.items() if not answers.get(name)), CHECK)
