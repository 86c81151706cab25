"""Carrying a draft from one browser to another, for ten minutes, by a sealed token."""

from datetime import datetime, timedelta

from privacy.fields import UnreadableValue, decrypt, encrypt

LASTS = timedelta(minutes=10)
PURPOSE = "handover"


def seal(draft_token: str, *, now: datetime) -> str:
    """What the QR code holds: it opens the draft until its time is over."""
    until = int((now + LASTS).timestamp())
    return encrypt(f"{PURPOSE} {until} {draft_token}")


def unseal(sealed: str, *, now: datetime) -> str | None:
    """The value of the draft's cookie; None for what is too old or not ours."""
    try:
        purpose, until, draft_token = decrypt(sealed).split(" ")
    except (UnreadableValue, ValueError):
        return None
    return draft_token if purpose == PURPOSE and now.timestamp() < int(until) else None
