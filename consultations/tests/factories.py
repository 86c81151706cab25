from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import factory

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.tests.factories import CaseFactory
from consultations.choices import (
    BookingSource,
    BookingStatus,
    ExpertKind,
    InterpreterWish,
    Mode,
)
from consultations.models import (
    Booking,
    ConsultationDay,
    EmergencyLine,
    Expert,
    Slot,
    TopicExpertKind,
)
from taxonomy.tests.factories import TopicFactory

TOKYO = ZoneInfo("Asia/Tokyo")
# A Monday, a week before the sessions.
NOW = datetime(2030, 4, 1, 10, 0, tzinfo=TOKYO)
DAY = date(2030, 4, 8)


class ExpertFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Expert

    account = factory.SubFactory(UserFactory, role=roles.EXPERT)
    name = factory.Sequence(lambda number: f"Expert {number}")
    kind = ExpertKind.LAWYER


class TopicExpertKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TopicExpertKind

    topic = factory.SubFactory(TopicFactory)
    expert_kind = ExpertKind.LAWYER


class ConsultationDayFactory(factory.django.DjangoModelFactory):
    """Published, and open for booking until nine on the day."""

    class Meta:
        model = ConsultationDay

    date = DAY
    opens_at = time(10)
    closes_at = time(17)
    # Open today as well, for tests in which a browser meets the clock on the wall.
    booking_opens_at = datetime(2026, 1, 1, tzinfo=TOKYO)
    booking_closes_at = factory.LazyAttribute(
        lambda day: datetime.combine(day.date, time(9), TOKYO)
    )
    is_published = True


class SlotFactory(factory.django.DjangoModelFactory):
    """Forty-five minutes from ten o'clock, each of another expert."""

    class Meta:
        model = Slot

    expert = factory.SubFactory(ExpertFactory)
    day = factory.SubFactory(
        ConsultationDayFactory,
        date=factory.LazyAttribute(lambda day: day.factory_parent.starts_at.date()),
    )
    starts_at = datetime.combine(DAY, time(10), TOKYO)
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(minutes=45))


class BookingFactory(factory.django.DjangoModelFactory):
    """Confirmed, by video, without an interpreter; `HeldBookingFactory` waits for one."""

    class Meta:
        model = Booking

    case = factory.SubFactory(CaseFactory)
    slot = factory.SubFactory(SlotFactory)
    status = BookingStatus.CONFIRMED
    source = BookingSource.WEB
    mode = Mode.VIDEO
    interpreter_wish = InterpreterWish.NOT_NEEDED
    booked_at = NOW
    consent_version = "2026-11"
    consent_language = "vi"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        booking = model_class(*args, **kwargs)
        booking.set_link_digest()
        booking.save(force_insert=True)
        return booking


class HeldBookingFactory(BookingFactory):
    status = BookingStatus.HELD
    interpreter_wish = InterpreterWish.WANTED
    decide_by = factory.LazyAttribute(lambda booking: booking.slot.starts_at - timedelta(days=5))


class EmergencyLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EmergencyLine

    code = factory.Sequence(lambda number: f"line-{number}")
    name = "A line to try"
    number = "0120-000-000"
    source = "made up for tests"
