"""What a worker process of the tests runs: the portal and one kind of letter to a sink."""

from django.apps import AppConfig

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
