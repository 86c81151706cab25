"""Our catalogs answer for Django's own words only if these are the same to the letter."""

from pathlib import Path

import django
import polib
import pytest

from languages.extraction import texts

DJANGO = Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"
OURS = {key: text for key, text in texts().items() if "languages/django_messages.py" in text.paths}


@pytest.fixture(scope="module")
def django_texts():
    catalog = polib.pofile(str(DJANGO))
    return {(entry.msgctxt, entry.msgid): entry.msgid_plural or None for entry in catalog}


def test_each_text_is_one_of_djangos(django_texts):
    assert {key: text.plural for key, text in OURS.items()} == {
        key: django_texts.get(key, "not Django's") for key in OURS
    }


def test_they_are_for_residents():
    assert OURS
    assert all(text.is_public for text in OURS.values())
