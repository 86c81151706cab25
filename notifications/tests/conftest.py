import pytest
from django.core import mail

from notifications import registry
from notifications.letters import Call, Letter


@pytest.fixture
def kinds(monkeypatch):
    """The registered kinds, set back after the test: a place to register one's own."""
    monkeypatch.setattr(registry, "KINDS", {})
    registry.register("tests.reminder", write_reminder, "Reminder")
    registry.register("tests.call", write_call, "Reminder by telephone")
    return registry.KINDS


def write_reminder(notice, now):
    name = notice.subject_key.replace(":", "-")
    return Letter(
        to=f"{name}@example.org", language="en", subject="Reminder", text="See you tomorrow."
    )


def write_call(notice, now):
    return Call(language="ne", phone="03-0000-0000", safe_hours="9-12", script="See you tomorrow.")


class RelayDouble:
    """Stands for the mail server: raises what it is told to, else keeps the letters."""

    def __init__(self):
        self.sent = []
        self.opened = 0
        self.refuses_to_open = None
        self.answers = []
        self.on_sending = lambda message: None

    def open(self):
        self.opened += 1
        if self.refuses_to_open:
            raise self.refuses_to_open
        return True

    def close(self):
        pass

    def send_messages(self, messages):
        for message in messages:
            self.on_sending(message)
            answer = self.answers.pop(0) if self.answers else None
            if answer:
                raise answer
            self.sent.append(message)
            mail.outbox.append(message)
        return len(messages)


@pytest.fixture
def relay(monkeypatch, mailoutbox):
    double = RelayDouble()
    monkeypatch.setattr("notifications.delivery.get_connection", lambda: double)
    return double
