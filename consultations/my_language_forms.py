"""Which language somebody speaks, and which of ours they can read."""

from django import forms
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from languages import registry
from taxonomy.selectors import SIGN, languages_by_script

NONE_OF_THESE = "none"


class OwnNamesOrNone(forms.RadioSelect):
    """Languages by their own names; the last option is in the language of the page."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return option if value == NONE_OF_THESE else option | {"lang": registry.get(value).tag}


OPTION = (
    '<div class="choice"><input type="radio" name="speaking_language" id="l-{0}" value="{0}"{1}>'
    '<label for="l-{0}">{2}{3}</label></div>'
)


def _options(script, chosen):
    checked = mark_safe(" checked")
    return format_html_join(
        "\n",
        OPTION,
        (
            (own.code, checked if own.code == chosen else "", _own_name(own, script), _hint(own))
            for own in script.languages
        ),
    )


def _own_name(own, script):
    """In its own script, and said so; a sign language is written in another one."""
    if own.autonym and script.code != SIGN:
        return format_html('<bdi lang="{}">{}</bdi>', own.code, own.autonym)
    return own.autonym or _readers_name(own)


def _hint(own):
    if not own.autonym or own.autonym == own.name:
        return ""
    return format_html(' <span class="choice__hint">{}</span>', _readers_name(own))


def _readers_name(own):
    """A screen reader must not read an English name by the rules of another language."""
    return format_html('<bdi lang="en">{}</bdi>', own.name) if own.is_name_english else own.name


class MyLanguageForm(forms.Form):
    speaking_language = forms.ChoiceField(
        label=_("Find your language"),
        # Drawn by the page itself: hundreds of options, by script.
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your language.")},
    )
    reading_language = forms.ChoiceField(
        label=_("Which of these can you read?"),
        widget=OwnNamesOrNone,
        error_messages={"required": _("Choose a language you can read, or “None of these”.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.scripts = languages_by_script(get_language())
        self.fields["speaking_language"].choices = [
            (language.code, language.name)
            for script in self.scripts
            for language in script.languages
        ]
        self.fields["reading_language"].choices = [
            *((code, registry.get(code).autonym) for code in settings.COMPLETE_LANGUAGES),
            (NONE_OF_THESE, _("None of these")),
        ]

    def options_by_script(self):
        """Each script with its languages to choose from: one line of HTML each, for a
        template would need ten times as long for hundreds of them.
        """
        chosen = self["speaking_language"].value()
        return [(script, _options(script, chosen)) for script in self.scripts]

    @property
    def reads(self) -> str:
        """A language we can write in; empty when there is none."""
        chosen = self.cleaned_data["reading_language"]
        return "" if chosen == NONE_OF_THESE else chosen
