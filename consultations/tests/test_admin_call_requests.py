"""The coordinators' list and page of requests for a call."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from cases.models import CaseEvent, Resident
from cases.services import close_case
from consultations.models import Booking
from consultations.services.call_requests import CallWish, ask_for_call_back
from consultations.services.erasure import erase_resident
from consultations.tests.factories import NOW, SlotFactory, TopicExpertKindFactory
from consultations.tests.test_admin_phone import typed
from notifications.models import Notice
from taxonomy.tests.factories import LanguageFactory, TopicFactory

LIST = "/admin/consultations/callrequest/"
BY_PHONE = "/admin/consultations/booking/by-phone/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference_data():
    TopicFactory(code="other")
    LanguageFactory(code="ti", autonym="ትግርኛ", name_en="Tigrinya")
    LanguageFactory(code="und", is_spoken=False)


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def ask(phone="+819012345678", now=NOW, **changes):
    wish = {"speaking_language": "ti", "reading_language": "en", "nickname": "Selam"} | changes
    return ask_for_call_back(
        key=uuid.uuid4(),
        wish=CallWish(phone=phone, message="My visa ends.", safe_hours=("evening",), **wish),
        network="",
        now=now,
    )


def page_of(call_request):
    return f"{LIST}{call_request.pk}/change/"


def purposes():
    return list(AccessLog.objects.order_by("pk").values_list("purpose", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_who_is_to_be_called_and_when_and_no_number(
    desk, count, django_assert_num_queries
):
    for number in range(count):
        ask(phone=f"+81901234567{number}")
    desk.get(LIST)

    with django_assert_num_queries(7):
        html = desk.get(LIST).text

    assert html.count("Tigrinya") == count
    assert "+8190" not in html
    assert "Selam" not in html


def test_the_page_hides_the_number_until_it_is_asked_for(desk):
    call_request = ask()

    closed = desk.get(page_of(call_request)).text
    opened = desk.post(f"{LIST}{call_request.pk}/show/").text

    for secret in ("+819012345678", "Selam", "My visa ends."):
        assert secret not in closed
        assert secret in opened
    assert purposes() == ["call_request_opened", "call_number_shown"]
    assert AccessLog.objects.first().subject == f"cases.Resident:{call_request.case.resident_id}"


def test_looking_by_address_shows_no_number(desk):
    assert desk.get(f"{LIST}{ask().pk}/show/").status_code == 405


@pytest.mark.parametrize(
    ("act", "is_open", "verb"),
    [
        ("reached", False, "resident_called"),
        ("later", True, "resident_called"),
        ("close", False, "call_request_closed"),
    ],
)
def test_the_three_fates_of_a_call(desk, act, is_open, verb):
    call_request = ask(now=timezone.now())

    response = desk.post(f"{LIST}{call_request.pk}/act/{act}/", follow=True)

    call_request.refresh_from_db()
    assert call_request.is_open == is_open
    assert Notice.objects.calls().open().exists() == is_open
    event = CaseEvent.objects.order_by("-pk").first()
    assert (event.verb, event.actor) == (f"consultations.{verb}", desk.user)
    assert ("act/reached/" in response.text) == is_open


def test_an_unknown_act_is_not_found(desk):
    assert desk.post(f"{LIST}{ask().pk}/act/nothing/").status_code == 404


def test_a_call_whose_time_is_over_can_only_be_closed(desk):
    call_request = ask()
    Notice.objects.update(next_look_at=None, state="obsolete")

    desk.post(f"{LIST}{call_request.pk}/act/reached/")
    call_request.refresh_from_db()
    assert call_request.is_open

    desk.post(f"{LIST}{call_request.pk}/act/close/")
    call_request.refresh_from_db()
    assert not call_request.is_open


def test_the_form_for_the_telephone_knows_what_was_said(desk):
    call_request = ask()

    form = desk.get(f"{BY_PHONE}?call={call_request.pk}").context["form"]

    values = {name: form[name].value() for name in ("phone", "speaking_language", "nickname")}
    assert values == {
        "phone": "+819012345678",
        "speaking_language": "ti",
        "nickname": "Selam",
    }
    assert (form["channel"].value(), form["mode"].value()) == ("phone", "phone")
    assert purposes() == ["contact_shown"]


def test_a_booking_from_a_request_stays_in_its_case(desk):
    LanguageFactory(code="vi")
    TopicExpertKindFactory(topic=TopicFactory(code="work"))
    call_request = ask()

    desk.post(f"{BY_PHONE}?call={call_request.pk}", typed(SlotFactory(), nickname="Selam G."))

    booking = Booking.objects.with_story().get()
    assert booking.case == call_request.case
    assert (booking.case.primary_topic_id, booking.case.owner) == ("work", desk.user)
    assert (booking.case.resident.nickname, Resident.objects.count()) == ("Selam G.", 1)


@pytest.mark.parametrize("end", ["erase", "close"])
def test_nothing_is_booked_in_a_case_that_is_over(desk, end):
    LanguageFactory(code="vi")
    TopicExpertKindFactory(topic=TopicFactory(code="work"))
    old = ask().case
    if end == "erase":
        erase_resident(resident_id=old.resident_id, actor_role="resident", now=NOW)
    else:
        close_case(case_id=old.pk, outcome="no_contact", closed_by=desk.user, now=NOW)

    desk.post(f"{BY_PHONE}?call={old.call_request.pk}", typed(SlotFactory(), nickname="Selam G."))

    booking = Booking.objects.with_story().get()
    old.refresh_from_db()
    assert (booking.case.status, booking.case.resident.nickname) == ("new", "Selam G.")
    assert booking.case.resident != old.resident
    assert old.resident.nickname == ("" if end == "erase" else "Selam")


def test_a_language_no_list_has_is_asked_again_on_the_telephone(desk):
    call_request = ask(speaking_language="und", language_note="Santali")

    form = desk.get(f"{BY_PHONE}?call={call_request.pk}").context["form"]

    assert form["speaking_language"].value() == ""
    assert form["language_variety"].value() == "Santali"


@pytest.mark.parametrize("number", ["", "0", "999", "x", "9" * 30, "²"])
def test_the_form_without_a_request_is_empty(desk, number):
    assert desk.get(f"{BY_PHONE}?call={number}").context["form"]["phone"].value() in ("", None)
    assert purposes() == []


@pytest.mark.parametrize("role", [None, roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_others_see_nothing(role):
    call_request = ask()
    client = signed_in(role) if role else Client()

    for path in (LIST, page_of(call_request), f"{BY_PHONE}?call={call_request.pk}"):
        assert client.get(path).status_code in {302, 403, 404}
    for rest in ("show/", "act/reached/"):
        response = client.post(f"{LIST}{call_request.pk}/{rest}")
        assert response.status_code in {302, 403, 404}
        assert "+8190" not in response.text
    call_request.refresh_from_db()
    assert call_request.is_open
    assert not call_request.__class__.objects.visible_to(UserFactory()).exists()
    assert purposes() == []


def test_the_case_leads_to_the_request(desk):
    call_request = ask()

    assert (
        page_of(call_request) in desk.get(f"/admin/cases/case/{call_request.case_id}/change/").text
    )
