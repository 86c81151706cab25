import pytest

from languages.simple_japanese import remarks


def faults(text):
    return [remark.text for remark in remarks(text) if remark.is_fault]


def advice(text):
    return [remark.text for remark in remarks(text) if not remark.is_fault]


@pytest.mark.parametrize(
    "text",
    [
        "{予約|よやく}を する",
        "%(count)d{人|にん}が います。",
        "{name}さん、こんにちは。",
        "<strong>{電話|でんわ}</strong>を してください。",
        "ありがとうございます。",
        "{午前|ごぜん} 10{時|じ}から {午後|ごご} 3{時|じ}まで",
    ],
)
def test_easy_text_has_no_fault(text):
    assert remarks(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("予約を する", "no reading for 予約"),
        ("{予約|よやく}を 変える", "no reading for 変"),
        ("{予約|yoyaku}を する", "no reading for 予約"),
        ("10{時|じ}〜12{時|じ}", "「〜」 for a range: write から and まで"),
        ("10{時|じ}\uff5e12{時|じ}", "「〜」 for a range: write から and まで"),
        ("※ {必要|ひつよう}です", "※: say it in a sentence of its own"),
        ("できないことはありません。", "a double negative"),
        ("できなくはない。", "a double negative"),
        ("15{時|じ}に {来|き}てください。", "a 24-hour time: 午前 or 午後"),
        ("15:00に {来|き}てください。", "a 24-hour time: 午前 or 午後"),
        ("11/23に {来|き}てください。", "a date like 11/23: write 月 and 日"),
        ("\uff11\uff10{人|にん}", "full-width digits or letters"),
        ("ご{覧|らん}ください。", "honorific or humble: ご覧"),
        ("ご{連絡|れんらく}いたします。", "honorific or humble: いたしま"),
        ("ここで ございます。", "honorific or humble: ございま"),
        ("{令和|れいわ} 8{年|ねん}", "a Japanese era: write the Western year"),
    ],
)
def test_a_fault_is_named(text, fault):
    assert fault in faults(text)


def test_sentences_are_counted_without_readings_and_spaces():
    forty = "{漢字|かんじかんじかんじ} " * 3 + "あ " * 34

    assert faults(f"{forty}。{forty}。") == []
    assert len(faults(f"{forty}あ。")) == 1


def test_long_sentences_and_phrases_get_advice():
    sentence = "あいうえお " * 6 + "あ"

    assert advice(sentence) == [f"a sentence of 31 characters: {'あいうえお' * 6}あ"]
    assert advice("あ" * 17) == [f"no space between phrases: {'あ' * 17}"]
