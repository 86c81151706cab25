import gettext
import os

import polib
import pytest

from languages.catalogs import compile_catalogs


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = polib.POFile()
    catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalog.append(polib.POEntry(msgid="Book", msgstr="Đặt"))
    catalog.append(polib.POEntry(msgid="Cancel", msgstr="Hủy", flags=["fuzzy"]))
    catalog.save(str(folder / "django.po"))
    return folder / "django.po"


def test_a_catalog_is_compiled_without_its_fuzzy_entries(tmp_path, source):
    assert compile_catalogs(tmp_path) == [source.with_suffix(".mo")]

    with source.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Book") == "Đặt"
    assert compiled.gettext("Cancel") == "Cancel"


def test_only_what_is_newer_is_compiled_again(tmp_path, source):
    compile_catalogs(tmp_path)
    assert compile_catalogs(tmp_path) == []

    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))

    assert compile_catalogs(tmp_path) == [source.with_suffix(".mo")]


def test_nothing_unfinished_is_left(tmp_path, source):
    compile_catalogs(tmp_path)

    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]
