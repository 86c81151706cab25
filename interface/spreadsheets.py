"""Cells of a CSV file that somebody opens in a spreadsheet."""

# A spreadsheet takes a cell that begins so for a formula, and computes it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell):
    """Numbers stay numbers; words that look like a formula get an apostrophe."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
