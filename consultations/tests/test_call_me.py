""" "Somebody please call me", from the page to the coordinator's call."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import Case, CaseEvent, Resident
from consultations.models import CallRequest
from consultations.services.call_requests import (
    MOST_REQUESTS,
    CallWish,
    ask_for_call_back,
    close_call_request,
)
from consultations.services.calls import report_call
from consultations.tests.factories import NOW
from notifications import registry
from notifications.choices import Channel, NoticeState
from notifications.letters import Call, Obsolete
from notifications.models import Notice
from privacy.networks import TooManyAttempts
from taxonomy.tests.factories import LanguageFactory, TopicFactory

PAGE = "/en/call/"
PHONE = "+819012345678"
TYPED = {
    "speaking_language": "ti",
    "phone": "090-1234-5678",
    "discretion": "unsure",
    "safe_hours": ["evening"],
    "message": "My visa ends.",
    "consent": "on",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference_data():
    TopicFactory(code="other")
    LanguageFactory(code="ti", autonym="ትግርኛ", name_ja="ティグリニャ語", name_en="Tigrinya")
    LanguageFactory(code="und", is_spoken=False, name_ja="そのほかの言語")


def typed(**changes):
    return TYPED | {"key": str(uuid.uuid4())} | changes


def wish(**changes):
    return CallWish(
        **{"speaking_language": "ti", "reading_language": "en", "phone": PHONE} | changes
    )


def ask(*, key=None, network="", now=NOW, **changes):
    return ask_for_call_back(
        key=key or uuid.uuid4(), wish=wish(**changes), network=network, now=now
    )


def counted():
    return [model.objects.count() for model in (Resident, Case, CallRequest, CaseEvent, Notice)]


# THE PAGE


def test_a_request_becomes_a_case_and_a_call():
    response = Client().post(PAGE, typed(), follow=True)

    call_request = CallRequest.objects.with_story().get()
    resident = call_request.case.resident
    assert str(call_request.case) in response.text
    assert (resident.phone, resident.channel, resident.safe_hours) == (PHONE, "phone", ["evening"])
    assert (resident.nickname, resident.discretion) == ("", "unsure")
    assert (call_request.case.primary_topic_id, call_request.message) == ("other", "My visa ends.")
    event = CaseEvent.objects.get()
    assert (event.verb, event.actor_role) == ("consultations.call_requested", "resident")
    assert event.details == {
        "call_request": call_request.pk,
        "consent": "2026-11",
        "consent_language": "en",
    }
    notice = Notice.objects.get()
    assert (notice.kind, notice.subject_key, notice.recipient_key, notice.channel) == (
        "call_requested",
        f"call:{call_request.pk}",
        resident.key,
        Channel.CALL,
    )


def test_a_language_no_list_has_is_kept_in_own_words_and_encrypted():
    Client().post(PAGE, typed(speaking_language="und", language_note="ᱥᱟᱱᱛᱟᱲᱤ"))

    resident = Resident.objects.get()
    assert (resident.speaking_language_id, resident.language_note) == ("und", "ᱥᱟᱱᱛᱟᱲᱤ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT language_note FROM cases_resident")
        assert "ᱥᱟᱱ" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"speaking_language": "und"}, "language_note"),
        ({"speaking_language": "xx"}, "speaking_language"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"consent": ""}, "consent"),
        ({"message": "a" * 301}, "message"),
        ({"key": "no key"}, "key"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(changes, field):
    response = Client().post(PAGE, typed(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert counted() == [0, 0, 0, 0, 0]


def test_the_page_is_kept_nowhere_and_looking_changes_nothing():
    response = Client().get(PAGE)

    assert response["Cache-Control"] == "no-store, private"
    assert 'action="/leave/"' in response.text
    assert counted() == [0, 0, 0, 0, 0]


def test_what_happens_next_is_shown_only_to_the_browser_that_asked():
    Client().post(PAGE, typed())

    assert Client().get(f"{PAGE}asked/")["Location"] == PAGE


def test_the_same_page_sent_twice_is_one_request():
    client, form = Client(), typed()

    first, second = (client.post(PAGE, form, follow=True) for _time in range(2))

    assert CallRequest.objects.count() == 1
    assert first.context["case"] == second.context["case"]


def test_a_number_with_an_open_request_is_answered_as_if_it_had_none():
    first = Client().post(PAGE, typed(), follow=True)
    before = counted()

    second = Client().post(PAGE, typed(message="Me again."), follow=True)

    assert counted() == before
    assert second.context["case"] == first.context["case"]
    assert CallRequest.objects.get().message == "My visa ends."


def test_too_many_of_one_network_are_sent_to_the_telephone():
    for number in range(MOST_REQUESTS):
        address = f"198.51.100.{number}"
        Client(REMOTE_ADDR=address).post(PAGE, typed(phone=f"090-1234-567{number}"))
    before = counted()

    response = Client(REMOTE_ADDR="198.51.100.9").post(PAGE, typed(phone="090-1234-5679"))

    assert response.status_code == 429
    assert counted() == before


@pytest.mark.parametrize("path", ["/en/", "/en/consultations/book/", "/en/l/", "/languages/"])
def test_the_way_here_stands_where_people_look(path):
    assert f'href="{PAGE}"' in Client().get(path).text


# THE SERVICE


def test_the_sixth_of_a_network_waits_an_hour():
    for number in range(MOST_REQUESTS):
        ask(network="n", phone=f"+8190123456{number}8")

    with pytest.raises(TooManyAttempts):
        ask(network="n")

    ask(network="another")
    ask(network="n", phone="+819012345699", now=NOW + timedelta(minutes=61))
    assert CallRequest.objects.count() == MOST_REQUESTS + 2


def test_a_request_in_the_night_is_called_in_the_morning_and_for_a_week():
    night = NOW.replace(hour=23)

    ask(now=night)

    notice = Notice.objects.get()
    assert notice.due_at == NOW.replace(hour=8) + timedelta(days=1)
    assert notice.expires_at == night + timedelta(days=7)


def test_the_composer_gives_a_call_with_a_japanese_script(django_assert_num_queries):
    ask(nickname="Selam", message="My visa ends.", safe_hours=("evening",))
    notice = Notice.objects.get()

    with django_assert_num_queries(1):
        call = registry.compose(notice, NOW)

    assert isinstance(call, Call)
    assert (call.language, call.phone) == ("ti", PHONE)
    assert "Selam" in call.script
    assert "My visa ends." in call.script
    assert "ティグリニャ語" in call.script


def test_a_person_without_a_name_is_a_dash():
    ask()

    assert "–" in registry.compose(Notice.objects.get(), NOW).script


# WHAT BECAME OF IT


def test_reached_closes_the_request():
    call_request = ask()
    caller = UserFactory(role=roles.COORDINATOR)

    report_call(notice_id=Notice.objects.get().pk, was_reached=True, called_by=caller, now=NOW)

    call_request.refresh_from_db()
    assert call_request.answered_at == NOW
    event = CaseEvent.objects.order_by("-pk").first()
    assert (event.verb, event.actor, event.details) == (
        "consultations.resident_called",
        caller,
        {"call_request": call_request.pk, "was_reached": True},
    )


def test_not_reached_leaves_it_open_for_the_next_hour():
    call_request = ask()
    caller = UserFactory(role=roles.COORDINATOR)

    report_call(notice_id=Notice.objects.get().pk, was_reached=False, called_by=caller, now=NOW)

    call_request.refresh_from_db()
    assert call_request.is_open
    assert Notice.objects.get().next_look_at == NOW + timedelta(hours=1)


def test_an_answered_number_may_ask_again():
    close_call_request(call_request_id=ask().pk, actor_role="system", now=NOW)

    ask()

    assert CallRequest.objects.count() == 2


def test_closing_takes_the_call_back_once():
    call_request = ask()

    for _time in range(2):
        close_call_request(call_request_id=call_request.pk, actor_role="system", now=NOW)

    notice = Notice.objects.get()
    assert notice.state == NoticeState.OBSOLETE
    assert registry.compose(notice, NOW) == Obsolete("answered")
    assert CaseEvent.objects.filter(verb="consultations.call_request_closed").count() == 1
