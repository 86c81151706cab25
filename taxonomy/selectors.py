import unicodedata
from dataclasses import dataclass

from babel import Locale
from django.utils.translation import gettext as _

from interface.memory import ShortMemory
from languages import registry
from taxonomy import names
from taxonomy.models import Language, Topic

# A language that a coordinator adds is offered half a minute later at the latest.
choices = ShortMemory(lifetime=30)


def languages_for_choice(language: str) -> list[tuple[str, str]]:
    """Codes and labels of what people speak or sign, for a reader of this interface language.

    The most used in Japan stand first, then the others by the name the reader sees.
    """
    return choices.get(("languages", language), lambda: _languages_for_choice(language))


def labels_of(codes, language: str) -> list[tuple[str, str]]:
    """The same for some languages alone, whether or not they are offered."""
    rows = Language.objects.filter(code__in=codes)
    return choices.get((frozenset(codes), language), lambda: _labels(rows, language))


def _languages_for_choice(language):
    return _labels(Language.objects.for_conversation(), language)


def _labels(rows, language):
    rows = rows.values("code", "autonym", "position", "name_ja", "name_kana", "name_en")
    placed = sorted(_placed(row, language) for row in rows)
    return [(code, names.label(autonym, name)) for *_place, code, autonym, name in placed]


def _placed(row, language):
    position = row.pop("position")
    autonym = row.pop("autonym")
    name = names.language_name(language=language, **row)
    order = row["name_kana"] if language in {"ja", "ja-simple"} else _without_accents(name)
    return position is None, position or 0, order, row["code"], autonym, name


@dataclass(frozen=True)
class OwnName:
    """A language as its speakers know it, and as the reader of the page does."""

    code: str
    autonym: str
    name: str
    # Where the reader's language has no name for it, the English one stands there.
    is_name_english: bool = False


@dataclass(frozen=True)
class Script:
    """Languages written alike, so that eyes find their own; `sign` for sign languages."""

    code: str
    heading: str
    languages: list[OwnName]
    # The own names of those most used, to be known by.
    sample: str


# Written with the same characters.
SAME_SCRIPT = {"Hans": "Hani", "Hant": "Hani", "Jpan": "Hani"}
SIGN = "sign"


def languages_by_script(language: str) -> list[Script]:
    """Everything people speak or sign, by script and own name, for a reader of a language."""
    return choices.get(("scripts", language), lambda: _languages_by_script(language))


def _languages_by_script(language):
    rows = Language.objects.for_conversation().values(
        "code", "autonym", "position", "name_ja", "name_kana", "name_en", "scripts", "is_sign"
    )
    groups = {}
    for row in rows:
        first = row.pop("scripts").partition(" ")[0]
        code = SIGN if row.pop("is_sign") or not first else SAME_SCRIPT.get(first, first)
        groups.setdefault(code, []).append(_own_name(row, language))
    scripts = Locale.parse(registry.get(language).locale).scripts
    found = [
        _script(code, _("Sign languages") if code == SIGN else scripts.get(code, ""), group)
        for code, group in groups.items()
    ]
    # As the characters stand in Unicode; signs have none and come last.
    return sorted(found, key=lambda script: (script.code == SIGN, _without_accents(script.sample)))


def _own_name(row, language):
    position, autonym = row.pop("position"), row.pop("autonym")
    name = names.language_name(language=language, **row)
    order = _without_accents(autonym or name)
    is_english = not names.is_named_in(row["code"], language)
    return order, position or 999, OwnName(row["code"], autonym, name, is_english)


def _script(code, heading, group):
    by_use = sorted(group, key=lambda entry: (entry[1], entry[0]))
    known_by = [own.autonym or own.name for _order, _position, own in by_use[:2]]
    return Script(
        code=code,
        heading=heading or known_by[0],
        languages=[own for _order, _position, own in sorted(group, key=lambda entry: entry[0])],
        sample=known_by[0] if code == SIGN else " · ".join(known_by),
    )


def _without_accents(name):
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def topics_for_choice() -> list[Topic]:
    """The general topics a resident chooses from, in their order."""
    topics = Topic.objects.active().first_level().in_order()
    return choices.get("topics", lambda: list(topics))
