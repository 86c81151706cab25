"""Words about centers in the language of the page."""

from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from centers.choices import Age
from centers.selectors import Entry
from schedules.opening import Answer, State
from schedules.sentences import answer_sentence

register = template.Library()

NO_KEY = UUID(int=0)
ROW = """<li>
<h3><a href="{}"><span lang="ja" translate="no">{}</span></a></h3>
<p><span lang="ja" translate="no">{}</span>{} {}</p>
<p>{}</p>
</li>
"""
LATIN = ' <bdi dir="ltr" lang="en" translate="no">({})</bdi>'
NUMBER = '<a class="phone" href="tel:{0}"><bdi dir="ltr" translate="no">{0}</bdi></a>'

TAGS = {State.OPEN: "green", State.UNKNOWN: "amber", State.CLOSED: "gray"}
AGES = {Age.FRESH: "green", Age.AGING: "amber", Age.OLD: "gray"}


@register.filter
def answer_words(answer: Answer) -> str:
    return answer_sentence(answer, get_language())


def answer_label(state: State) -> str:
    """The same in two words, for lists."""
    labels = {
        State.OPEN: _("Open now"),
        State.UNKNOWN: _("Call first"),
        State.CLOSED: _("Closed now"),
    }
    return labels[state]


@register.filter
def as_rows(entries: list[Entry]) -> SafeString:
    """A list item for each center. A template for each would double a long page's cost."""
    language = get_language()
    # The address differs in its key alone.
    pattern = reverse("centers:center_detail", args=[NO_KEY])
    tags = {
        state: format_html('<span class="tag tag--{}">{}</span>', color, answer_label(state))
        for state, color in TAGS.items()
    }
    no_number = format_html('<span class="quiet">{}</span>', _("No telephone number is known."))
    reads_japanese = language in {"ja", "ja-simple"}
    return SafeString(
        "".join(
            _row(entry, pattern, tags[entry.answer.state], no_number, reads_japanese)
            for entry in entries
        )
    )


def _row(entry, pattern, tag, no_number, reads_japanese):
    center, operator = entry.center, entry.center.operator
    address = pattern.replace(str(NO_KEY), str(center.pk))
    latin = "" if reads_japanese or not operator.latin else LATIN.format(escape(operator.latin))
    numbers = " · ".join(NUMBER.format(escape(each.number)) for each in center.numbers)
    return ROW.format(
        address,
        escape(center.name),
        escape(operator.name),
        latin,
        tag,
        numbers or no_number,
    )


@register.filter
def age_color(age: str) -> str:
    return AGES[Age(age)]
