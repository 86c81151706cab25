"""Telephone numbers out of the text of a table cell. Nothing is guessed, nothing dropped."""

import re
import unicodedata
from dataclasses import dataclass

LANGUAGES = {
    "日": "ja",
    "英": "en",
    "中": "zh",
    "韓": "ko",
    "葡": "pt",
    "西": "es",
    "ポルトガル語": "pt",
}
CIRCLED = "①②③④⑤⑥⑦⑧⑨"
# A long vowel mark or another dash, typed where a hyphen belongs.
DASHES = re.compile(r"(?<=\d)[ー−‐‑–—](?=\d)")
PHONE = re.compile(
    rf"(?:(?P<mark>[{CIRCLED}])|(?P<before>[^\s\d():/{CIRCLED}]+):)?"
    r"(?P<number>0\d{1,4}-\d{1,4}-\d{3,4})(?!\d)"
    r"(?:\s*\(?内線\)?\s*(?P<extension>\d+(?:/\d+)*)\)?)?"
    r"(?:/(?P<ending>\d{4})(?!\d))?"
    r"(?:\s*\((?P<after>[^)]*)\))?"
)


@dataclass(frozen=True)
class ParsedPhone:
    """A number with hyphens, what the source says about it, and the languages in that."""

    number: str
    label: str = ""
    extension: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParsedPhones:
    phones: tuple[ParsedPhone, ...]
    # For a person to look at: what was not understood, or understood by a custom of writing.
    review: tuple[str, ...]


def parse_phones(text: str) -> ParsedPhones:
    """The numbers of a cell in their order, and the pieces a person must look at."""
    text = normalized(text)
    phones, review, end = [], [], 0
    for found in PHONE.finditer(text):
        review += _pieces(text[end : found.start()])
        phones.append(_phone(found))
        if found["ending"]:
            # "03-3578-2524/2046" stands for two numbers that differ in their ending.
            phones.append(ParsedPhone(found["number"][:-4] + found["ending"]))
            review.append(f"/{found['ending']}")
        end = found.end()
    return ParsedPhones(tuple(phones), tuple(review + _pieces(text[end:])))


def normalized(text: str) -> str:
    """Full-width characters made half-width, dashes between digits made hyphens."""
    kept = (
        char if char in CIRCLED else unicodedata.normalize("NFKC", char) for char in text.strip()
    )
    return DASHES.sub("-", "".join(kept))


def _phone(found):
    label = " ".join(filter(None, [found["mark"], found["before"], found["after"]]))
    languages = _languages(found["before"]) or _languages(found["after"])
    return ParsedPhone(found["number"], label, found["extension"] or "", languages)


def _languages(label):
    """The languages a label consists of; none when it says anything else."""
    if label in LANGUAGES:
        return (LANGUAGES[label],)
    if not label or not set(label) <= LANGUAGES.keys():
        return ()
    return tuple(LANGUAGES[char] for char in label)


def _pieces(text):
    return text.split()
