"""Sessions of the past months, so that the figures of a demo show something. All made up."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cases.choices import CaseOutcome, CaseStatus, ContactChannel, Reminders
from cases.models import Case, Resident
from consultations.choices import (
    BookingSource,
    BookingStatus,
    CanceledBy,
    ForWhom,
    InterpreterWish,
    Mode,
    NoShowParty,
    SessionOutcome,
)
from consultations.models import Booking, ConsultationDay, Expert, Program, Slot
from interface.references import new_reference
from taxonomy.models import Language, Topic

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKS = 34
SLOTS = 4
LANGUAGES = ["vi", "ne", "en", "cmn", "my", "fil", "pt", "es", "id", "ti", "ur", "uk"]
TOPICS = ["work", "immigration", "family", "social", "housing", "medical", "education", "crime"]
WAYS_TO_END = [
    *[{"status": BookingStatus.COMPLETED, "outcome": SessionOutcome.ADVICE_GIVEN}] * 10,
    *[{"status": BookingStatus.COMPLETED, "outcome": SessionOutcome.REFERRED}] * 3,
    *[{"status": BookingStatus.NO_SHOW, "no_show_party": NoShowParty.CLIENT}] * 2,
    {"status": BookingStatus.NO_SHOW, "no_show_party": NoShowParty.TECHNICAL},
    *[{"status": BookingStatus.CANCELED, "canceled_by": CanceledBy.RESIDENT}] * 2,
    {"status": BookingStatus.CANCELED, "canceled_by": CanceledBy.EXPERT},
    {"status": BookingStatus.EXPIRED},
]


def seed_past(*, program: Program, experts: list[Expert], today: date) -> None:
    """A day every second week, its sessions over and told of; made once for a program."""
    if program.days.exists():
        return
    # The same demo on every machine.
    random = Random("demo")  # noqa: S311 - nothing secret hangs on it
    languages = _known(Language, LANGUAGES)
    topics = _known(Topic, TOPICS)
    if not (languages and topics):
        return
    monday = today - timedelta(days=today.weekday())
    for week in range(2, WEEKS, 2):
        expert = experts[week // 2 % len(experts)]
        slots = _slots(program, expert, monday - timedelta(weeks=week))
        chosen = [slot for slot in slots if random.random() < 0.9]
        _book(chosen, languages, topics, random)


def _known(model, codes):
    known = model.objects.in_bulk(codes)
    return [known[code] for code in codes if code in known]


def _slots(program, expert, day_date):
    start = datetime.combine(day_date, time(13), TOKYO)
    day = ConsultationDay.objects.create(
        date=day_date,
        opens_at=time(13),
        closes_at=time(17),
        booking_opens_at=start - timedelta(days=60),
        booking_closes_at=start - timedelta(hours=4),
        is_published=True,
        program=program,
    )
    starts = [start + timedelta(hours=number) for number in range(SLOTS)]
    return Slot.objects.bulk_create(
        Slot(day=day, expert=expert, starts_at=begin, ends_at=begin + timedelta(minutes=45))
        for begin in starts
    )


def _book(slots, languages, topics, random):
    bookings = []
    for slot in slots:
        booked_at = slot.starts_at - timedelta(
            days=min(59, round(random.expovariate(1 / 14))), hours=3
        )
        ended_at = slot.ends_at
        end = random.choice(WAYS_TO_END)
        if end["status"] in {BookingStatus.CANCELED, BookingStatus.EXPIRED}:
            ended_at = booked_at + (slot.starts_at - booked_at) / 2
        is_video = random.random() < 0.7
        case = Case(
            reference=new_reference(),
            resident=_resident(_often_the_first(languages, random), booked_at),
            primary_topic=_often_the_first(topics, random),
            status=CaseStatus.CLOSED,
            outcome=CaseOutcome.ADVICE_GIVEN,
            opened_at=booked_at,
            closed_at=slot.ends_at,
        )
        booking = Booking(
            case=case,
            slot=slot,
            source=random.choice([BookingSource.WEB] * 4 + [BookingSource.PHONE]),
            mode=Mode.VIDEO if is_video else Mode.PHONE,
            for_whom=random.choice([ForWhom.SELF] * 5 + [ForWhom.OTHER]),
            interpreter_wish=random.choice(InterpreterWish.values),
            booked_at=booked_at,
            ended_at=ended_at,
            consent_version="demo",
            consent_language="en",
            **end,
        )
        booking.set_link_digest()
        bookings.append(booking)
    Resident.objects.bulk_create(booking.case.resident for booking in bookings)
    Case.objects.bulk_create(booking.case for booking in bookings)
    Booking.objects.bulk_create(bookings)


def _often_the_first(things, random):
    return things[min(int(random.expovariate(1 / 2.5)), len(things) - 1)]


def _resident(language, created_at):
    return Resident(
        nickname="Demo",
        speaking_language=language,
        reading_language="en",
        channel=ContactChannel.NONE,
        reminders=Reminders.NONE,
        created_at=created_at,
    )
