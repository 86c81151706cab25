"""What looks like it belongs to somebody is seen, however it is written, and nothing else."""

import pytest

from desk.personal_data import Kind, personal_data_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("在留カードはAB12345678CDです", Kind.CARD),
        ("ab 1234 5678 cd", Kind.CARD),
        ("ＡＢ１２３４５６７８ＣＤ", Kind.CARD),  # noqa: RUF001
        ("AB-1234-5678-CD", Kind.CARD),
        ("連絡は taro@example.org まで", Kind.EMAIL),
        ("０３－６２６１－６２２５ に電話", Kind.PHONE),  # noqa: RUF001
        ("090-1234-5678", Kind.PHONE),
    ],
)
def test_it_is_seen(text, kind):
    assert kind in personal_data_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "在留資格は特定活動です。",
        "2027年4月1日から",
        "1,234,567円",
        "ABC12345678CDE",
        "第20条2項",
    ],
)
def test_nothing_else_is(text):
    assert personal_data_in(text) == []
