"""The sweep: claims due letters, lets their composers decide again, and sends them.

Claim, commit, then send: no transaction is open while the mail server is spoken to,
and each letter is marked on its own. A worker may be killed at any point (README.md).
"""

import logging
import smtplib
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection

from notifications import registry
from notifications.choices import Reason
from notifications.letters import AddressInvalid, Letter, Obsolete, Suppressed, build_message
from notifications.models import Notice, NoticeChanged

logger = logging.getLogger(__name__)

BATCH_SIZE = 25
MOST_ATTEMPTS = 6
# What cannot be written now will hardly be writable tomorrow: a person sees it sooner.
MOST_COMPOSER_ATTEMPTS = 3
# The mail server is away, which is no fault of the letters that were still waiting.
PUT_BACK_FOR = timedelta(minutes=1)
PATIENCE_WITH_RELAY = 2
# What was read for a whole batch is read again when the relay is so slow that it got old.
SUBJECT_IS_FRESH_FOR = timedelta(seconds=2)


class RelayUnreachable(Exception):
    """No connection to the mail server could be opened."""


@dataclass(frozen=True)
class Setback:
    """Why a letter did not go out, and what that means for it."""

    reason: Reason
    is_final: bool = False
    may_have_arrived: bool = False
    is_of_the_relay: bool = False


def send_due_notices(
    now: datetime,
    *,
    senders: int | None = None,
    lease: timedelta | None = None,
    longest: timedelta | None = None,
) -> Counter:
    """Send every letter that is due, and answer how many ended in which state.

    Safe to run twice, at once, and to be killed. `longest` bounds the time after
    which no further letters are claimed.
    """
    counts = retire_missed_calls(now) if Notice.objects.missed(now).exists() else Counter()
    # Mostly nothing is due: two short questions then, and no transaction.
    if not Notice.objects.letters().to_look_at(now).exists():
        return counts
    sweep = Sweep(
        clock=_clock_from(now),
        lease=lease or settings.NOTICE_LEASE,
        ends_at=now + longest if longest else None,
    )
    claimed, settled = sweep.claim()
    senders = senders or settings.NOTICE_SENDERS
    if senders == 1 or len(claimed) + len(settled) < BATCH_SIZE:
        return counts + sweep.send_all(claimed, settled)
    with ThreadPoolExecutor(senders - 1, thread_name_prefix="notices") as pool:
        others = [pool.submit(sweep.send_all_in_thread) for _ in range(senders - 1)]
        counts += sweep.send_all(claimed, settled)
        # A sender that broke must not look like one that had nothing to do.
        return sum((other.result() for other in others), counts)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 1, 4, 16, 64, 256 minutes."""
    return timedelta(minutes=4 ** (min(attempts, MOST_ATTEMPTS - 1) - 1))


def retire_missed_calls(now: datetime) -> Counter:
    """Calls whose time has passed become visible tasks, unless nobody wants them any more."""
    counts = Counter()
    for notice in Notice.objects.missed(now):
        with suppress(NoticeChanged):
            answer = _compose(notice, now)
            if isinstance(answer, Obsolete | Suppressed):
                notice.mark_obsolete(answer.reason)
            else:
                notice.fail(at=now, reason=Reason.CALL_MISSED, counts=False)
            counts[notice.state] += 1
    return counts


class Sweep:
    """One run over the outbox, shared by its senders."""

    def __init__(self, *, clock: Callable[[], datetime], lease: timedelta, ends_at=None):
        self.clock = clock
        self.lease = lease
        self.ends_at = ends_at
        self.relay_is_away = threading.Event()

    def claim(self):
        if self.relay_is_away.is_set() or (self.ends_at and self.clock() >= self.ends_at):
            return [], []
        claimed, settled = Notice.objects.claim_letters(
            now=self.clock(), lease=self.lease, limit=BATCH_SIZE
        )
        _load_subjects(claimed)
        return claimed, settled

    def send_all_in_thread(self) -> Counter:
        try:
            return self.send_all(*self.claim())
        finally:
            connection.close()

    def send_all(self, claimed, settled) -> Counter:
        """Send what was claimed, then claim more, until nothing is due."""
        counts = Counter()
        courier = Courier()
        try:
            while claimed or settled:
                read_at = self.clock()
                counts.update(str(notice.state) for notice in settled)
                for notice in claimed:
                    if self.clock() > read_at + SUBJECT_IS_FRESH_FOR:
                        notice.subject = None
                    counts[self.send_or_put_back(notice, courier)] += 1
                claimed, settled = self.claim()
        finally:
            courier.close()
        return counts

    def send_or_put_back(self, notice, courier) -> str:
        try:
            if self.relay_is_away.is_set():
                notice.retry(
                    at=self.clock() + PUT_BACK_FOR, reason=Reason.RELAY_UNREACHABLE, counts=False
                )
            else:
                self.send(notice, courier)
        except NoticeChanged:
            # The lease had passed; whoever holds the row now decides about it.
            logger.warning("%s was taken over by another worker", notice)
            return "taken_over"
        return str(notice.state)

    def send(self, notice, courier):
        answer = _compose(notice, self.clock())
        match answer:
            case Obsolete():
                notice.mark_obsolete(answer.reason)
            case Suppressed():
                notice.suppress(answer.reason)
            case Letter():
                self.hand_over(notice, answer, courier)
            case Setback():
                self.set_back(notice, answer, most_attempts=MOST_COMPOSER_ATTEMPTS)
            case _:
                self.set_back(notice, Setback(Reason.WRONG_CHANNEL, is_final=True))

    def hand_over(self, notice, letter, courier):
        try:
            message = build_message(letter, message_id=notice.message_id)
            courier.open()
            notice.begin_handing_over(at=self.clock(), lease=self.lease)
            courier.send(message)
        except NoticeChanged:
            raise
        except Exception as error:  # noqa: BLE001 - mail backends raise whatever they raise
            setback = setback_for(error)
            _log(notice, error)
            if courier.was_let_down(setback):
                self.relay_is_away.set()
            self.set_back(notice, setback)
        else:
            courier.setbacks_in_a_row = 0
            notice.mark_sent(self.clock())

    def set_back(self, notice, setback, *, most_attempts=MOST_ATTEMPTS):
        if setback.is_final or notice.attempts + 1 >= most_attempts:
            notice.fail(at=self.clock(), reason=setback.reason)
        else:
            notice.retry(
                at=self.clock() + backoff(notice.attempts + 1),
                reason=setback.reason,
                may_have_arrived=setback.may_have_arrived,
            )


class Courier:
    """One sender's connection to the mail server, opened when needed and used again."""

    def __init__(self):
        self.backend = get_connection()
        self.setbacks_in_a_row = 0

    def open(self):
        try:
            self.backend.open()
        except Exception as error:
            raise RelayUnreachable(type(error).__name__) from error

    def send(self, message):
        message.connection = self.backend
        message.send()

    def was_let_down(self, setback) -> bool:
        """Start afresh after any setback; true when the mail server seems to be away."""
        self.close()
        if setback.is_of_the_relay:
            self.setbacks_in_a_row += 1
        return (
            setback.reason == Reason.RELAY_UNREACHABLE
            or self.setbacks_in_a_row >= PATIENCE_WITH_RELAY
        )

    def close(self):
        # smtplib's errors are OSErrors; a connection that cannot even be closed is gone.
        with suppress(OSError):
            self.backend.close()


def setback_for(error: Exception) -> Setback:
    match error:
        case RelayUnreachable():
            return Setback(Reason.RELAY_UNREACHABLE, is_of_the_relay=True)
        case AddressInvalid() | smtplib.SMTPNotSupportedError():
            return Setback(Reason.ADDRESS_INVALID, is_final=True)
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _answer in error.recipients.values()]
            if any(code >= 500 for code in codes):
                return Setback(Reason.RECIPIENT_REFUSED, is_final=True)
            return Setback(Reason.RELAY_BUSY)
        case smtplib.SMTPSenderRefused():
            # Wrong settings or a passing quota: no fault of the letter.
            return Setback(Reason.SENDER_REFUSED, is_of_the_relay=True)
        case smtplib.SMTPResponseException() if error.smtp_code >= 500:
            return Setback(Reason.LETTER_REFUSED, is_final=True)
        case smtplib.SMTPResponseException():
            return Setback(Reason.RELAY_BUSY, is_of_the_relay=True)
        case OSError():
            return Setback(Reason.CONNECTION_LOST, may_have_arrived=True, is_of_the_relay=True)
        case ValueError():
            # What the e-mail package says of an address it cannot write down.
            return Setback(Reason.ADDRESS_INVALID, is_final=True)
    return Setback(Reason.SENDING_ERROR, may_have_arrived=True)


def _load_subjects(notices):
    """A failure here is met again, letter by letter, where it can be told of each."""
    try:
        registry.load_subjects(notices)
    except Exception as error:  # noqa: BLE001 - one broken loader must not stop the others
        logger.error("Subjects were not read at once: %s", type(error).__name__)


def _compose(notice, now):
    try:
        return registry.compose(notice, now)
    except registry.UnknownKind:
        logger.error("%s: no composer is registered for its kind", notice)
        return Setback(Reason.UNKNOWN_KIND, is_final=True)
    except Exception as error:  # noqa: BLE001 - one broken letter must not stop the others
        _log(notice, error)
        return Setback(Reason.COMPOSER_ERROR)


def _log(notice, error):
    """Where it broke, without the message: that may name a person or an address."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    cause = f" ({error})" if isinstance(error, RelayUnreachable) else ""
    logger.error(
        "%s: %s%s at %s:%s", notice, type(error).__name__, cause, place.filename, place.lineno
    )


def _clock_from(now):
    """A clock that starts at `now`: a long sweep must not lease by its first minute."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
