"""The promises of the style sheets, held without a browser."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHEETS = sorted(STATIC.rglob("*.css"))
# Letters are no pages: mail programs read no style sheet.
PAGES = sorted(set(TEMPLATES.rglob("*.html")) - set(TEMPLATES.glob("notifications/**/*.html")))

PORTAL = (STATIC / "interface" / "portal.css").read_text()
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", PORTAL))
WHITE = "#ffffff"

TEXT_PAIRS = [
    *[(ink, "ground") for ink in ("ink", "ink-soft", "blue", "blue-deep", "red", "red-deep")],
    *[(ink, "ground") for ink in ("green", "amber")],
    *[(ink, "ground-soft") for ink in ("ink", "ink-soft", "blue", "blue-deep", "red")],
    *[(ink, "blue-soft") for ink in ("ink", "ink-soft", "blue", "blue-deep")],
    *[(ink, "red-soft") for ink in ("ink", "ink-soft", "blue", "red", "red-deep")],
    *[(ink, "green-soft") for ink in ("ink", "ink-soft", "blue", "green")],
    *[(ink, "yellow-soft") for ink in ("ink", "ink-soft", "blue", "red")],
    *[("ground", ground) for ground in ("blue", "blue-deep", "red", "red-deep")],
    ("ink", "yellow"),
]


def luminance(color):
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one, other):
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def declarations(css):
    """The sheet without its comments and without the text between quotes."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r'"[^"]*"', '""', css)


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_words_can_be_read(ink, ground):
    assert contrast(TOKENS[ink], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("edge", ["line", "ink-soft", "blue", "red", "green", "amber"])
def test_the_edge_of_a_control_can_be_seen(edge):
    assert contrast(TOKENS[edge], WHITE) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_sheets_know_no_left_and_no_right(sheet):
    assert re.findall(r"\b(?:left|right)\b", declarations(sheet.read_text())) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_sheets_fetch_nothing(sheet):
    assert re.findall(r"@import|@font-face|url\(|https?:", declarations(sheet.read_text())) == []


def test_the_portals_sheet_is_small():
    assert len(gzip.compress(PORTAL.encode(), 9)) <= 12 * 1024


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_pages_carry_no_style_and_no_script_of_their_own(page):
    html = re.sub(r"{%.*?%}|{#.*?#}", "", page.read_text(), flags=re.DOTALL)
    # Data for a script is no script.
    html = html.replace('<script type="application/json"', "<data")

    assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", html) == []


@pytest.mark.parametrize(
    ("languages", "leading"),
    [
        (["ur"], 2.2),
        (["my", "km"], 2),
        (["ne", "hi", "bn", "si", "th"], 1.8),
        (["ja", "zh", "ko"], 1.75),
    ],
)
def test_every_script_has_its_line_height(languages, leading):
    for language in languages:
        rule = re.search(rf":lang\({language}\)[^{{]*{{ --leading: ([\d.]+);", PORTAL)
        assert float(rule[1]) == leading
