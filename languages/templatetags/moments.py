"""Times in the language of the page: `{{ slot|period }}`, `{{ starts_at|moment }}` …"""

from django import template
from django.utils.translation import get_language

from languages import formatting

register = template.Library()


@register.filter
def day(value):
    return formatting.format_day(value, get_language()) if value else ""


@register.filter
def month(value):
    return formatting.format_month(value, get_language())


@register.filter
def weekday(value):
    return formatting.format_weekday(value, get_language(), is_short=True)


@register.filter
def weekday_in_full(value):
    return formatting.format_weekday(value, get_language())


@register.filter
def moment(value):
    return formatting.format_moment(value, get_language()) if value else ""


@register.filter
def clock(value):
    return formatting.format_time(value, get_language()) if value else ""


@register.filter
def period(value):
    """Of anything that has starts_at and ends_at."""
    if not value:
        return ""
    return formatting.format_period(value.starts_at, value.ends_at, get_language())


@register.filter
def period_abroad(value, zone):
    """The same by the clocks of a zone abroad; empty for somebody in Japan."""
    if not value:
        return ""
    return formatting.format_period_abroad(value.starts_at, value.ends_at, get_language(), zone)


@register.filter
def hours(value):
    """A period without its day, for lists grouped by day."""
    if not value:
        return ""
    return formatting.format_hours(value.starts_at, value.ends_at, get_language())
