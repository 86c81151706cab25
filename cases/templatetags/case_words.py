"""Codes in the history of a case, in words."""

from django import template

from cases.choices import CaseOutcome

register = template.Library()


@register.filter
def case_outcome_label(code):
    return dict(CaseOutcome.choices).get(code, code)
