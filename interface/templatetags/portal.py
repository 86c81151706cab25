"""What the templates of forms ask about a field."""

from typing import NamedTuple

from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html

register = template.Library()


class Problem(NamedTuple):
    text: str
    target: str


@register.filter
def problems(form):
    """Every error of the form in the order of its fields, with the id of the control to mend."""
    found = [Problem(error, "") for error in form.non_field_errors()]
    for field in form.hidden_fields():
        found += [Problem(error, "") for error in field.errors]
    for field in form.visible_fields():
        found += [Problem(error, first_control(field)) for error in field.errors]
    return found


@register.filter
def first_control(field):
    """The id of the first control a person can reach: the first option of a group of options."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return field.auto_id + widget.widgets_names[0]
    if not is_group_of_options(field):
        return field.id_for_label or field.auto_id
    for _group, options, _index in option_groups(field):
        for option in options:
            if not option["attrs"].get("disabled"):
                return option["attrs"]["id"]
    return widget.attrs.get("id") or field.auto_id


@register.filter
def is_group_of_options(field):
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.filter
def is_single_checkbox(field):
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def option_groups(field):
    """The options of a radio or checkbox group: (label of the group or None, options, index)."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": widget.attrs.get("id") or field.auto_id})
    # The fieldset is what is wrong, and says so; a radio button cannot be invalid.
    attrs.pop("aria-invalid", None)
    values = widget.format_value(field.value())
    return widget.optgroups(field.html_name, values, attrs)


@register.filter
def as_choice(option):
    """One option with its label and hint. A template for each would double a long page's cost."""
    language = {name: option[name] for name in ("lang", "dir") if option.get(name)}
    hint = option.get("hint")
    return format_html(
        '<div class="choice"><input type="{}" name="{}" value="{}"{}>'
        '<label for="{}"{}>{}{}</label></div>',
        option["type"],
        option["name"],
        option["value"],
        flatatt(option["attrs"]),
        option["attrs"]["id"],
        flatatt(language),
        option["label"],
        format_html('<span class="choice__hint">{}</span>', hint) if hint else "",
    )


@register.filter
def is_page_heading(field):
    """Whether the question is what the page is about: the first field of a form that says so."""
    if not getattr(field.form, "page_heading", False):
        return False
    return field.form.visible_fields()[0].name == field.name
