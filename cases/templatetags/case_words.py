"""Codes in the history of a case, in words."""

from django import template
from django.utils.translation import get_language

from cases.choices import CaseOutcome

register = template.Library()


@register.filter
def case_outcome_label(code):
    return dict(CaseOutcome.choices).get(code, code)


@register.filter
def case_speaks(case):
    """The language to speak, as a reader of the active language knows it."""
    return case.resident.speaking_language.label_for(get_language())
