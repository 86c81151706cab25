"""Where a request comes from, as a digest that changes every day."""

import ipaddress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

from privacy.digests import lookup_digest
from privacy.models import Attempt

TOKYO = ZoneInfo("Asia/Tokyo")
# A whole range counts as one: whoever has one address of it can have the others.
IPV4_RANGE, IPV6_RANGE = 24, 48


class TooManyAttempts(Exception):
    """Somebody on this network has tried too often."""


def network_of(request: HttpRequest, now: datetime) -> str:
    """The digest of the sender's range of addresses on this day; empty when it is unknown.

    Behind a proxy the address it saw last is believed, and nothing before it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    return network_digest(address, now)


def network_digest(address: str, now: datetime) -> str:
    """The digest of an address's range; empty for what is no address, or our own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        # A proxy of our own that does not say whom it speaks for: nobody in particular,
        # and one limit for everybody would shut everybody out.
        return ""
    length = IPV4_RANGE if parsed.version == 4 else IPV6_RANGE
    span = ipaddress.ip_network(f"{parsed}/{length}", strict=False)
    return lookup_digest(f"{now.astimezone(TOKYO).date()} {span}", "network")


def check_attempts(*, sender: str, what: str, most: int, within: timedelta, now: datetime) -> None:
    """Raises TooManyAttempts when there were `most` tries within the time. Notes nothing."""
    if (
        sender
        and Attempt.objects.lately(sender=sender, what=what, since=now - within).count() >= most
    ):
        raise TooManyAttempts


def count_attempt(*, sender: str, what: str, most: int, within: timedelta, now: datetime) -> None:
    """Note one try. Raises TooManyAttempts, without noting it, after `most` within the time.

    Many at the same moment may each see the last place free; that does no harm here.
    """
    check_attempts(sender=sender, what=what, most=most, within=within, now=now)
    note_attempt(sender=sender, what=what, now=now)


def note_attempt(*, sender: str, what: str, now: datetime) -> None:
    """Note one try that was let through by `check_attempts`."""
    if sender:
        Attempt.objects.create(sender=sender, what=what, happened_at=now)
