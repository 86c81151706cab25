import polib
import pytest

from languages import catalogs, registry
from languages.extraction import Text
from languages.updating import catalog_languages, texts_for, update_catalog

PUBLIC = Text("Book a time", paths={"a/views.py"}, comments=["on the button"])
STAFF = Text("Only staff", paths={"a/admin.py"})
COUNTED = Text("%(n)d time", plural="%(n)d times", paths={"a/views.py"})


def by_key(*texts):
    return {(text.context, text.msgid): text for text in texts}


@pytest.fixture(autouse=True)
def locale(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogs, "LOCALE", tmp_path)
    return tmp_path


def catalog(code):
    return polib.pofile(str(catalogs.catalog_path(registry.get(code))))


def test_a_new_catalog_has_the_right_header_and_empty_texts(locale):
    assert update_catalog(registry.get("ja-simple"), by_key(PUBLIC, COUNTED)) is True

    written = catalog("ja-simple")
    assert written.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert written.metadata["Language"] == "ja_Simple"
    assert [entry.msgid for entry in written] == ["Book a time", "%(n)d time"]
    assert written[0].occurrences == [("a/views.py", "")]
    assert written[0].comment == "on the button"
    assert written[1].msgstr_plural == {0: ""}
    assert written[1].flags == ["python-format"]


def test_translations_are_kept_and_gone_texts_dropped():
    vietnamese = registry.get("vi")
    update_catalog(vietnamese, by_key(PUBLIC, Text("Gone", paths={"a/views.py"})))
    translated = catalog("vi")
    for entry in translated:
        entry.msgstr = "Đặt"
        entry.tcomment = "short"
    translated.save()

    update_catalog(vietnamese, by_key(PUBLIC, COUNTED))

    assert [(entry.msgid, entry.msgstr, entry.tcomment) for entry in catalog("vi")] == [
        ("Book a time", "Đặt", "short"),
        ("%(n)d time", "", ""),
    ]


def test_a_catalog_that_is_up_to_date_is_not_written():
    texts = by_key(PUBLIC, COUNTED)
    update_catalog(registry.get("ur"), texts)

    assert update_catalog(registry.get("ur"), texts) is False


def test_staff_texts_go_to_the_staffs_language_alone():
    texts = by_key(PUBLIC, STAFF)

    assert texts_for(registry.get("ja"), texts) == texts
    assert texts_for(registry.get("ja-simple"), texts) == by_key(PUBLIC)


def test_english_needs_no_catalog():
    assert "en" not in [language.code for language in catalog_languages()]
