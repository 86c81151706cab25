"""What the benchmark of the figures runs inside the portal's own process."""

import json
import random
import time
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection

from accounts.models import Organization
from bench.inside import _coordinator, _median_ms
from cases.models import Case, Resident
from consultations.choices import (
    BookingSource,
    BookingStatus,
    CanceledBy,
    ExpertKind,
    ForWhom,
    InterpreterWish,
    Mode,
    NoShowParty,
    WaitingStatus,
)
from consultations.figures.statistics import JAPAN
from consultations.models import (
    Booking,
    CallRequest,
    ConsultationDay,
    Expert,
    Program,
    Slot,
    WaitingEntry,
)
from taxonomy.models import Language, Topic

PAGE = "/admin/consultations/booking/figures/"
PERIODS = {"one fiscal year": {"period": "last_year"}, "ten years": {"period": "all"}}
YEARS = 10
PER_DAY = 40
ENDS = [
    *[{"status": BookingStatus.COMPLETED, "outcome": "advice_given"}] * 12,
    *[{"status": BookingStatus.NO_SHOW, "no_show_party": party} for party in NoShowParty],
    *[{"status": BookingStatus.CANCELED, "canceled_by": who} for who in CanceledBy],
    {"status": BookingStatus.EXPIRED},
]
COUNTED = [
    Booking,
    Slot,
    ConsultationDay,
    Expert,
    Case,
    Resident,
    Topic,
    Language,
    WaitingEntry,
    CallRequest,
]


def look(bookings):
    """Fill the tables, then measure the page; prints JSON."""
    if not Booking.objects.exists():
        fill(bookings)
    client = _coordinator()
    floor_ms = _median_ms(lambda number: [model.objects.count() for model in COUNTED], times=10)
    print(json.dumps({name: _measured(client, asked, floor_ms) for name, asked in PERIODS.items()}))


def _measured(client, asked, floor_ms):
    spent = []

    def note(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(1000 * (time.perf_counter() - begun))

    with connection.execute_wrapper(note):
        _expect(client, asked)
    return {
        "page_ms": _median_ms(lambda number: _expect(client, asked), times=7),
        "floor_ms": floor_ms,
        "queries": len(spent),
        "sql_ms": sum(spent),
    }


def _expect(client, asked):
    status = client.get(PAGE, asked).status_code
    if status != 200:
        raise AssertionError(f"status {status}")


def fill(count):
    """Ten years of sessions, each with a person and a case of its own."""
    random.seed("figures")
    slots = _slots(count)
    languages = list(Language.objects.for_conversation()[:60])
    topics = list(Topic.objects.all())
    organization = Organization.objects.create(name="Bench", kind="other")
    residents, cases, bookings = [], [], []
    for number, slot in enumerate(slots):
        booked_at = slot.starts_at - timedelta(days=random.randrange(60), hours=3)
        residents.append(
            Resident(
                nickname="Bench",
                speaking_language=random.choice(languages),
                reading_language="en",
                channel="none",
                created_at=booked_at,
            )
        )
        cases.append(
            Case(
                reference=f"{number:08}",
                resident=residents[-1],
                primary_topic=random.choice(topics),
                opened_at=booked_at,
            )
        )
        bookings.append(
            Booking(
                case=cases[-1],
                slot=slot,
                source=random.choice(BookingSource.values),
                mode=random.choice(Mode.values),
                for_whom=random.choice(ForWhom.values),
                interpreter_wish=random.choice(InterpreterWish.values),
                organization=organization if number % 9 == 0 else None,
                booked_at=booked_at,
                ended_at=booked_at + timedelta(hours=2),
                consent_version="bench",
                consent_language="en",
                # The real digest is of no use here, and takes its time.
                link_digest=f"{number:064}",
                **random.choice(ENDS),
            )
        )
    for rows in (residents, cases, bookings):
        type(rows[0]).objects.bulk_create(rows, batch_size=2000)
    _around(cases[:2000])
    _analyze()


def _slots(count):
    program = Program.objects.create(code="bench", name="Bench")
    experts = Expert.objects.bulk_create(
        Expert(name=f"Bench {number}", kind=ExpertKind.values[number % 8]) for number in range(16)
    )
    today = datetime.now(JAPAN).date()
    dates = [
        today - timedelta(days=number * 365 * YEARS * PER_DAY // count)
        for number in range(count // PER_DAY)
    ]
    days = ConsultationDay.objects.bulk_create(
        ConsultationDay(
            date=day,
            opens_at="09:00",
            closes_at="17:00",
            booking_opens_at=datetime(2000, 1, 1, tzinfo=JAPAN),
            booking_closes_at=datetime(day.year, day.month, day.day, 8, tzinfo=JAPAN),
            is_published=True,
            program=program,
        )
        for day in dates
    )
    slots = []
    for day in days:
        opens = datetime(day.date.year, day.date.month, day.date.day, 9, tzinfo=JAPAN)
        for number in range(PER_DAY):
            begin = opens + timedelta(hours=number % 8)
            slots.append(
                Slot(
                    day=day,
                    expert=experts[number // 8],
                    starts_at=begin,
                    ends_at=begin + timedelta(minutes=45),
                )
            )
    return Slot.objects.bulk_create(slots, batch_size=2000)


def _around(cases):
    WaitingEntry.objects.bulk_create(
        WaitingEntry(
            case=case,
            status=WaitingStatus.LEFT,
            joined_at=case.opened_at,
            ended_at=case.opened_at + timedelta(days=3),
            link_digest=f"w{number:063}",
        )
        for number, case in enumerate(cases)
    )
    CallRequest.objects.bulk_create(
        CallRequest(case=case, key=uuid4(), asked_at=case.opened_at) for case in cases
    )


def _analyze():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
