import pytest
from babel import Locale
from django.conf import settings
from django.utils.translation import get_language_info

from languages import registry

# Where we say more, or better, than CLDR does.
REVIEWED_AUTONYMS = {
    "ja-simple": "やさしい日本語",
    "fil": "Filipino / Tagalog",
    "id": "Bahasa Indonesia",
    "my": "မြန်မာဘာသာ",
}


def cldr_autonym(language):
    names = Locale.parse(language.locale).languages
    own = Locale.parse(language.locale)
    return names.get(language.locale) or (
        own.get_display_name() if own.territory else names[own.language]
    )


def test_the_languages_stand_in_the_order_of_the_design():
    assert " ".join(language.code for language in registry.LANGUAGES) == (
        "ja ja-simple en zh-hans zh-hant ko vi fil ne pt-br id my es th km mn si bn ur hi ru uk fr"
    )


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_autonym_is_the_one_of_cldr_or_was_reviewed(language):
    if language.code in REVIEWED_AUTONYMS:
        assert language.autonym == REVIEWED_AUTONYMS[language.code]
    else:
        assert language.autonym.casefold() == cldr_autonym(language).casefold()


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_direction_is_the_one_of_cldr(language):
    primary = Locale.parse(language.code.split("-")[0])

    assert language.is_rtl == (primary.character_order == "right-to-left")


@pytest.mark.parametrize(
    ("code", "tag", "locale"),
    [
        ("ja-simple", "ja-simple", "ja_Simple"),
        ("zh-hans", "zh-Hans", "zh_Hans"),
        ("zh-hant", "zh-Hant", "zh_Hant"),
        ("pt-br", "pt-BR", "pt_BR"),
        ("fil", "fil", "fil"),
        ("ur", "ur", "ur"),
    ],
)
def test_tag_and_locale_directory(code, tag, locale):
    language = registry.get(code)

    assert (language.tag, language.locale) == (tag, locale)


def test_only_urdu_runs_from_right_to_left():
    assert [language.code for language in registry.LANGUAGES if language.is_rtl] == ["ur"]
    assert settings.LANGUAGES_BIDI == ["ur"]


def test_plural_counts():
    counts = {language.code: language.plural_count for language in registry.LANGUAGES}

    assert [code for code, count in counts.items() if count == 3] == ["ru", "uk"]
    assert [code for code, count in counts.items() if count == 1] == (
        ["ja", "ja-simple", "zh-hans", "zh-hant", "ko", "vi", "id", "my", "th", "km"]
    )


@pytest.mark.parametrize("code", ["ja-simple", "fil", "si", "km", "mn"])
def test_django_knows_our_names(code):
    assert get_language_info(code)["name_local"] == registry.get(code).autonym


def test_an_unknown_code_is_a_key_error():
    with pytest.raises(KeyError):
        registry.get("tl")
