from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from consultations.models import Slot
from consultations.services.days import (
    ExpertNotFree,
    SlotsOutsideDay,
    generate_slots,
)
from consultations.tests.factories import ConsultationDayFactory, ExpertFactory, SlotFactory

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")


def at(hour, minute=0):
    return datetime(2030, 4, 8, hour, minute, tzinfo=TOKYO)


def generate(day, expert, **changes):
    plan = {"first_at": time(13), "count": 4, "minutes": 45, "pause": 15}
    return generate_slots(day_id=day.pk, expert_id=expert.pk, **(plan | changes))


def test_generate_slots_makes_a_lawyers_day_of_four():
    day, expert = ConsultationDayFactory(), ExpertFactory()

    generate(day, expert)

    times = Slot.objects.order_by("starts_at").values_list("day", "expert", "starts_at", "ends_at")
    assert list(times) == [(day.pk, expert.pk, at(hour), at(hour, 45)) for hour in (13, 14, 15, 16)]


@pytest.mark.parametrize("plan", [{"first_at": time(9, 59)}, {"first_at": time(14)}, {"count": 5}])
def test_generate_slots_outside_the_day_makes_none(plan):
    with pytest.raises(SlotsOutsideDay):
        generate(ConsultationDayFactory(), ExpertFactory(), **plan)

    assert list(Slot.objects.all()) == []


def test_generate_slots_may_fill_the_day_to_its_last_minute():
    day = ConsultationDayFactory(opens_at=time(13), closes_at=time(15))

    slots = generate(day, ExpertFactory(), count=2, minutes=60, pause=0)

    assert [slot.ends_at for slot in slots] == [at(14), at(15)]


def test_generate_slots_makes_all_or_none_when_the_expert_is_not_free():
    expert = ExpertFactory()
    taken = SlotFactory(expert=expert, starts_at=at(15, 30))

    with pytest.raises(ExpertNotFree):
        generate(ConsultationDayFactory(), expert)

    assert list(Slot.objects.all()) == [taken]


def test_generate_slots_may_begin_where_another_slot_ends():
    expert = ExpertFactory()
    SlotFactory(expert=expert, starts_at=at(13) - timedelta(minutes=45))

    assert len(generate(ConsultationDayFactory(), expert)) == 4
