"""What a person answered before a booking, complete and typed."""

from dataclasses import dataclass, fields

from cases.choices import ContactChannel, Discretion, Reminders
from consultations.choices import ForWhom, GenderWish, InterpreterWish, Mode


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of one booking. Codes only, but for the five a person typed."""

    for_whom: str = ForWhom.SELF
    topic: str
    speaking_language: str
    second_language: str = ""
    reading_language: str
    interpreter_wish: str
    language_variety: str = ""
    gender_wish: str = GenderWish.ANY
    not_from_community: bool = False
    is_minor: bool = False
    date_worry: str = ""
    # A day as ISO 8601 writes it.
    critical_date: str = ""
    mode: str
    channel: str
    email: str = ""
    phone: str = ""
    discretion: str = Discretion.UNSURE
    safe_hours: tuple[str, ...] = ()
    reminders: str = Reminders.ALL
    # A name of the tz database; empty is Japan.
    time_zone: str = ""
    nickname: str
    message: str = ""

    @classmethod
    def from_draft(cls, answers: dict) -> "Answers":
        """Raises TypeError while a question is still open."""
        known = {field.name for field in fields(cls)}
        # What was left empty is as if it had not been asked.
        return cls(
            **{
                name: value
                for name, value in answers.items()
                if name in known and value is not None
            }
        )

    @property
    def wants_interpreter(self) -> bool:
        return self.interpreter_wish == InterpreterWish.WANTED

    @property
    def is_reachable(self) -> bool:
        """Whether the address is there that the channel and the way to talk need."""
        needs_phone = self.channel == ContactChannel.PHONE or self.mode == Mode.PHONE
        needs_email = self.channel == ContactChannel.EMAIL
        return bool((self.phone or not needs_phone) and (self.email or not needs_email))

    @property
    def is_reached_by_email(self) -> bool:
        return self.channel == ContactChannel.EMAIL
