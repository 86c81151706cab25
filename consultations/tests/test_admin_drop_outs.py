"""The pages on which a coordinator takes back a day, or the time of an expert."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.models import Booking, ConsultationDay, Slot, WaitingEntry
from consultations.tests.acts import BY_PHONE, book
from consultations.tests.factories import (
    TOKYO,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
)
from interface.references import spoken

pytestmark = pytest.mark.usefixtures("reference_data")

CHOOSE = "/admin/consultations/expert/cannot-come/"
DAY = timedelta(days=1)


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


@pytest.fixture
def day():
    """Tomorrow, four slots of one expert; far later two free ones of another."""
    starts_at = datetime.combine(
        timezone.now().astimezone(TOKYO).date() + DAY, datetime.min.time(), TOKYO
    )
    day = ConsultationDayFactory(date=starts_at.date(), booking_closes_at=starts_at + DAY)
    expert = ExpertFactory()
    for hour in (9, 10, 11, 12):
        SlotFactory(day=day, expert=expert, starts_at=starts_at + timedelta(hours=hour))
    later = ConsultationDayFactory(date=starts_at.date() + 7 * DAY)
    for hour in (10, 11):
        SlotFactory(day=later, starts_at=starts_at + 7 * DAY + timedelta(hours=hour))
    return day


def page(day):
    return f"/admin/consultations/consultationday/{day.pk}/drop-out/"


def of_expert(day):
    expert = day.slots.first().expert
    return f"{CHOOSE}?expert={expert.pk}&starts={day.date}T00:00&ends={day.date + DAY}T00:00"


def fill(day, count=4):
    now = timezone.now()
    people = [{}, {}, BY_PHONE, {}]
    return [
        book(slot, now=now, **{"email": f"p{slot.pk}@example.org", **people[number]})
        for number, slot in enumerate(day.slots.order_by("starts_at")[:count])
    ]


@pytest.mark.parametrize("address", [page, of_expert])
def test_who_is_affected_is_shown_before_anything_is_done(desk, day, address):
    bookings = fill(day)

    response = desk.get(address(day))

    text = response.content.decode()
    preview = response.context["preview"]
    assert [each.booking for each in preview.people] == bookings
    assert (preview.letters, preview.calls, preview.kept) == (3, 1, 2)
    for booking in bookings:
        assert spoken(booking.case.reference) in text
    assert Booking.objects.open().count() == 4
    assert not Slot.objects.filter(withdrawn_at__isnull=False).exists()


@pytest.mark.parametrize("address", [page, of_expert])
def test_one_button_does_it_and_shows_what_is_left_to_do(desk, day, address):
    fill(day)
    seen = desk.get(address(day)).context["preview"].seen

    response = desk.post(address(day), {"seen": seen}, follow=True)

    text = response.content.decode()
    assert not Booking.objects.open().exists()
    assert day.slots.filter(withdrawn_at__isnull=True).count() == 0
    assert WaitingEntry.objects.filter(is_first=True).count() == 4
    assert text.count("To be called.") == 1
    assert text.count("New time kept:") == 2
    assert response.context["preview"].is_empty
    assert response.redirect_chain == [(address(day), 302)]


def test_what_has_changed_since_is_looked_at_again(desk, day):
    seen = desk.get(page(day)).context["preview"].seen
    [booking] = fill(day, count=1)

    response = desk.post(page(day), {"seen": seen})

    assert response.status_code == 409
    assert "Nothing is done" in response.content.decode()
    assert [each.booking for each in response.context["preview"].people] == [booking]
    assert Booking.objects.open().count() == 1


@pytest.mark.parametrize("seen", ["", "x", "é" * 99])
def test_a_page_that_has_seen_nothing_does_nothing(desk, day, seen):
    fill(day)

    assert desk.post(page(day), {"seen": seen}).status_code == 409

    assert Booking.objects.open().count() == 4


def test_it_can_take_place_after_all(desk, day):
    fill(day, count=1)
    seen = desk.get(page(day)).context["preview"].seen
    desk.post(page(day), {"seen": seen})

    response = desk.post(page(day), {"again": "1"}, follow=True)

    assert "4 times are offered again." in response.content.decode()
    assert not day.slots.filter(withdrawn_at__isnull=False).exists()
    assert Booking.objects.get().status == "canceled"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(desk, day, rows, django_assert_num_queries):
    fill(day, count=rows)
    desk.get(page(day))

    with django_assert_num_queries(11):
        response = desk.get(page(day))

    assert len(response.context["preview"].people) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_afterwards_costs_the_same_too(desk, day, rows, django_assert_num_queries):
    fill(day, count=rows)
    seen = desk.get(page(day)).context["preview"].seen
    desk.post(page(day), {"seen": seen}, follow=True)

    with django_assert_num_queries(11):
        response = desk.get(page(day))

    assert len(response.context["people"]) == rows


def test_an_expert_of_today_is_one_tap_away(desk, day):
    expert = ExpertFactory(name="Ill Today")
    now = timezone.now()
    SlotFactory(expert=expert, day=day, starts_at=now + timedelta(seconds=90))

    response = desk.get(CHOOSE)

    # Ninety seconds before midnight nobody has a time left today.
    is_today = (now + timedelta(seconds=90)).astimezone(TOKYO).date() == now.astimezone(
        TOKYO
    ).date()
    assert (expert in response.context["experts"]) is is_today
    if is_today:
        link = response.context["today"]
        assert desk.get(f"{CHOOSE}?{link}&expert={expert.pk}").context["expert"] == expert


@pytest.mark.parametrize(
    "query",
    [
        "expert=",
        "expert=0&starts=2030-01-01T00:00&ends=2030-01-02T00:00",
        "expert={0}&starts=2030-01-02T00:00&ends=2030-01-01T00:00",
        "expert={0}&starts=yesterday&ends=tomorrow",
    ],
)
def test_what_makes_no_sense_is_asked_again(desk, day, query):
    response = desk.get(f"{CHOOSE}?{query.format(day.slots.first().expert_id)}")

    assert response.status_code == 422
    assert "preview" not in response.context


def test_a_day_without_anything_to_come_says_so(desk):
    day = ConsultationDayFactory(date=date(2026, 4, 6))

    response = desk.get(page(day))

    assert "Nobody is affected." in response.content.decode()


def test_a_day_that_is_not_there(desk):
    assert desk.get("/admin/consultations/consultationday/999/drop-out/").status_code == 404
    assert not ConsultationDay.objects.exists()


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_others_can_neither_look_nor_act(day, role):
    client = signed_in(role)

    for address in (page(day), of_expert(day), CHOOSE):
        assert client.get(address).status_code in {302, 403, 404}
        assert client.post(address, {"seen": "x"}).status_code in {302, 403, 404}

    assert not Slot.objects.filter(withdrawn_at__isnull=False).exists()
