import threading
import time

import pytest
from django.db import transaction

from notifications import doorbell as module
from notifications import tasks
from notifications.doorbell import Doorbell
from notifications.services import plan_notices
from notifications.tests.factories import planned

MOST_A_REQUEST_MAY_WAIT = 0.05


@pytest.fixture
def broker(monkeypatch):
    """Not eager, and a broker that does what the test says."""
    monkeypatch.setitem(tasks.send_due_notices.app.conf, "task_always_eager", False)
    double = BrokerDouble()
    monkeypatch.setattr(module, "publish", double.publish)
    yield double
    double.go_on.set()


class BrokerDouble:
    def __init__(self):
        self.heard = threading.Semaphore(0)
        self.rings = 0
        self.go_on = threading.Event()
        self.go_on.set()
        self.error = None

    def publish(self):
        self.rings += 1
        self.heard.release()
        self.go_on.wait(5)
        if self.error:
            raise self.error

    def hears(self, timeout=2.0):
        return self.heard.acquire(timeout=timeout)


def seconds_of(act):
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def test_a_ring_reaches_the_broker(broker):
    Doorbell(spacing=0.01).ring()

    assert broker.hears()


def test_a_hanging_broker_holds_nobody_up(broker):
    doorbell = Doorbell(spacing=0.01)
    broker.go_on.clear()

    assert seconds_of(doorbell.ring) < MOST_A_REQUEST_MAY_WAIT
    assert broker.hears()
    assert seconds_of(lambda: [doorbell.ring() for _ in range(100)]) < MOST_A_REQUEST_MAY_WAIT

    # A hundred rings during one are one more.
    broker.go_on.set()
    assert broker.hears()
    assert not broker.hears(timeout=0.1)


def test_a_broker_that_is_gone_is_left_alone_for_a_while(broker, caplog):
    doorbell = Doorbell(spacing=0.01, rest=0.3)
    broker.error = ConnectionRefusedError("redis://:secret@broker")

    assert seconds_of(doorbell.ring) < MOST_A_REQUEST_MAY_WAIT
    assert broker.hears()
    doorbell.ring()
    assert not broker.hears(timeout=0.1)
    assert broker.hears()
    assert "secret" not in caplog.text


def test_a_broken_doorbell_breaks_nothing(monkeypatch, caplog):
    def break_down():
        raise RuntimeError("can't start new thread")

    doorbell = Doorbell()
    monkeypatch.setitem(tasks.send_due_notices.app.conf, "task_always_eager", False)
    monkeypatch.setattr(doorbell, "_ring_in_thread", break_down)

    doorbell.ring()

    assert "RuntimeError" in caplog.text


@pytest.mark.django_db
def test_one_transaction_rings_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        plan_notices([planned("booking:1")])
        with transaction.atomic():
            plan_notices([planned("booking:2")])

    assert len(callbacks) == 1


@pytest.mark.django_db
def test_what_is_rolled_back_does_not_ring(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        with transaction.atomic():
            plan_notices([planned("booking:1")])
            transaction.set_rollback(True)
        rung_before = len(callbacks)
        plan_notices([planned("booking:2")])

    assert (rung_before, len(callbacks)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_request_does_not_wait_for_a_broker_that_is_gone(broker, monkeypatch):
    monkeypatch.setattr(module.doorbell, "rest", 0.0)
    broker.error = ConnectionRefusedError()
    broker.go_on.clear()

    def act():
        with transaction.atomic():
            plan_notices([planned()])

    assert seconds_of(act) < 1.0
    broker.hears()
    assert seconds_of(module.doorbell.ring) < MOST_A_REQUEST_MAY_WAIT
