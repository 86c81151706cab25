"""`{漢字|かんじ}`: a word and how it is read, as the ja-simple catalog writes them.

A pair holds letters only, no `<`, `&` or quote, so nothing that is put in its place can
open a tag or close an attribute. Whatever is not exactly a pair stays as it is.
"""

import re

KANJI = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f々〆"
KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
# A word with a kanji in it may hold kana and digits too: {申し込み|もうしこみ}, {1日|ついたち}.
BASE = f"[{KANA}0-9０-９]*[{KANJI}][{KANJI}{KANA}0-9０-９]*"
PAIR = re.compile(rf"\{{(?P<base>{BASE})\|(?P<reading>[{KANA}]+)\}}")

_ATTRIBUTES = r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
_NO_BRACE = r"""(?:[^>"'{]++|"[^"{]*+"|'[^'{]*+')*+"""
_PART = re.compile(
    rf"""
    (?=[<{{])  # nothing else begins a part: the search hurries over the rest
    (?:
        (?P<pair> {PAIR.pattern})
      | (?P<comment> <!--.*?(?:-->|\Z))
        # What people typed, and what is no text at all.
      | (?P<verbatim> <(?P<verbatim_name>(?i:textarea|script|style))\b{_ATTRIBUTES}>)
        (?P<verbatim_content> .*?(?=</(?i:(?P=verbatim_name))\b|\Z))
        # Where no element may stand inside the text.
      | (?P<text_only> <(?P<text_only_name>(?i:title|option|svg))\b{_ATTRIBUTES}>)
        (?P<text_only_content> .*?(?=</(?i:(?P=text_only_name))\b|\Z))
      | (?P<tag> </?[a-zA-Z]{_NO_BRACE}(?!>){_ATTRIBUTES}>)  # only tags with a brace
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_BUTTON = re.compile(r"""<input\b.*?\btype\s*=\s*["']?(?:submit|button|reset)\b""", re.I | re.S)


def to_ruby(html):
    """A finished page with ruby in its text and 漢字(かんじ) in titles, options, attributes."""
    return _written(html, in_text=_ruby, elsewhere=_plain)


def without_readings(html):
    """A finished page with the words alone."""
    return _written(html, in_text=_bare, elsewhere=_bare)


def to_plain(text):
    """Plain text, as in letters and calendar files: 漢字(かんじ)."""
    return PAIR.sub(_plain, text)


def _ruby(pair):
    return f"<ruby>{pair['base']}<rp>(</rp><rt>{pair['reading']}</rt><rp>)</rp></ruby>"


def _plain(pair):
    return f"{pair['base']}({pair['reading']})"


def _bare(pair):
    return pair["base"]


def _written(html, *, in_text, elsewhere):
    if "{" not in html:
        return html

    def written(part):
        match part.lastgroup:
            case "pair":
                return in_text(part)
            case "tag":
                return _with_attributes(part["tag"], elsewhere)
            case "verbatim_content":
                return _with_attributes(part["verbatim"], elsewhere) + part["verbatim_content"]
            case "text_only_content":
                content = PAIR.sub(elsewhere, part["text_only_content"])
                return _with_attributes(part["text_only"], elsewhere) + content
        return part[0]

    return _PART.sub(written, html)


def _with_attributes(tag, write):
    if "{" not in tag:
        return tag
    is_button = _BUTTON.match(tag)

    def written(attribute):
        name, equals, value = attribute.groups()
        if name.lower() == "value" and not is_button:
            return attribute[0]
        return f"{name}{equals}{PAIR.sub(write, value)}"

    return _ATTRIBUTE.sub(written, tag)
