"""Who has checked which translation: `locale/REVIEW.csv`.

`source` is the language the texts are written in, `draft` has been checked by nobody
who grew up with the language, `checked` has.
"""

import csv
from functools import cache
from pathlib import Path

REGISTER = Path(__file__).resolve().parent.parent / "locale" / "REVIEW.csv"
STATES = {"source", "draft", "checked"}


@cache
def states():
    """The state of every language in the register."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return {row["language"]: row["state"] for row in csv.DictReader(file)}


def is_draft(code):
    return states().get(code, "draft") == "draft"
