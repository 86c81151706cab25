"""Codes in the history of a booking, in words."""

from django import template
from django.utils.translation import get_language

from consultations.choices import CanceledBy, NoShowParty, SessionOutcome

register = template.Library()


def labels_of(choices):
    labels = dict(choices.choices)
    return lambda code: labels.get(code, code)


register.filter("canceled_by_label", labels_of(CanceledBy))
register.filter("no_show_label", labels_of(NoShowParty))
register.filter("session_outcome_label", labels_of(SessionOutcome))


@register.filter
def speaks(booking):
    """The language to speak, as a reader of the active language knows it."""
    return booking.case.resident.speaking_language.label_for(get_language())
