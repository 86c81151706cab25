"""Words about centers in the language of the page."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from centers.choices import Age
from schedules.opening import Answer, State
from schedules.sentences import answer_sentence

register = template.Library()

TAGS = {State.OPEN: "green", State.UNKNOWN: "amber", State.CLOSED: "gray"}
AGES = {Age.FRESH: "green", Age.AGING: "amber", Age.OLD: "gray"}


@register.filter
def answer_words(answer: Answer) -> str:
    return answer_sentence(answer, get_language())


@register.filter
def answer_label(answer: Answer) -> str:
    """The same in two words, for lists."""
    labels = {
        State.OPEN: _("Open now"),
        State.UNKNOWN: _("Call first"),
        State.CLOSED: _("Closed now"),
    }
    return labels[answer.state]


@register.filter
def answer_color(answer: Answer) -> str:
    return TAGS[answer.state]


@register.filter
def age_color(age: str) -> str:
    return AGES[Age(age)]
