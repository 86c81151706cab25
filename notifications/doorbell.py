"""Wakes a worker after a commit, and costs the request nothing.

The broker may be slow, full or gone: a thread of our own speaks to it. A lost ring
loses nothing, since the next sweep finds the rows in the database.
"""

import logging
import os
import threading
import time

from django.db import connection, transaction

from notifications import tasks

logger = logging.getLogger(__name__)


def publish():
    # A ring that nobody heard for ten minutes is stale: beat has rung since.
    tasks.send_due_notices.apply_async(retry=False, expires=600)


class Doorbell:
    """Rings are gathered; a broker that failed is left alone for a while."""

    def __init__(self, *, spacing=0.5, rest=30.0):
        self.spacing = spacing
        self.rest = rest
        self.forget_thread()

    def forget_thread(self):
        self._rung = threading.Event()
        self._starting = threading.Lock()
        self._thread = None

    def ring(self):
        try:
            if tasks.send_due_notices.app.conf.task_always_eager:
                publish()
            else:
                self._ring_in_thread()
        except Exception as error:  # noqa: BLE001 - the act is committed: it must not fail now
            logger.warning("The doorbell is broken: %s", type(error).__name__)

    def _ring_in_thread(self):
        self._rung.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self._thread.start()

    def _run(self):
        while True:
            self._rung.wait()
            # Cleared first: whoever rings while we publish is heard in the next round.
            self._rung.clear()
            try:
                publish()
            except Exception as error:  # noqa: BLE001 - whatever the broker's client raises
                logger.warning("The broker did not answer: %s", type(error).__name__)
                time.sleep(self.rest)
            else:
                time.sleep(self.spacing)


doorbell = Doorbell()
# A forked child has the locks of its parent, but not the thread.
os.register_at_fork(after_in_child=doorbell.forget_thread)


def ring_on_commit():
    """Ring once after the present transaction, however many notices it plans."""
    waiting = [callback for _savepoints, callback, _robust in connection.run_on_commit]
    if doorbell.ring not in waiting:
        transaction.on_commit(doorbell.ring, robust=True)
