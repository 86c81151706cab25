"""What a composer may answer, and the e-mail that is made of a letter."""

import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from languages import readings, registry

CODE = re.compile(r"[a-z0-9_.-]{1,64}")
LINK = re.compile(r"https?://[^\s<>\"'。、）」]+[^\s<>\"'。、）」.,;:!?)\]]")
ADDRESS = re.compile(r"[^\s@,;<>\"\x00-\x1f\x7f]+@[^\s@,;<>\"\x00-\x1f\x7f]+")
RULE = "-" * 24
# Mail programs cut long letters off; the text alone arrives whole.
LONGEST_HTML = 20 * 1024


class AddressInvalid(Exception):
    """No letter can be sent to this address."""


# Nothing of a person may reach a log through a repr.
@dataclass(frozen=True)
class Letter:
    """Plain paragraphs, parted by blank lines, for one person in one language."""

    to: str = field(repr=False)
    language: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    helper_text: str = field(default="", repr=False)
    discreet: bool = False
    # Where an answer to it goes when not to the sender.
    reply_to: str = field(default="", repr=False)


@dataclass(frozen=True)
class Call:
    """What a coordinator needs to know to call somebody."""

    language: str
    phone: str = field(repr=False)
    safe_hours: str = field(repr=False)
    script: str = field(repr=False)


@dataclass(frozen=True)
class _Decision:
    reason: str

    def __post_init__(self):
        if not CODE.fullmatch(self.reason):
            raise ValueError("A reason is a code, such as booking_canceled.")


@dataclass(frozen=True)
class Obsolete(_Decision):
    """Nobody wants this letter any more."""


@dataclass(frozen=True)
class Suppressed(_Decision):
    """The letter must not go out this way: it would not be safe, or was not wished for."""


def build_message(letter: Letter, *, message_id: str) -> EmailMultiAlternatives:
    """One e-mail to one person, as text and as HTML. Raises AddressInvalid."""
    if not ADDRESS.fullmatch(letter.to):
        raise AddressInvalid
    subject = _one_line(readings.to_plain(letter.subject))
    text = _clean(letter.text)
    helper_text = "" if letter.discreet else _clean(letter.helper_text)
    origin, sender = settings.LINK_ORIGIN, settings.DEFAULT_FROM_EMAIL
    if letter.discreet:
        origin, sender = settings.NEUTRAL_LINK_ORIGIN, settings.NEUTRAL_FROM_EMAIL
    message = EmailMultiAlternatives(
        subject=subject,
        from_email=sender,
        body=f"{text}\n\n{RULE}\n\n{helper_text}\n" if helper_text else f"{text}\n",
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={
            "Message-ID": f"<{message_id}@{urlsplit(origin).hostname}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    html = render_to_string(
        "notifications/letter.html",
        {
            "language": registry.get(letter.language),
            "subject": subject,
            "paragraphs": _paragraphs(text),
            "helper_paragraphs": _paragraphs(helper_text),
        },
    )
    if len(html.encode()) <= LONGEST_HTML:
        message.attach_alternative(html, "text/html")
    return message


def _clean(text):
    """Text that can be encoded, with readings in brackets and bare line ends."""
    sound = readings.to_plain(str(text)).encode("utf-8", "replace").decode()
    return "\n".join(sound.replace("\x00", "").splitlines()).strip()


def _one_line(text):
    """A header in which nothing can hide: no line ends, no control characters."""
    words = " ".join(_clean(text).split())
    return "".join(char for char in words if unicodedata.category(char) != "Cc")


def _paragraphs(text):
    parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [
        format_html_join(
            mark_safe("<br>"), "{}", ((_with_links(line),) for line in part.split("\n"))
        )
        for part in parts
    ]


def _with_links(line):
    pieces, end = [], 0
    for link in LINK.finditer(line):
        pieces.append((line[end : link.start()],))
        pieces.append((format_html('<a href="{0}" dir="ltr">{0}</a>', link[0]),))
        end = link.end()
    return format_html_join("", "{}", [*pieces, (line[end:],)])
