"""Numbers that a browser sends: hidden fields, addresses, choices in a list."""

# Longer than any key of a table, and still an integer of every database.
MOST_DIGITS = 18


def number_in(text: str, otherwise: int | None = None) -> int | None:
    """The whole number that was sent; `otherwise` for words, other digits, and what no table
    can hold."""
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_number else otherwise
