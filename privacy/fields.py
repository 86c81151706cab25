"""Text that the database holds only encrypted."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


class UnreadableValue(Exception):
    """An encrypted value was made with a key that is no longer configured."""


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    return cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises UnreadableValue; the value itself never stands in the error."""
    try:
        return cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        raise UnreadableValue from None


class EncryptedTextField(models.TextField):
    """A text of any length, encrypted with the first of FIELD_ENCRYPTION_KEYS.

    Empty stays empty, so that "nothing given" can be seen without a key. A
    lookup on the value would silently find nothing and is refused; keep a
    digest beside it where a person must be found.
    """

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be searched.")
