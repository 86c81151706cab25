import polib
import pytest
from django.core.management import CommandError, call_command

from languages import catalogs, checking, registry
from languages.extraction import Text
from languages.updating import update_catalog

TEXT = Text("Come on <b>%(day)s</b>.", paths={"a/views.py"})
COUNTED = Text("One time", plural="%(n)d times", paths={"a/views.py"})


def faults(code, text, *translations, flags=()):
    entry = polib.POEntry(msgid=text.msgid, msgid_plural=text.plural or "", flags=list(flags))
    if text.plural:
        entry.msgstr_plural = dict(enumerate(translations))
    else:
        (entry.msgstr,) = translations
    return list(checking.entry_faults(entry, text, registry.get(code)))


@pytest.mark.parametrize(
    ("code", "text", "translations"),
    [
        ("vi", TEXT, ["<b>%(day)s</b>: đến."]),
        ("ja-simple", TEXT, ["<b>%(day)s</b>に {来|き}てください。"]),
        ("vi", COUNTED, ["%(n)d lần"]),
        ("ne", COUNTED, ["एक पटक", "%(n)d पटक"]),
        ("ru", COUNTED, ["%(n)d раз", "%(n)d раза", "%(n)d раз"]),
    ],
)
def test_a_good_translation_has_no_fault(code, text, translations):
    assert faults(code, text, *translations) == []


@pytest.mark.parametrize(
    ("code", "text", "translations", "expected"),
    [
        ("vi", TEXT, [" "], ["not translated"]),
        ("vi", TEXT, ["<b>Đến</b>"], ["placeholders or tags differ: “<b>Đến</b>”"]),
        ("vi", TEXT, ["%(day)s"], ["placeholders or tags differ: “%(day)s”"]),
        ("vi", COUNTED, ["lần"], ["placeholders or tags differ: “lần”"]),
        ("ne", COUNTED, ["एक पटक"], ["needs 2 plural forms"]),
        ("ru", COUNTED, ["раз", "%(n)d", "%(n)d"], ["placeholders or tags differ: “раз”"]),
    ],
)
def test_what_is_wrong_is_named(code, text, translations, expected):
    assert faults(code, text, *translations) == expected


def test_fuzzy_is_a_fault():
    assert faults("vi", Text("Book"), "Đặt", flags=["fuzzy"]) == ["fuzzy"]


def test_brace_placeholders_are_compared_but_readings_are_none():
    assert faults("ja-simple", Text("Hello {name}"), "{name}さん、{今日|きょう}は") == []
    assert faults("ja-simple", Text("Hello {name}"), "{今日|きょう}は") == [
        "placeholders or tags differ: “{今日|きょう}は”"
    ]


def test_a_catalog_that_is_not_fresh_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogs, "LOCALE", tmp_path)
    easy = registry.get("ja-simple")
    gone = Text("Gone", paths={"a/views.py"})
    update_catalog(easy, {(None, "Gone"): gone})

    found = [
        str(finding) for finding in checking.catalog_findings(easy, {(None, TEXT.msgid): TEXT})
    ]

    assert found == [
        f"locale/ja_Simple: “{TEXT.msgid}”: not in the catalog; run update_catalogs",
        "locale/ja_Simple: “Gone”: no longer in the source; run update_catalogs",
    ]


def test_the_command_lists_faults_and_fails(monkeypatch, capsys):
    found = [
        checking.Finding("locale/vi", "Book", "not translated"),
        checking.Finding("locale/ja_Simple", "Book", "a long sentence", is_fault=False),
    ]
    monkeypatch.setattr("languages.management.commands.check_translations.findings", lambda: found)

    with pytest.raises(CommandError):
        call_command("check_translations")

    assert capsys.readouterr().out == (
        "locale/vi: “Book”: not translated\n1 faults, 1 pieces of advice.\n"
    )


def test_the_command_is_content_with_advice_alone(monkeypatch, capsys):
    advice = checking.Finding("locale/ja_Simple", "Book", "a long sentence", is_fault=False)
    monkeypatch.setattr(
        "languages.management.commands.check_translations.findings", lambda: [advice]
    )

    call_command("check_translations", "--advice")

    assert capsys.readouterr().out.startswith("locale/ja_Simple: “Book”: a long sentence\n")
