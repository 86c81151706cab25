"""How numbers are written in the figures."""

UNKNOWN = "–"


def count_text(count: int | None) -> str:
    return UNKNOWN if count is None else f"{count:,}"


def number_text(number: float | None) -> str:
    """With one decimal where there is one."""
    return UNKNOWN if number is None else f"{number:,.1f}".removesuffix(".0")


def share_text(share: float | None) -> str:
    return UNKNOWN if share is None else f"{100 * share:.0f}\u202f%"
