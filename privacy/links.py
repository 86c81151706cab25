"""Capability links: whoever holds one may see and change exactly one subject.

The token is HMAC-SHA-256 of the link's id and generation under the first of
LINK_KEYS, so that every letter can carry it although the database holds only a
digest of it: a stolen dump opens nothing. Raising the generation revokes.
"""

import base64
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction

from privacy.digests import keyed_digest, lookup_digest

CODE_LENGTH = 6
CODE_ATTEMPTS = 5
CODE_PAUSE = timedelta(minutes=15)


class TooManyCodes(Exception):
    """Several wrong codes in a row; the right one is refused too for a while."""


class CapabilityLinkQuerySet(models.QuerySet):
    def for_token(self, token: str):
        """The one subject a token opens, whichever of LINK_KEYS made it."""
        return self.filter(link_digest=token_digest(token))


def token_digest(token: str) -> str:
    return lookup_digest(token, "capability link")


class CapabilityLink(models.Model):
    """What a subject needs to be reached by a link and a short code."""

    link_id = models.UUIDField(default=uuid.uuid4, editable=False)
    link_generation = models.PositiveIntegerField(default=1, editable=False)
    link_digest = models.CharField(max_length=64, unique=True, editable=False)
    link_wrong_codes = models.PositiveSmallIntegerField(default=0, editable=False)
    link_wrong_code_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def _derived(self, purpose: str) -> list[bytes]:
        """One value for each configured key, the writing key first."""
        subject = f"{self.link_id}:{self.link_generation}"
        return [keyed_digest(key, purpose, subject) for key in settings.LINK_KEYS]

    @property
    def link_token(self) -> str:
        """The token whose digest is stored; after a rotation that of the older key."""
        tokens = [
            base64.urlsafe_b64encode(value).rstrip(b"=").decode() for value in self._derived("link")
        ]
        return next(
            (token for token in tokens if token_digest(token) == self.link_digest), tokens[0]
        )

    @property
    def link_code(self) -> str:
        """The digits shown at confirmation. Derived, never stored."""
        return self._codes()[0]

    def _codes(self) -> list[str]:
        return [
            f"{int.from_bytes(value[:8]) % 10**CODE_LENGTH:0{CODE_LENGTH}d}"
            for value in self._derived("code")
        ]

    def set_link_digest(self):
        """Call before the first save and after the generation was raised."""
        self.link_digest = ""
        self.link_digest = token_digest(self.link_token)

    def revoke_link(self):
        """The old link and code are dead from the commit on; new ones exist at once."""
        self.link_generation += 1
        self.set_link_digest()
        self.save(update_fields=["link_generation", "link_digest"])

    def is_code(self, code: str) -> bool:
        """A look that counts nothing; `check_code` is what opens."""
        return any(
            [secrets.compare_digest(code.encode(), known.encode()) for known in self._codes()]
        )

    def share_link_of(self, other: "CapabilityLink"):
        """Be opened by the link and code of another subject as well; saves nothing."""
        self.link_id, self.link_generation = other.link_id, other.link_generation
        self.link_digest = other.link_digest

    def take_link_of(self, other: "CapabilityLink"):
        """From the commit on the link and code of another subject open this one instead."""
        self.share_link_of(other)
        other.renew_link()
        self._save_link()

    def renew_link(self):
        """Another link altogether: whoever held the old one opens nothing with it."""
        self.link_id, self.link_generation = uuid.uuid4(), 1
        self.set_link_digest()
        self._save_link()

    def _save_link(self):
        self.save(update_fields=["link_id", "link_generation", "link_digest"])

    def check_code(self, code: str, now: datetime) -> bool:
        """Whether the code is right. Wrong ones are counted for this link alone.

        Raises TooManyCodes after five wrong ones, until fifteen minutes passed.
        """
        is_right = self.is_code(code)
        if is_right and not self.link_wrong_codes:
            return True
        with transaction.atomic():
            # Counted one after the other: many tries at once are not one.
            counts = ["link_wrong_codes", "link_wrong_code_at"]
            rows = type(self)._base_manager.select_for_update(of=("self",))
            self.refresh_from_db(fields=counts, from_queryset=rows)
            return self._count(is_right, now)

    def _count(self, is_right, now):
        paused = self.link_wrong_code_at and now < self.link_wrong_code_at + CODE_PAUSE
        if self.link_wrong_codes >= CODE_ATTEMPTS and paused:
            raise TooManyCodes
        if is_right:
            self.link_wrong_codes = 0
        else:
            self.link_wrong_codes = self.link_wrong_codes + 1 if paused else 1
            self.link_wrong_code_at = now
        self.save(update_fields=["link_wrong_codes", "link_wrong_code_at"])
        return is_right
