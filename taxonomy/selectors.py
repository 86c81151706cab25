import unicodedata

from interface.memory import ShortMemory
from taxonomy import names
from taxonomy.models import Language, Topic

# A language that a coordinator adds is offered half a minute later at the latest.
choices = ShortMemory(lifetime=30)


def languages_for_choice(language: str) -> list[tuple[str, str]]:
    """Codes and labels of what people speak or sign, for a reader of this interface language.

    The most used in Japan stand first, then the others by the name the reader sees.
    """
    return choices.get(("languages", language), lambda: _languages_for_choice(language))


def _languages_for_choice(language):
    rows = Language.objects.for_conversation().values(
        "code", "autonym", "position", "name_ja", "name_kana", "name_en"
    )
    placed = sorted(_placed(row, language) for row in rows)
    return [(code, names.label(autonym, name)) for *_place, code, autonym, name in placed]


def _placed(row, language):
    position = row.pop("position")
    autonym = row.pop("autonym")
    name = names.language_name(language=language, **row)
    order = row["name_kana"] if language in {"ja", "ja-simple"} else _without_accents(name)
    return position is None, position or 0, order, row["code"], autonym, name


def _without_accents(name):
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def topics_for_choice() -> list[Topic]:
    """The general topics a resident chooses from, in their order."""
    topics = Topic.objects.active().first_level().in_order()
    return choices.get("topics", lambda: list(topics))
