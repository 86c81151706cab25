"""A resident's way through the pages, with Django's test client in the place of the browser."""

from dataclasses import dataclass, field

from django.test import Client

from consultations.cookies import DRAFT
from consultations.models import Booking
from consultations.models.draft import draft_key
from consultations.steps import (
    ABOUT,
    CARE,
    CHECK,
    CONTACT,
    DONE,
    INTERPRETER,
    LANGUAGES,
    MODE,
    TIME,
    TOPIC,
    WHOM,
)

# What is typed on each page.
TYPED = {
    WHOM: {"for_whom": "self"},
    TOPIC: {"topic": "work"},
    LANGUAGES: {"speaking_language": "vi", "reading_language": "vi"},
    INTERPRETER: {"interpreter_wish": "not_needed", "gender_wish": "any"},
    CARE: {"is_minor": "False", "date_worry": "no"},
    MODE: {"mode": "video"},
    CONTACT: {
        "channel": "email",
        "email": "lan@example.org",
        "discretion": "private",
        "reminders": "all",
    },
    ABOUT: {"nickname": "Lan", "message": "My boss keeps my passport."},
}
CONSENT = {"consent": "on"}


@dataclass
class Visitor:
    """One browser."""

    language: str = "vi"
    client: Client = field(default_factory=Client)

    def path(self, rest):
        return f"/{self.language}/{rest}"

    def page(self, number):
        return self.path(f"b/{number}/")

    def get(self, rest):
        return self.client.get(self.path(rest))

    def post(self, rest, data=None):
        return self.client.post(self.path(rest), data or {})

    def see(self, number):
        return self.get(f"b/{number}/")

    def send(self, number, data):
        return self.post(f"b/{number}/", data)

    def begin(self):
        response = self.post("consultations/book/")
        assert response.headers["Location"] == self.page(WHOM)
        return self

    def answer(self, *numbers, **changes):
        """Answer these pages (all questions but the time), each leading on."""
        for number in numbers or TYPED:
            response = self.send(number, TYPED[number] | changes)
            assert response.status_code == 302, (number, response.context["form"].errors)
        return self

    def choose(self, slot):
        response = self.send(TIME, {"slot": slot.pk})
        assert response.headers["Location"] == self.page(CHECK)
        return self

    def book(self, slot) -> Booking:
        """The whole way; the booking at its end."""
        self.begin().answer().choose(slot)
        response = self.send(CHECK, CONSENT)
        assert response.headers["Location"] == self.page(DONE)
        return Booking.objects.with_story().get(draft_key=self.draft_key)

    @property
    def draft_key(self):
        return draft_key(self.client.cookies[DRAFT].value)

    def link(self, booking, rest=""):
        return f"l/{booking.link_token}/{rest}"

    def reveal(self, booking, code=""):
        return self.post(self.link(booking, "show/"), {"code": code})
