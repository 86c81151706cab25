"""The rules of やさしい日本語 that a machine can hold a text against."""

import re
from dataclasses import dataclass

from languages.readings import KANA, KANJI, PAIR

LONGEST_SENTENCE = 40
LONG_SENTENCE = 30
LONGEST_PHRASE = 16
MOST_KANJI = 13

_KANJI = re.compile(f"[{KANJI}]+")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{[a-z_]*\}")
_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"[。\uff01\uff1f!?\n]")
_PHRASE_END = re.compile(f"[^{KANJI}{KANA}]+")

FORBIDDEN = (
    (re.compile(r"[〜\uff5e~]"), "「〜」 for a range: write から and まで"),
    (re.compile(r"※"), "※: say it in a sentence of its own"),
    (re.compile(r"ないことは(?:な|あり)|な[くい](?:は|わけでは)(?:な|あり)"), "a double negative"),
    (
        re.compile(r"[0-9]{1,2}[:\uff1a][0-9]{2}|(?:1[3-9]|2[0-4]) ?時"),
        "a 24-hour time: 午前 or 午後",
    ),
    (re.compile(r"[0-9]{1,2}/[0-9]{1,2}"), "a date like 11/23: write 月 and 日"),
    (re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"), "full-width digits or letters"),
    (re.compile(r"令和|平成|昭和"), "a Japanese era: write the Western year"),
)
# ありがとうございます is what everybody says.
POLITE_THANKS = "ありがとうございま"
HONORIFICS = (
    "ございま",
    "いただ",
    "くださいませ",
    "いたしま",
    "申し上げ",
    "おりま",
    "いらっしゃ",
    "おっしゃ",
    "ご覧",
    "拝見",
    "伺",
    "うかが",
    "なさい",
    "なさっ",
    "存じ",
    "賜",
    "頂",
    "お越し",
    "恐れ入",
    "させて",
)
ADVICE = (
    (re.compile(r"なければ|なくては"), "〜なければ ならない: prefer 〜てください"),
    (re.compile(r"(?:かどうか|に関し|につきまし|において|に基づ)"), "an office word"),
)


@dataclass(frozen=True)
class Remark:
    text: str
    is_fault: bool = True


def remarks(text):
    """What is wrong with a text (faults), and what could be easier (advice)."""
    return [*_faults(text), *(Remark(advice, is_fault=False) for advice in _advice(text))]


def words_of(text):
    """The text as it is seen: no readings, no tags, □ for what is filled in."""
    return _TAG.sub("", _PLACEHOLDER.sub("□", PAIR.sub(r"\1", text)))


def _faults(text):
    without_pairs = _PLACEHOLDER.sub("", PAIR.sub("", text))
    for kanji in _KANJI.findall(without_pairs):
        yield Remark(f"no reading for {kanji}")
    if "{" in without_pairs or "}" in without_pairs:
        yield Remark("a brace that belongs to no {漢字|かんじ}")
    seen = words_of(text)
    for pattern, reason in FORBIDDEN:
        if pattern.search(seen):
            yield Remark(reason)
    for word in HONORIFICS:
        if word in seen.replace(POLITE_THANKS, ""):
            yield Remark(f"honorific or humble: {word}")
    for sentence in _sentences(seen):
        if len(sentence) > LONGEST_SENTENCE:
            yield Remark(f"a sentence of {len(sentence)} characters: {sentence}")


def _advice(text):
    seen = words_of(text)
    for pattern, reason in ADVICE:
        if pattern.search(seen):
            yield reason
    for sentence in _sentences(seen):
        if LONG_SENTENCE < len(sentence) <= LONGEST_SENTENCE:
            yield f"a sentence of {len(sentence)} characters: {sentence}"
        kanji = len("".join(_KANJI.findall(sentence)))
        if kanji > MOST_KANJI:
            yield f"{kanji} kanji in one sentence: {sentence}"
    for phrase in _PHRASE_END.split(seen):
        if len(phrase) > LONGEST_PHRASE:
            yield f"no space between phrases: {phrase}"


def _sentences(seen):
    return [re.sub(r"\s", "", part) for part in _SENTENCE_END.split(seen)]
