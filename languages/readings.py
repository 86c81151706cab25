"""`{漢字|かんじ}`: a word and how it is read, as the ja-simple catalog writes them.

A pair holds letters only, no `<`, `&` or quote, so nothing that is put in its place can
open a tag or close an attribute. Whatever is not exactly a pair stays as it is.
"""

import re

KANJI = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f々〆"
KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
# A word with a kanji in it may hold kana and digits too: {申し込み|もうしこみ}, {1日|ついたち}.
BASE = f"[{KANA}0-9０-９]*[{KANJI}][{KANJI}{KANA}0-9０-９]*"
PAIR = re.compile(rf"\{{({BASE})\|([{KANA}]+)\}}")

_RUBY = r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>"
_PLAIN = r"\1(\2)"
_BARE = r"\1"

_ATTRIBUTES = r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
_PART = re.compile(
    rf"""
    (?P<comment> <!--.*?(?:-->|\Z))
    # What people typed, and what is no text at all.
  | (?P<verbatim> <(?P<verbatim_name>textarea|script|style)\b{_ATTRIBUTES}>)
    (?P<verbatim_content> .*?(?=</(?P=verbatim_name)\b|\Z))
    # Where no element may stand inside the text.
  | (?P<text_only> <(?P<text_only_name>title|option|svg)\b{_ATTRIBUTES}>)
    (?P<text_only_content> .*?(?=</(?P=text_only_name)\b|\Z))
  | (?P<tag> </?[a-z]{_ATTRIBUTES}>)
  | (?P<pair> {PAIR.pattern})
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_BUTTON = re.compile(r"""<input\b.*?\btype\s*=\s*["']?(?:submit|button|reset)\b""", re.I | re.S)


def to_ruby(html):
    """A finished page with ruby in its text and 漢字(かんじ) in titles, options, attributes."""
    return _written(html, in_text=_RUBY, elsewhere=_PLAIN)


def without_readings(html):
    """A finished page with the words alone."""
    return _written(html, in_text=_BARE, elsewhere=_BARE)


def to_plain(text):
    """Plain text, as in letters and calendar files: 漢字(かんじ)."""
    return PAIR.sub(_PLAIN, text)


def _written(html, *, in_text, elsewhere):
    if "{" not in html:
        return html

    def written(part):
        if part["pair"]:
            return PAIR.sub(in_text, part[0])
        if part["comment"]:
            return part[0]
        if part["verbatim"]:
            return _with_attributes(part["verbatim"], elsewhere) + part["verbatim_content"]
        if part["text_only"]:
            content = PAIR.sub(elsewhere, part["text_only_content"])
            return _with_attributes(part["text_only"], elsewhere) + content
        return _with_attributes(part["tag"], elsewhere)

    return _PART.sub(written, html)


def _with_attributes(tag, pattern):
    if "{" not in tag:
        return tag
    is_button = _BUTTON.match(tag)

    def written(attribute):
        name, equals, value = attribute.groups()
        if name.lower() == "value" and not is_button:
            return attribute[0]
        return f"{name}{equals}{PAIR.sub(pattern, value)}"

    return _ATTRIBUTE.sub(written, tag)
