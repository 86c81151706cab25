import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from cases.models import Case, Resident
from consultations.choices import BookingSource, BookingStatus, ConsentGiven
from consultations.models import Booking
from consultations.tests.acts import ANSWERS, every_row
from consultations.tests.factories import BookingFactory, SlotFactory

PAGE = "/admin/consultations/booking/by-phone/"

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


@pytest.fixture
def slot():
    return SlotFactory()


def typed(time, /, **changes):
    """The whole form, as it is sent."""
    answers = {name: value for name, value in ANSWERS.items() if value is not False}
    form = {"is_minor": "False", "slot": time.pk, "consent": "on", "key": str(uuid.uuid4())}
    return answers | form | changes


def test_a_booking_is_made_and_read_aloud(desk, slot):
    response = desk.post(PAGE, typed(slot), follow=True)

    booking = Booking.objects.get()
    assert (booking.slot, booking.source, booking.booked_by) == (
        slot,
        BookingSource.PHONE,
        desk.user,
    )
    assert booking.status == BookingStatus.CONFIRMED
    assert booking.case.owner == desk.user
    assert str(booking) in response.text
    assert booking.link_code in response.text
    assert AccessLog.objects.get().purpose == "code_shown"


def test_an_interpreter_wish_makes_it_held(desk, slot):
    desk.post(PAGE, typed(slot, interpreter_wish="wanted", language_variety="southern"))

    booking = Booking.objects.get()
    assert (booking.status, booking.language_variety) == (BookingStatus.HELD, "southern")


def test_phone_only_is_a_full_booking(desk, slot):
    data = typed(
        slot, channel="phone", email="", phone="090-1234-5678", safe_hours=["morning", "evening"]
    )

    desk.post(PAGE, data)

    resident = Resident.objects.get()
    assert (resident.phone, resident.safe_hours) == ("+819012345678", ["morning", "evening"])


def test_times_appear_with_the_topic_and_everything_typed_stays(desk, slot):
    data = typed(slot, show_times="1", nickname="Minh", speaking_language="ne")
    data.pop("consent")

    response = desk.post(PAGE, data)

    form = response.context["form"]
    assert response.status_code == 200
    assert f'value="{slot.pk}"' in response.text
    assert (form["nickname"].value(), form["speaking_language"].value()) == ("Minh", "ne")
    assert 'value="Minh"' in response.text
    assert form.errors == {}
    assert Booking.objects.count() == 0


def test_without_a_free_time_the_page_says_what_to_do(desk, slot):
    BookingFactory(slot=slot)

    response = desk.post(PAGE, {"topic": "work", "show_times": "1"})

    assert "There is no free time for this topic." in response.text


def test_a_taken_time_keeps_everything_and_offers_the_next(desk, slot):
    BookingFactory(slot=slot)
    later = SlotFactory(starts_at=slot.starts_at + timedelta(days=1))
    desk.get(PAGE)
    before = every_row()

    response = desk.post(PAGE, typed(slot, nickname="Minh"))

    assert response.status_code == 409
    assert "Somebody else has just taken this time." in response.text
    assert f'value="{later.pk}"' in response.text
    assert 'value="Minh"' in response.text
    assert every_row() == before


def test_the_same_form_sent_twice_is_one_booking(desk, slot):
    data = typed(slot)

    first = desk.post(PAGE, data)
    again = desk.post(PAGE, data)

    assert Booking.objects.count() == 1
    assert again.url == first.url


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent": ""}, "consent"),
        ({"topic": ""}, "topic"),
        ({"topic": "no topic"}, "topic"),
        ({"slot": ""}, "slot"),
        ({"email": ""}, "email"),
        ({"channel": "phone"}, "phone"),
        ({"mode": "phone"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"message": "x" * 2001}, "message"),
        ({"nickname": ""}, "nickname"),
        ({"key": "no key"}, "key"),
        ({"safe_hours": ["midnight"]}, "safe_hours"),
        ({"speaking_language": "tlh"}, "speaking_language"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_writes_nothing(desk, slot, changes, field):
    response = desk.post(PAGE, typed(slot, **changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert (Booking.objects.count(), Case.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", [roles.EXPERT, roles.EDITOR, roles.INTERPRETER])
def test_others_cannot_book(role, slot):
    client = signed_in(role)

    assert client.get(PAGE).status_code in {302, 403}
    assert client.post(PAGE, typed(slot)).status_code in {302, 403}
    assert Booking.objects.count() == 0


def test_form_costs_a_fixed_number_of_queries(desk, slot, django_assert_num_queries):
    desk.get(PAGE)

    with django_assert_num_queries(4):
        desk.get(PAGE)
    with django_assert_num_queries(6):
        desk.post(PAGE, typed(slot, show_times="1"))


def test_every_question_of_the_pages_is_asked_on_the_telephone_too(desk, slot):
    day = (timezone.now() + timedelta(days=30)).date()
    data = typed(
        slot,
        for_whom="other",
        is_minor="True",
        date_worry="yes",
        critical_date=day.isoformat(),
        time_zone="Asia/Kathmandu",
        channel="none",
        email="",
    )

    desk.post(PAGE, data)

    booking = Booking.objects.with_story().get()
    case, resident = booking.case, booking.case.resident
    assert (booking.for_whom, booking.consent_given) == ("other", ConsentGiven.READ_OUT)
    assert (case.is_minor, case.date_worry, case.critical_date) == (True, "yes", day)
    assert (resident.channel, resident.reminders) == ("none", "none")
    assert resident.time_zone == "Asia/Kathmandu"


def test_a_date_far_away_is_asked_again_on_the_telephone(desk, slot):
    response = desk.post(PAGE, typed(slot, date_worry="yes", critical_date="1999-01-31"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["critical_date"]


def test_the_page_begins_with_a_booking_for_the_caller(desk):
    assert desk.get(PAGE).context["form"]["for_whom"].value() == "self"
