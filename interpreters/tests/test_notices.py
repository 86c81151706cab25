"""Which change tells whom: the table in the code, the one for people, and that each has a letter."""

import re

import pytest
from django.conf import settings

from interpreters import notices
from interpreters.notices import ASKED, INTERPRETER, REQUESTER, TOLD
from notifications import registry

ROW = re.compile(r"^\| `(?P<change>\w+)` \|(?P<cells>.+)\|$", re.MULTILINE)


def test_the_table_for_people_is_the_table_in_the_code():
    page = (settings.BASE_DIR / "docs" / "interpreters.md").read_text(encoding="utf-8")
    written = {}
    for row in ROW.finditer(page):
        _words, *cells = row["cells"].split("|")
        written[row["change"]] = {
            who: tuple(f"interpreters.{kind}" for kind in re.findall(r"`(\w+)`", cell))
            for who, cell in zip((INTERPRETER, ASKED, REQUESTER), cells, strict=True)
            if cell.strip()
        }
    assert written == TOLD


@pytest.mark.parametrize(
    "kind", sorted({kind for told in TOLD.values() for kinds in told.values() for kind in kinds})
)
def test_each_kind_is_written_and_named(kind):

    assert registry.label_for(kind) != kind
    assert kind in {value for value in vars(notices).values() if isinstance(value, str)}
