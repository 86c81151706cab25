"""What in a text looks like it belongs to one person. A hint, not a judgment."""

import re
import unicodedata
from enum import Enum

import phonenumbers
from django.utils.translation import gettext_lazy as _

# Two letters, eight digits, two letters; people put blanks or dashes between.
CARD = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[\s-]?\d{4}[\s-]?\d{4}[\s-]?[A-Z]{2}(?![A-Z0-9])", re.I)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Kind(Enum):
    CARD = _("the number of a residence card")
    EMAIL = _("an e-mail address")
    PHONE = _("a telephone number")


def personal_data_in(text: str) -> list[Kind]:
    """The kinds that are found, however wide or narrow their characters are written."""
    plain = unicodedata.normalize("NFKC", text)
    found = []
    if CARD.search(plain):
        found.append(Kind.CARD)
    if ADDRESS.search(plain):
        found.append(Kind.EMAIL)
    if any(phonenumbers.PhoneNumberMatcher(plain, "JP")):
        found.append(Kind.PHONE)
    return found
