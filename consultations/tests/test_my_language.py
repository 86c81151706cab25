""" "My language is not here": from the list of all languages to a booking, or to a call."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.choices import ForWhom
from consultations.models import Booking, CallRequest, Draft
from consultations.steps import CHECK, INTERPRETER, LANGUAGES, TOPIC, WHOM
from consultations.tests.factories import SlotFactory, TopicExpertKindFactory
from consultations.tests.flows import CONSENT, TYPED, Visitor
from taxonomy.models import Language
from taxonomy.services import load_taxonomy

PAGE = "my-language/"
TIGRINYA = {"speaking_language": "ti", "reading_language": "en"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference_data():
    load_taxonomy()
    TopicExpertKindFactory(topic_id="work")


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_every_language_has_its_own_name_on_the_page(language):
    html = Visitor(language).get(PAGE).content.decode()

    codes = set(re.findall(r'name="speaking_language" id="l-([\w-]+)"', html))
    assert codes == set(Language.objects.for_conversation().values_list("pk", flat=True))
    assert '<bdi lang="ti">ትግርኛ</bdi>' in html


def test_the_list_is_small_and_costs_one_query():
    visitor = Visitor("en")
    with CaptureQueriesContext(
        connection,
    ) as first:
        html = visitor.get(PAGE).content

    with CaptureQueriesContext(connection) as second:
        visitor.get(PAGE)

    queries = [query["sql"] for query in first if "taxonomy" in query["sql"]]
    assert len(queries) == 1
    assert [query for query in second if "taxonomy" in query["sql"]] == []
    assert len(html) < 70_000


def test_own_names_stand_together_by_script():
    html = Visitor("en").get(PAGE).content.decode()

    assert html.index('id="script-Latn"') < html.index('id="l-vi"') < html.index('id="script-Ethi"')
    assert html.index('id="script-Ethi"') < html.index('id="l-ti"') < html.index('id="l-am"')
    assert html.index('id="l-am"') < html.index('id="script-sign"') < html.index('id="l-jsl"')


def test_a_tigrinya_speaker_who_reads_english_books_in_it():
    slot = SlotFactory()
    speaker = Visitor("ja")

    response = speaker.post(PAGE, TIGRINYA)

    assert response["Location"] == f"/en/b/{WHOM}/"
    speaker.language = "en"
    assert speaker.send(WHOM, TYPED[WHOM])["Location"] == speaker.page(TOPIC)
    # The languages are answered already.
    others = [number for number in TYPED if number not in (WHOM, TOPIC, LANGUAGES)]
    assert speaker.send(TOPIC, TYPED[TOPIC])["Location"] == speaker.page(others[0])
    speaker.answer(*others).choose(slot)
    speaker.send(CHECK, CONSENT)
    resident = Booking.objects.with_story().get().case.resident
    assert (resident.speaking_language_id, resident.reading_language) == ("ti", "en")


def test_who_reads_none_of_ours_is_called():
    speaker = Visitor("ja")

    response = speaker.post(PAGE, TIGRINYA | {"reading_language": "none"})

    # The language is not in the address.
    assert response["Location"] == "/ja/call/"
    form = speaker.get("call/").context["form"]
    assert form["speaking_language"].value() == "ti"
    key = form["key"].value()
    asking = {"key": key, "speaking_language": "ti", "phone": "090-1234-5678"}
    speaker.post("call/", asking | {"discretion": "unsure", "consent": "on"})
    assert CallRequest.objects.get().case.resident.speaking_language_id == "ti"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, ["speaking_language", "reading_language"]),
        ({"speaking_language": "ti"}, ["reading_language"]),
        ({"speaking_language": "und", "reading_language": "en"}, ["speaking_language"]),
        ({"speaking_language": "ti", "reading_language": "xx"}, ["reading_language"]),
    ],
)
def test_what_is_missing_is_said_and_nothing_begins(typed, wrong):
    response = Visitor("en").post(PAGE, typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert not Draft.objects.exists()


def test_what_was_chosen_stays_chosen_beside_an_error():
    html = Visitor("en").post(PAGE, {"speaking_language": "ti"}).content.decode()

    assert re.findall(r'value="([\w-]+)" checked', html) == ["ti"]


def test_the_draft_of_before_is_wiped():
    speaker = Visitor("en").begin().answer(WHOM, for_whom=ForWhom.OTHER)

    speaker.post(PAGE, TIGRINYA)

    assert Draft.objects.get().answers == TIGRINYA


def test_who_comes_from_the_question_keeps_the_other_answers():
    speaker = Visitor("en").begin().answer(WHOM, TOPIC)
    assert f'href="/en/{PAGE}?keep=1"' in speaker.see(LANGUAGES).text

    response = speaker.post(f"{PAGE}?keep=1", TIGRINYA)

    assert response["Location"] == speaker.page(INTERPRETER)
    assert Draft.objects.get().answers == {"for_whom": "self", "topic": "work"} | TIGRINYA


def test_who_has_no_draft_to_keep_begins_one():
    Visitor("en").post(f"{PAGE}?keep=1", TIGRINYA)

    assert Draft.objects.get().answers == TIGRINYA


@pytest.mark.parametrize("path", ["/languages/", "/en/", "/en/call/"])
def test_the_way_here_stands_where_people_look(path):
    assert f'href="/en/{PAGE}"' in Client().get(path).text


def test_looking_begins_nothing_and_the_page_is_kept_nowhere():
    response = Client().get(f"/en/{PAGE}")

    assert response["Cache-Control"] == "no-store, private"
    assert not Draft.objects.exists()


def test_a_name_that_exists_in_english_only_says_so():
    load_taxonomy()

    page = Visitor("my").get("my-language/").content.decode()

    assert '<bdi lang="en">Ho Chi Minh City Sign Language</bdi>' in page
    assert page.count('<bdi lang="en">English</bdi>') == 1
