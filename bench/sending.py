"""P7: the sweep against one Celery task for each letter, with and without a slow relay.

python -m bench.sending
"""

import contextlib
import socket
import subprocess
import sys
import time

from bench import harness

LETTERS = 600
SLOW_RELAY = 0.02
SENDERS = 16


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        harness.heading()
        for delay, goal, name in ((0, 4.5, "no delay"), (SLOW_RELAY, 10, "20 ms relay")):
            with sink(delay) as port:
                task = by_tasks(servers, port)
                sweep = by_sweep(servers, port)
            harness.report(
                "P7",
                f"letters a second, {name}",
                sweep / task,
                goal,
                at_least=True,
                detail=f"sweep {sweep:.0f}/s, one task a letter {task:.0f}/s",
            )


@contextlib.contextmanager
def sink(delay):
    port = harness.throwaway.free_port()
    process = harness.processes.start(
        [sys.executable, "-m", "bench.sink", str(port), str(delay)], cwd=harness.ROOT
    )
    try:
        wait_for(port)
        yield port
    finally:
        harness.processes.stop(process)


def wait_for(port):
    for _attempt in range(100):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("The sink did not come up.")


def by_tasks(servers, port):
    """Letters a second of one worker that runs a task for each letter."""
    environment = {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    worker = harness.processes.start(
        [sys.executable, "-m", "celery", "-A", "bench.task_per_notice", "worker"]
        + ["--pool=solo", "--without-gossip", "--without-mingle", "--loglevel=ERROR"],
        cwd=harness.ROOT,
        env=servers.environment("cinga.settings", **environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        seconds = harness.run_in_portal(
            servers,
            f"""
import time as clock
from bench.inside import due_letters
from bench.task_per_notice import send_notice
from notifications.models import Notice
due_letters({LETTERS} + 1)
first, *others = Notice.objects.values_list("pk", flat=True)
send_notice.delay(first)
while Notice.objects.filter(state="sent").count() < 1:
    clock.sleep(0.05)
started = clock.perf_counter()
for pk in others:
    send_notice.delay(pk)
while Notice.objects.filter(state="sent").count() < {LETTERS} + 1:
    clock.sleep(0.05)
print(clock.perf_counter() - started)
""",
            **environment,
        )
    finally:
        harness.processes.stop(worker)
    return LETTERS / float(seconds)


def by_sweep(servers, port):
    """Letters a second of the portal's sweep, real letters about real bookings."""
    seconds = harness.run_in_portal(
        servers,
        f"""
import time as clock
from bench.inside import due_letters
from django.utils import timezone
from notifications.services import send_due_notices
due_letters({LETTERS})
started = clock.perf_counter()
counts = send_due_notices(timezone.now())
spent = clock.perf_counter() - started
assert counts["sent"] == {LETTERS}, counts
print(spent)
""",
        NOTICE_SENDERS=str(SENDERS),
        EMAIL_URL=f"smtp://127.0.0.1:{port}",
    )
    return LETTERS / float(seconds)


if __name__ == "__main__":
    main()
