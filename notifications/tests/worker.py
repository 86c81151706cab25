"""A program that starts a worker for each line it reads, and says its number and its end.

A worker is a process of its own, ready at once: it sends one kind of letter to a sink.
"""

import os
import sys

import django
from django.core.management import call_command

from notifications.letters import Letter


def write(notice, now):
    name = notice.subject_key.replace(":", "-")
    return Letter(
        to=f"{name}@sink.example.org",
        language="ne",
        subject="सम्झना",
        text="भोलि भेटौँ।",
        helper_text="明日、お会いしましょう。",
    )


def start_workers():
    django.setup()
    from notifications import registry  # noqa: PLC0415 - reads models, ready only now

    registry.register("tests.reminder", write, "Reminder")
    for _line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            sys.stdout = sys.stderr
            call_command("send_due_notices", "--until-empty")
            os._exit(0)
        print(worker, flush=True)  # noqa: T201 - what the test reads
        _worker, status = os.waitpid(worker, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    start_workers()
