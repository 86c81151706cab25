import pytest

from taxonomy.names import is_named_in, language_name, name_with_readings
from taxonomy.tests.factories import LanguageFactory


@pytest.mark.parametrize(
    ("name_ja", "name_kana", "marked"),
    [
        ("アムハラ語", "あむはらご", "アムハラ{語|ご}"),
        ("日本手話", "にほんしゅわ", "{日本手話|にほんしゅわ}"),
        ("西パンジャブ語", "にしぱんじゃぶご", "{西|にし}パンジャブ{語|ご}"),
        ("クルド語（ソラニー）", "くるどご（そらにー）", "クルド{語|ご}（ソラニー）"),
        ("やさしい日本語", "やさしいにほんご", "やさしい{日本語|にほんご}"),
        ("タイ語", "あいうえお", "タイ語"),
    ],
)
def test_name_with_readings(name_ja, name_kana, marked):
    assert name_with_readings(name_ja, name_kana) == marked


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("vi", "ja", "名"),
        ("vi", "ja-simple", "{名|な}"),
        ("vi", "en", "Name"),
        ("vi", "ne", "भियतनामी"),
        ("cmn", "vi", "Tiếng Trung"),
        ("pt-br", "zh-hant", "葡萄牙文 (巴西)"),
        ("rki", "my", "Name"),
    ],
)
def test_language_name_for_a_reader(code, language, name):
    assert language_name(code, language, name_ja="名", name_kana="な", name_en="Name") == name


def test_label_has_the_own_name_and_the_name_of_the_reader():
    nepali = LanguageFactory.build(
        code="ne",
        autonym="नेपाली",
        name_ja="ネパール語",
        name_kana="ねぱーるご",
        name_en="Nepali",
    )

    assert [nepali.label_for(language) for language in ("ja", "ja-simple", "en", "ne")] == [
        "नेपाली / ネパール語",
        "नेपाली / ネパール{語|ご}",
        "नेपाली / Nepali",
        "नेपाली",
    ]


def test_label_of_a_language_without_an_own_name():
    assert LanguageFactory.build(name_en="Pwo Karen").label_for("en") == "Pwo Karen"


@pytest.mark.parametrize(
    ("code", "language", "is_named"),
    [("vi", "my", True), ("hos", "my", False), ("hos", "ja", True), ("und", "ne", True)],
)
def test_a_name_in_english_only_is_known_as_such(code, language, is_named):
    assert is_named_in(code, language) is is_named
