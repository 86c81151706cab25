"""Every template compiles, and every translatable block is one clean sentence."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

FOLDER = Path(__file__).resolve().parents[2] / "templates"
NAMES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*")
    if path.suffix in {".html", ".txt"}
)
UNTRIMMED = re.compile(r"{%\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)[^%]*%}")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name):
    assert get_template(name).template.name == name


@pytest.mark.parametrize("name", NAMES)
def test_a_translatable_block_is_trimmed(name):
    source = (FOLDER / name).read_text(encoding="utf-8")

    assert UNTRIMMED.findall(source) == []


def test_an_untrimmed_block_is_caught():
    assert UNTRIMMED.findall("{% blocktranslate count n=1 %}") != []
    assert UNTRIMMED.findall("{% blocktranslate trimmed count n=1 %}") == []
