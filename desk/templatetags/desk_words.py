from datetime import timedelta

from django import template

register = template.Library()


@register.filter
def open_hours(amount):
    """Hours with one decimal."""
    return f"{amount / timedelta(hours=1):.1f}"
