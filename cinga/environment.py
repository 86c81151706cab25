"""How settings read the environment: a value, or a stop with one line that names it."""

import sys
import warnings

import environ
from cryptography.fernet import Fernet

env = environ.Env()


def stop(message):
    sys.exit(f"The portal cannot start: {message}")


def read(reader, name, **options):
    """One value of the environment, or a clear stop."""
    if name not in env.ENVIRON and "default" not in options:
        stop(f"{name} is missing from the environment.")
    try:
        # django-environ only warns of a scheme it does not know.
        with warnings.catch_warnings(action="error"):
            return reader(name, **options)
    except Exception:  # noqa: BLE001 - django-environ raises whatever its parsers raise
        stop(f"{name} cannot be understood.")


def read_flag(name):
    """Yes or no; a typing error is neither (django-environ takes it for a no)."""
    text = env.str(name, default="").lower()
    if text not in {*env.BOOLEAN_TRUE_STRINGS, "", "0", "n", "no", "off", "false"}:
        stop(f"{name} must be 1 or 0.")
    return text in env.BOOLEAN_TRUE_STRINGS


def read_count(name, default):
    count = read(env.int, name, default=default)
    if count < 1:
        stop(f"{name} must be 1 or more.")
    return count


def fernet_keys(name):
    keys = read(env.list, name)
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            stop(f"{name} must hold 32-byte url-safe base64 keys, the newest first.")
    if not keys:
        stop(f"{name} is empty.")
    return keys


def long_secret(name, value):
    if len(value) < 32:
        stop(f"{name} must be at least 32 characters long.")
    return value
