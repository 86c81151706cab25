"""What worker processes of the tests run: the portal and one kind of letter to a sink.

As a program it starts a worker for each line it reads, says its number, and when it has
ended, how. A worker is a process of its own that is ready at once.
"""

import os
import sys

import django
from django.apps import AppConfig
from django.core.management import call_command

from notifications.letters import Letter


class WorkerConfig(AppConfig):
    name = "notifications.tests"
    label = "notifications_tests"

    def ready(self):
        from notifications import registry  # noqa: PLC0415 - reads models, which are ready only now

        registry.register("tests.reminder", write, "Reminder")


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
