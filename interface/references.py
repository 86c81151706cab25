"""References: numbers short enough to say on the phone, in any script."""

import secrets

# H. M. Damm's quasigroup of order 10: it finds every single wrong digit and every
# swap of neighbors. Table from his dissertation (Marburg, 2004), p. 98.
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
LENGTH = 8


def check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return str(interim)


def new_reference() -> str:
    """Seven random digits and a check digit. Random, so that numbers tell nothing."""
    digits = f"{secrets.randbelow(9 * 10**6) + 10**6}"
    return digits + check_digit(digits)


def is_reference(text: str) -> bool:
    return len(text) == LENGTH and text.isascii() and text.isdigit() and check_digit(text) == "0"


def spoken(reference: str) -> str:
    """As it is written for people: 1234-5678."""
    return f"{reference[:4]}-{reference[4:]}"
