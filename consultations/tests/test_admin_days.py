from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.choices import BookingStatus
from consultations.models import ConsultationDay, Slot
from consultations.tests.factories import (
    DAY,
    BookingFactory,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
)

TOKYO = ZoneInfo("Asia/Tokyo")
LIST = "/admin/consultations/consultationday/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


@pytest.fixture
def expert():
    return ExpertFactory()


def new_day(somebody, **changes):
    """What the form of a new day sends when only the needed is filled in."""
    return {
        "date": "2030-04-08",
        "expert": somebody.pk,
        "first_at": "13:00",
        "count": "4",
        "minutes": "45",
        "pause": "15",
        "opens_at": "",
        "closes_at": "",
        "platform": "zoom",
        "booking_opens_at_0": "",
        "booking_opens_at_1": "",
        "booking_closes_at_0": "",
        "booking_closes_at_1": "",
        "is_published": "on",
        **changes,
    }


def plan(expert, **changes):
    return {
        "expert": expert.pk,
        "first_at": "10:00",
        "count": "2",
        "minutes": "45",
        "pause": "15",
        **changes,
    }


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


# A NEW DAY


def test_a_day_and_its_slots_are_made_in_one_go(desk, expert):
    response = desk.post(f"{LIST}add/", new_day(expert), follow=True)

    day = ConsultationDay.objects.get()
    slots = Slot.objects.order_by("starts_at")
    assert (day.date, day.opens_at, day.closes_at) == (DAY, time(13), time(16, 45))
    assert day.booking_closes_at == datetime(2030, 4, 8, 9, 0, tzinfo=TOKYO)
    assert day.booking_opens_at < day.booking_closes_at
    assert [slot.starts_at.astimezone(TOKYO).hour for slot in slots] == [13, 14, 15, 16]
    assert {slot.expert for slot in slots} == {expert}
    assert response.redirect_chain == [(f"{LIST}{day.pk}/change/", 302)]


def test_what_is_typed_counts_more_than_what_follows(desk, expert):
    data = new_day(expert, opens_at="10:00", closes_at="18:00")
    data |= {"booking_closes_at_0": "2030-04-07", "booking_closes_at_1": "17:00"}

    desk.post(f"{LIST}add/", data)

    day = ConsultationDay.objects.get()
    assert (day.opens_at, day.closes_at) == (time(10), time(18))
    assert day.booking_closes_at == datetime(2030, 4, 7, 17, 0, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opens_at": "14:00"}, "first_at"),
        ({"closes_at": "15:00"}, "first_at"),
        ({"first_at": "22:00"}, "first_at"),
        ({"first_at": "25:00"}, "first_at"),
        ({"count": "0"}, "count"),
        ({"count": "999999999999"}, "count"),
        ({"minutes": "1"}, "minutes"),
        ({"pause": "-5"}, "pause"),
        ({"expert": "9999"}, "expert"),
        ({"expert": ""}, "expert"),
        ({"date": "tomorrow"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"date": "0001-01-01"}, "date"),
        ({"date": "2026-01-01"}, "date"),
        ({"booking_closes_at_0": "2020-01-01", "booking_closes_at_1": "09:00"}, "__all__"),
    ],
)
def test_a_plan_that_cannot_be_is_said_at_its_field_and_writes_nothing(
    desk, expert, changes, field
):
    response = desk.post(f"{LIST}add/", new_day(expert, **changes))

    assert list(response.context["adminform"].form.errors) == [field]
    assert (ConsultationDay.objects.count(), Slot.objects.count()) == (0, 0)


def test_an_expert_who_is_not_free_leaves_no_day_behind(desk, expert):
    SlotFactory(expert=expert, starts_at=datetime(2030, 4, 8, 14, 30, tzinfo=TOKYO))

    response = desk.post(f"{LIST}add/", new_day(expert))

    assert response.context["adminform"].form.errors == {
        "expert": ["This expert has another slot at one of these times."]
    }
    assert (ConsultationDay.objects.count(), Slot.objects.count()) == (1, 1)


def test_inactive_experts_are_not_offered(desk):
    gone = ExpertFactory(is_active=False)

    response = desk.get(f"{LIST}add/")

    assert gone not in response.context["adminform"].form.fields["expert"].queryset


# MORE SLOTS


def test_slots_of_another_expert_are_added(desk, expert):
    day = ConsultationDayFactory()

    response = desk.post(f"{LIST}{day.pk}/slots/", plan(expert), follow=True)

    assert Slot.objects.filter(day=day, expert=expert).count() == 2
    assert messages_of(response) == ["2 slots are added."]


@pytest.mark.parametrize(
    ("changes", "field"), [({"first_at": "09:00"}, "first_at"), ({"count": "9"}, "first_at")]
)
def test_slots_outside_the_day_are_refused(desk, expert, changes, field):
    day = ConsultationDayFactory()

    response = desk.post(f"{LIST}{day.pk}/slots/", plan(expert, **changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Slot.objects.count() == 0


def test_slots_of_a_busy_expert_are_refused_all_or_none(desk):
    slot = SlotFactory()

    response = desk.post(
        f"{LIST}{slot.day_id}/slots/", plan(slot.expert, first_at="10:30", count="3")
    )

    assert list(response.context["form"].errors) == ["expert"]
    assert Slot.objects.get() == slot


def test_a_day_that_is_not_there(desk):
    assert desk.get(f"{LIST}999/slots/").status_code == 404
    assert desk.post(f"{LIST}slots/999/delete/").status_code == 404


# A DAY


def test_a_slot_nobody_booked_is_deleted(desk):
    slot = SlotFactory()

    response = desk.post(f"{LIST}slots/{slot.pk}/delete/", follow=True)

    assert messages_of(response) == ["The slot is deleted."]
    assert Slot.objects.count() == 0


@pytest.mark.parametrize("status", [BookingStatus.CONFIRMED, BookingStatus.CANCELED])
def test_a_slot_with_a_booking_stays(desk, status):
    booking = BookingFactory(
        status=status, canceled_by="expert" if status == BookingStatus.CANCELED else ""
    )

    response = desk.post(f"{LIST}slots/{booking.slot_id}/delete/", follow=True)

    assert messages_of(response)[0].startswith("The slot stays")
    assert Slot.objects.get() == booking.slot


def test_a_slot_that_somebody_is_booking_stays(desk):
    slot = SlotFactory(held_until=datetime(2040, 1, 1, tzinfo=TOKYO))

    desk.post(f"{LIST}slots/{slot.pk}/delete/")

    assert Slot.objects.get() == slot


def test_the_day_shows_its_slots_with_their_bookings(desk):
    booking = BookingFactory()
    free = SlotFactory(day=booking.slot.day, starts_at=booking.slot.starts_at + timedelta(hours=1))

    response = desk.get(f"{LIST}{booking.slot.day_id}/change/")

    assert [
        (slot.pk, getattr(slot, "spoken_reference", None)) for slot in response.context["slots"]
    ] == [(booking.slot_id, str(booking)), (free.pk, None)]


def test_the_date_of_a_day_with_slots_stays(desk):
    slot = SlotFactory()
    data = {
        "date": "2030-05-05",
        "opens_at": "09:00",
        "closes_at": "18:00",
        "platform": "zoom",
        "booking_opens_at_0": "2030-03-01",
        "booking_opens_at_1": "00:00",
        "booking_closes_at_0": "2030-04-08",
        "booking_closes_at_1": "09:00",
        "version_seen": "0",
    }

    desk.post(f"{LIST}{slot.day_id}/change/", data)

    day = ConsultationDay.objects.get()
    assert (day.date, day.opens_at, day.version) == (date(2030, 4, 8), time(9), 1)


def test_nobody_overwrites_a_day_unseen(desk):
    day = ConsultationDayFactory()
    data = {
        "date": "2030-04-08",
        "opens_at": "09:00",
        "closes_at": "18:00",
        "platform": "zoom",
        "booking_opens_at_0": "2030-03-01",
        "booking_opens_at_1": "00:00",
        "booking_closes_at_0": "2030-04-08",
        "booking_closes_at_1": "09:00",
        "version_seen": str(day.version),
    }
    day.unpublish()

    response = desk.post(f"{LIST}{day.pk}/change/", data)

    assert response.context["adminform"].form.has_error("__all__", "conflict")
    assert ConsultationDay.objects.get().opens_at == time(10)


def test_days_are_published_and_taken_back(desk):
    days = ConsultationDayFactory.create_batch(2, is_published=False)
    chosen = {"_selected_action": [day.pk for day in days]}

    published = desk.post(LIST, {"action": "publish", **chosen}, follow=True)
    public = ConsultationDay.objects.published().count()
    desk.post(LIST, {"action": "unpublish", **chosen})

    assert messages_of(published) == ["2 days are published."]
    assert (public, ConsultationDay.objects.published().count()) == (2, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(desk, rows, django_assert_num_queries):
    for _number in range(rows):
        booking = BookingFactory()
        SlotFactory(day=booking.slot.day, starts_at=booking.slot.starts_at + timedelta(hours=1))
    desk.get(LIST)

    with django_assert_num_queries(8):
        response = desk.get(LIST)

    days = response.context["cl"].result_list
    assert [(day.slot_count, day.booked_count) for day in days] == [(2, 1)] * rows


@pytest.mark.parametrize("role", [roles.EXPERT, roles.EDITOR])
def test_others_cannot_reach_days(role, expert):
    client = signed_in(role)
    slot = SlotFactory()

    answers = {
        client.get(LIST).status_code,
        client.get(f"{LIST}{slot.day_id}/slots/").status_code,
        client.post(f"{LIST}add/", new_day(expert)).status_code,
        client.post(f"{LIST}slots/{slot.pk}/delete/").status_code,
    }

    assert answers <= {302, 403}
    assert (ConsultationDay.objects.count(), Slot.objects.count()) == (1, 1)
