"""Real connections, real processes, a real mail server: who dies when, and what arrives."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from notifications import doorbell
from notifications.choices import NoticeState
from notifications.models import Notice
from notifications.services import plan_notices, send_due_notices
from notifications.tests.factories import DAY, MINUTE, NOON, NoticeFactory, planned

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LETTERS = 1000
KILLS = 20


@dataclass
class Sink:
    """A mail server that keeps the Message-ID of every letter it has accepted, by recipient."""

    port: int
    received: list[tuple[str, str]] = field(default_factory=list)
    seconds_per_letter: float = 0.0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        head = envelope.content.split(b"\r\n\r\n")[0].decode()
        [message_id] = [line for line in head.split("\r\n") if line.startswith("Message-ID:")]
        self.received += [(recipient, message_id) for recipient in envelope.rcpt_tos]
        # Now the letter is here, and the worker does not know it yet.
        await asyncio.sleep(self.seconds_per_letter)
        return "250 OK"


@pytest.fixture
def sink():
    # The controller cannot be given port 0: it knocks at the port it was given.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Sink(port)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


def plan_letters(count):
    now = timezone.now()
    with transaction.atomic():
        plan_notices(
            planned(f"booking:{number}", due_at=now - MINUTE, expires_at=now + DAY)
            for number in range(count)
        )


def database_url():
    """The test database, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, password = quote(values["USER"] or ""), quote(values["PASSWORD"] or "")
    host, port = quote(values["HOST"] or "localhost", safe=""), values["PORT"] or 5432
    return f"postgres://{user}:{password}@{host}:{port}/{values['NAME']}"


def start_program(sink):
    return subprocess.Popen(
        [sys.executable, "-m", "notifications.tests.worker"],
        cwd=django_settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "NOTICE_SENDERS": "1",
            "NOTICE_LEASE_SECONDS": "1",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Workers:
    """Starts workers one after the other, and tells how each ended."""

    def __init__(self, process):
        self.process = process

    def start(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def exit_code(self):
        return int(self.process.stdout.readline())


@pytest.fixture
def workers(sink):
    process = start_program(sink)
    yield Workers(process)
    process.communicate(timeout=60)


def wait_for_letters(sink, count, seconds=60):
    deadline = time.monotonic() + seconds
    while len(sink.received) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_worker_that_is_killed_loses_nothing_and_repeats_only_what_was_in_flight(
    sink, workers, monkeypatch
):
    # Every ring is lost, as when the broker's data is wiped.
    monkeypatch.setattr(doorbell, "publish", lambda: None)
    plan_letters(LETTERS)
    sink.seconds_per_letter = 0.004
    chance = random.Random(20261123)  # noqa: S311 - moments of death, not secrets

    for _kill in range(KILLS):
        before = len(sink.received)
        worker = workers.start()
        wait_for_letters(sink, before + chance.randint(1, LETTERS // KILLS - 10))
        time.sleep(chance.uniform(0, 0.01))
        os.kill(worker, signal.SIGKILL)
        assert workers.exit_code() == -signal.SIGKILL
    sink.seconds_per_letter = 0.0
    workers.start()
    assert workers.exit_code() == 0

    arrivals = Counter(recipient for recipient, _message_id in sink.received)
    repeated = {recipient for recipient, count in arrivals.items() if count > 1}
    flagged = {
        f"{key.replace(':', '-')}@sink.example.org"
        for key in Notice.objects.filter(is_repeat=True).values_list("subject_key", flat=True)
    }
    unknown = Notice.objects.tasks().filter(state=NoticeState.UNKNOWN).count()
    # None lost: every letter is sent, but for one that died twice in flight and is a task then.
    assert Notice.objects.filter(state=NoticeState.SENT).count() + unknown == LETTERS
    assert len(arrivals) + unknown >= LETTERS
    assert unknown <= 2
    # Repeats: at most one per kill, all flagged, the same letter to every mail program.
    assert len(sink.received) - len(arrivals) <= KILLS
    assert repeated <= flagged
    assert len(flagged) <= KILLS
    assert len(set(sink.received)) == len(arrivals)


def test_a_letter_in_flight_when_its_worker_is_killed_does_come_twice(sink, workers, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(doorbell, "publish", lambda: None)
    plan_letters(1)

    sink.seconds_per_letter = 30
    worker = workers.start()
    wait_for_letters(sink, 1)
    os.kill(worker, signal.SIGKILL)
    assert workers.exit_code() == -signal.SIGKILL
    sink.seconds_per_letter = 0
    workers.start()
    assert workers.exit_code() == 0

    assert len(sink.received) == 2
    assert len(set(sink.received)) == 1
    assert Notice.objects.get().is_repeat


@pytest.mark.parametrize("senders", [1, 4])
def test_sweeps_in_parallel_send_every_letter_once(kinds, mailoutbox, senders):
    NoticeFactory.create_batch(200)
    together = threading.Barrier(3)

    def sweep():
        try:
            together.wait()
            return send_due_notices(NOON, senders=senders)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        sweeps = [pool.submit(sweep) for _ in range(3)]
        counts = sum((each.result() for each in sweeps), Counter())

    assert counts == {"sent": 200}
    recipients = Counter(message.to[0] for message in mailoutbox)
    assert (len(recipients), set(recipients.values())) == (200, {1})


def test_a_sender_that_breaks_is_not_taken_for_one_that_had_nothing_to_do(
    kinds, relay, monkeypatch
):
    NoticeFactory.create_batch(50)
    started_in = threading.current_thread()
    close = relay.close

    def break_down():
        if threading.current_thread() is not started_in:
            raise ZeroDivisionError
        close()

    monkeypatch.setattr(relay, "close", break_down)

    with pytest.raises(ZeroDivisionError):
        send_due_notices(NOON, senders=2)

    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_a_letter_is_claimed_by_one_of_many(kinds):
    NoticeFactory.create_batch(30)
    together = threading.Barrier(6)

    def claim():
        try:
            together.wait()
            claimed, _settled = Notice.objects.claim_letters(
                now=NOON, lease=timedelta(minutes=5), limit=5
            )
            return [notice.pk for notice in claimed]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        claims = [pool.submit(claim) for _ in range(6)]
        claimed = [pk for each in claims for pk in each.result()]

    assert len(claimed) == len(set(claimed)) == 30
