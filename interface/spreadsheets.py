"""CSV files that somebody opens in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that begins so for a formula, and computes it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell):
    """Numbers stay numbers; words that look like a formula get an apostrophe."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def csv_text(rows: Iterable[Sequence]) -> str:
    """Every cell guarded, with the mark without which a spreadsheet misreads Japanese."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()
