"""What stands in fixtures/languages.csv and fixtures/topics.csv."""

import csv
import re
from collections import Counter

import pytest
from babel import Locale, UnknownLocaleError
from django.conf import settings

from languages import registry
from languages.readings import PAIR
from taxonomy import names

# Where the own name people use says more than CLDR's, or is in letters phones can show.
AUTONYMS_OF_OUR_OWN = {
    "fil": "Filipino / Tagalog",
    "id": "Bahasa Indonesia",
    "jv": "Basa Jawa",
    "ms": "Bahasa Melayu",
    "my": "မြန်မာဘာသာ",
    "nb": "Norsk",
    "om": "Afaan Oromoo",
    "rhg": "Ruáingga",
}


def rows(name):
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LANGUAGES = rows("languages.csv")


def cldr_autonym(code):
    if code == "pt-br":
        return None  # CLDR names it as a dialect, "Português (Brasil)", in the registry too
    if code == names.UNLISTED:
        return None
    key = {"zh-hans": "zh_Hans", "zh-hant": "zh_Hant"}.get(code, code)
    try:
        return Locale.parse(key).languages.get(key)
    except (UnknownLocaleError, ValueError):
        return None


def test_more_than_130_languages_can_be_asked_for():
    spoken = [row for row in LANGUAGES if row["is_spoken"] == "1"]
    signed = [row for row in LANGUAGES if row["is_sign"] == "1"]

    assert (len(spoken), len(signed), len(LANGUAGES)) == (165, 26, 194)


def test_codes_are_unique_and_look_like_codes():
    counted = Counter(row["code"] for row in LANGUAGES)

    assert [code for code, count in counted.items() if count > 1] == []
    assert [code for code in counted if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,6})?", code)] == []


@pytest.mark.parametrize("column", ["name_ja", "name_kana", "name_en"])
def test_no_language_is_without_a_name(column):
    assert [row["code"] for row in LANGUAGES if not row[column].strip()] == []


@pytest.mark.parametrize("column", ["name_ja", "name_en"])
def test_names_tell_languages_apart(column):
    counted = Counter(row[column] for row in LANGUAGES)

    assert [name for name, count in counted.items() if count > 1] == []


def test_readings_are_hiragana():
    assert [
        row["name_kana"]
        for row in LANGUAGES
        if not re.fullmatch("[ぁ-ゖー・（）]+", row["name_kana"])
    ] == []


def test_every_kanji_of_a_name_has_a_reading_in_easy_japanese():
    marked = [names.name_with_readings(row["name_ja"], row["name_kana"]) for row in LANGUAGES]

    assert [name for name in marked if re.search("[一-鿿{|}]", PAIR.sub("", name))] == []


def test_own_names_are_those_of_cldr():
    differing = {
        row["code"]: row["autonym"]
        for row in LANGUAGES
        for autonym in [cldr_autonym(row["code"])]
        if autonym and autonym.casefold() != row["autonym"].casefold()
    }

    assert differing == AUTONYMS_OF_OUR_OWN


def test_interface_languages_are_here_under_their_own_names():
    autonyms = {row["code"]: row["autonym"] for row in LANGUAGES}

    assert {language.code: autonyms.get(language.code) for language in registry.LANGUAGES} == {
        language.code: language.autonym for language in registry.LANGUAGES
    }


def test_other_names_repeat_no_name():
    assert [
        row["code"]
        for row in LANGUAGES
        if {row["name_ja"], row["name_en"], row["autonym"]}
        & set(filter(None, row["aliases"].split(", ")))
    ] == []


def test_topics_are_the_21_of_the_association():
    assert [row["code"] for row in rows("topics.csv")] == [
        "immigration",
        "nationality",
        "work",
        "social",
        "tax",
        "medical",
        "mental",
        "welfare",
        "birth",
        "education",
        "japanese",
        "disaster",
        "housing",
        "family",
        "traffic",
        "consumer",
        "crime",
        "procedures",
        "interp",
        "discrimination",
        "other",
    ]
