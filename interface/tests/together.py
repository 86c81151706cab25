"""Many at once, each with a connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

# As many as the pool of connections lets through.
AT_ONCE = 16


def at_once(acts, threads=AT_ONCE):
    """The results of the acts, the first of which all start at the same moment."""
    together = threading.Barrier(threads)
    waiting = threading.local()

    def run(act):
        try:
            if not hasattr(waiting, "over"):
                waiting.over = True
                together.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]
