"""What all pages of the booking have in common: headers, statements, bytes, bad input."""

import gzip
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consultations.models import Booking, Draft
from consultations.steps import ABOUT, CHECK, DONE, LANGUAGES, QUESTIONS, TIME, TOPIC
from consultations.tests.acts import book, every_row
from consultations.tests.factories import (
    EmergencyLineFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from consultations.tests.flows import CONSENT, TYPED, Visitor
from interface.memory import ShortMemory
from languages import registry
from notifications import doorbell, tasks
from schedules.services import load_schedules
from taxonomy.services import load_taxonomy
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = pytest.mark.usefixtures("reference_data")

CODES = settings.COMPLETE_LANGUAGES
MOST_BYTES = 40 * 1024
MOST_REQUESTS = 6
PUBLIC = ["", "consultations/", "danger/"]
OWN = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'"


def text_of(response):
    return response.content.decode()


@pytest.fixture
def pages():
    """A response of every page of the booking and of the link, good and bad, by address."""

    def visit(language="vi"):
        slot, taken = SlotFactory(), SlotFactory()
        EmergencyLineFactory()
        visitor = Visitor(language)
        found = {rest: visitor.get(rest) for rest in PUBLIC}
        found["consultations/book/"] = visitor.get("consultations/book/")
        visitor.begin()
        for number in QUESTIONS:
            found[f"b/{number}/"] = visitor.see(number)
            found[f"b/{number}/ empty"] = visitor.send(number, {})
            visitor.answer(number)
        found["b/9/"] = visitor.see(TIME)
        found["b/9/ empty"] = visitor.send(TIME, {})
        book(taken, now=timezone.now(), email="other@example.org")
        found["b/9/ taken"] = visitor.send(TIME, {"slot": taken.pk})
        visitor.choose(slot)
        found["b/10/"] = visitor.see(CHECK)
        found["b/10/ empty"] = visitor.send(CHECK, {})
        found["sent"] = visitor.send(CHECK, CONSENT)
        found["b/11/"] = visitor.see(DONE)
        found["gone"] = Visitor(language).see(TOPIC)
        booking = Booking.objects.get(slot=slot)
        found["link masked"] = visitor.get(visitor.link(booking))
        found["link code"] = Visitor(language).get(visitor.link(booking))
        found["link wrong code"] = Visitor(language).reveal(booking, "1")
        found["shown"] = visitor.reveal(booking)
        found["link"] = visitor.get(visitor.link(booking))
        SlotFactory()
        found["link time"] = visitor.get(visitor.link(booking, "time/"))
        found["link time empty"] = visitor.post(visitor.link(booking, "time/"))
        found["link cancel"] = visitor.get(visitor.link(booking, "cancel/"))
        found["link calendar"] = visitor.post(visitor.link(booking, "calendar/"))
        found["link unknown"] = visitor.get("l/unknown/")
        found["canceled"] = visitor.post(visitor.link(booking, "cancel/"))
        found["link canceled"] = visitor.get(visitor.link(booking))
        found["not found"] = visitor.get("nowhere/")
        return found

    return visit


def personal(pages):
    return {name: page for name, page in pages.items() if name not in {*PUBLIC, "not found"}}


# HEADERS


def test_personal_pages_are_never_stored_and_lead_out_to_one_place_only(pages):
    for name, page in personal(pages()).items():
        headers = page.headers
        assert "no-store" in headers["Cache-Control"], name
        assert "noindex" in headers["X-Robots-Tag"], name
        assert "form-action 'self' https://www.jma.go.jp;" in policy(page), name


def policy(page):
    return page.headers["Content-Security-Policy"] + ";"


def test_every_page_has_the_strict_policy(pages):
    for name, page in pages().items():
        for rule in [*OWN.split("; "), "frame-ancestors 'none'", "base-uri 'none'"]:
            assert f"{rule};" in policy(page).replace("; ", ";"), name
        assert "unsafe" not in policy(page)
        assert page.headers["X-Frame-Options"] == "DENY", name
        assert page.headers["X-Content-Type-Options"] == "nosniff", name
        assert page.headers["Referrer-Policy"] == "same-origin", name


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("rest", PUBLIC)
def test_public_pages_may_be_kept_by_anybody(rest, language):
    response = Visitor(language).get(rest)

    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert "form-action 'self';" in policy(response)
    assert response.cookies == {}
    # Readings are shown or hidden by a cookie, in that language alone.
    vary = response.headers.get("Vary", "")
    assert ("Cookie" in vary) == (language == "ja-simple")


def test_public_pages_are_the_same_for_who_has_begun_a_booking():
    stranger, visitor = Visitor("vi"), Visitor("vi").begin()

    for rest in PUBLIC:
        assert visitor.get(rest).content == stranger.get(rest).content


# WHAT THE HTML HOLDS


@pytest.mark.parametrize("language", CODES)
def test_every_page_says_its_language_and_needs_nothing_of_strangers(pages, language):
    known = registry.get(language)

    for name, page in pages(language).items():
        if not page.headers.get("Content-Type", "").startswith("text/html") or not page.content:
            continue
        html = text_of(page)
        assert f'<html lang="{known.tag}" dir="{known.direction}"' in html, name
        assert re.findall(r"https?://[^\s\"'<]+", html) == [], name
        assert re.findall(r"(?:src|href|action)=\"//", html) == [], name
        assert "<script" not in html, name
        assert "<style" not in html, name
        assert re.findall(r"<[^>]+\sstyle=", html) == [], name
        assert re.findall(r"<[^>]+\son[a-z]+=", html) == [], name
        assert html.count("<h1") == 1, name
        for code in CODES:
            assert f'href="/language/{code}/' in html, name


@pytest.mark.parametrize("language", ["vi", "my", "ur"])
def test_the_first_visit_of_a_page_is_small(pages, language):
    load_taxonomy()
    load_schedules()
    ShortMemory.forget_all()

    for name, page in pages(language).items():
        html = text_of(page) if page.headers.get("Content-Type", "").startswith("text/html") else ""
        assets = set(re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(/static/[^"]+)"', html))
        sizes = [len(gzip.compress(page.content))]
        for asset in assets:
            with open(finders.find(asset.removeprefix("/static/")), "rb") as file:
                content = file.read()
            sizes.append(len(gzip.compress(content)))
            assert b"@font-face" not in content
        assert sum(sizes) <= MOST_BYTES, (name, sum(sizes))
        assert len(sizes) <= MOST_REQUESTS, name


# STATEMENTS


@pytest.fixture(params=[1, 3], ids=["one row", "three rows"])
def rows(request):
    """As many slots, topics, languages and emergency lines."""
    for number in range(request.param):
        SlotFactory()
        EmergencyLineFactory()
        LanguageFactory()
        TopicExpertKindFactory(topic=TopicFactory(code=f"more-{number}"))
    # The hours of office and desk, then remembered for half a minute in each process. In
    # another language, so that no finished page is remembered.
    for rest in ("danger/", ""):
        Visitor("ne").get(rest)
    return request.param


@pytest.mark.parametrize(("rest", "statements"), [("", 0), ("consultations/", 1), ("danger/", 1)])
def test_statements_of_public_pages(rows, rest, statements, django_assert_num_queries):
    visitor = Visitor("vi")

    with django_assert_num_queries(statements):
        visitor.get(rest)


SEEN = {
    "consultations/book/": 1,  # the draft
    "b/1/": 1,
    "b/2/": 1,
    "b/3/": 1,
    "b/4/": 1,
    "b/5/": 1,
    "b/6/": 1,
    "b/7/": 1,
    "b/8/": 1,
    "b/9/": 2,  # the draft, the slots
    "b/10/": 4,  # the draft, the slot, the topic, the languages
}


@pytest.mark.parametrize(("rest", "statements"), SEEN.items())
def test_statements_of_the_pages_of_a_draft(rows, rest, statements, django_assert_num_queries):
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)

    with django_assert_num_queries(statements):
        assert visitor.get(rest).status_code == 200


@pytest.mark.parametrize("number", [TOPIC, LANGUAGES])
def test_statements_of_what_is_read_once_in_a_while(rows, number, django_assert_num_queries):
    visitor = Visitor("vi").begin()

    # The draft, the topics or languages, the one of the office's hours.
    ShortMemory.forget_all()
    with django_assert_num_queries(1 + 1 + 1):
        assert visitor.see(number).status_code == 200
    with django_assert_num_queries(1):
        assert visitor.see(number).status_code == 200


# In tests a savepoint and its release stand for the BEGIN and COMMIT of an act.
BEGIN_AND_COMMIT = 2
SENT = {
    1: 1 + 2 + 1,  # the draft; locked and saved; the hold renewed
    2: 1 + 2 + 1,
    3: 1 + 2 + 1,
    4: 1 + 2 + 1,
    5: 1 + 2 + 1,
    6: 1 + 2 + 1,
    7: 1 + 2 + 1,
    8: 1 + 2 + 1,
    9: 1 + 1 + 1 + 1 + 1 + 1 + 1,  # draft, slots; locked, offered, others freed, held, saved
}


@pytest.mark.parametrize(("number", "statements"), SENT.items())
def test_statements_of_an_answer(rows, number, statements, django_assert_num_queries):
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)
    data = {"slot": slot.pk} if number == TIME else TYPED[number]

    with django_assert_num_queries(statements + BEGIN_AND_COMMIT):
        assert visitor.send(number, data).status_code == 302


def test_statements_of_sending_the_booking(rows, django_assert_num_queries):
    visitor = Visitor("vi").begin().answer().choose(SlotFactory())

    # The slot with its draft, resident, case, booking, event, notices, draft wiped.
    with django_assert_num_queries(7 + BEGIN_AND_COMMIT) as statements:
        assert visitor.send(CHECK, CONSENT).status_code == 302

    first_words = [query["sql"].split()[0] for query in statements.captured_queries]
    inserts = ["INSERT"] * 5
    assert first_words == ["SAVEPOINT", "SELECT", *inserts, "DELETE", "RELEASE"]


def test_sending_the_booking_speaks_to_nothing_but_the_database(
    monkeypatch, settings, django_capture_on_commit_callbacks
):
    visitor = Visitor("vi").begin().answer().choose(SlotFactory())
    settings.CACHES = {"default": {"BACKEND": "a.cache.that.does.not.Exist"}}
    monkeypatch.setattr(type(caches), "create_connection", refuse)
    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr(tasks.send_due_notices, "apply_async", refuse)
    monkeypatch.setattr(doorbell, "publish", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        response = visitor.send(CHECK, CONSENT)

    assert response.status_code == 302
    assert Booking.objects.count() == 1


def refuse(*args, **kwargs):
    raise OSError("nobody is there")


@pytest.mark.parametrize(
    ("rest", "statements"),
    [("", 1), ("time/", 2), ("cancel/", 1)],
)
def test_statements_of_the_pages_behind_a_link(rows, rest, statements, django_assert_num_queries):
    visitor = Visitor("vi")
    booking = visitor.book(SlotFactory())
    visitor.reveal(booking)

    with django_assert_num_queries(statements):
        assert visitor.get(visitor.link(booking, rest)).status_code == 200


def test_statements_of_the_last_page(rows, django_assert_num_queries):
    visitor = Visitor("vi")
    visitor.book(SlotFactory())

    with django_assert_num_queries(1):
        assert visitor.see(DONE).status_code == 200


# BAD INPUT

FORM = "application/x-www-form-urlencoded"
HOSTILE = {
    "NUL bytes": ("nickname=La%00n", 400),
    "a lone surrogate": ("nickname=%ED%A0%80", 400),
    "no UTF-8": ("nickname=%FF%FE", 400),
    "a message of 1 MB": ("nickname=Lan&message=" + "x" * 2**20, 413),
    "10,000 fields": ("&".join(f"f{number}=1" for number in range(10_000)), 400),
}


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("hostility", HOSTILE)
def test_hostile_input_is_refused_in_the_readers_language(hostility, language):
    body, status = HOSTILE[hostility]
    visitor = Visitor(language).begin().answer()
    before = every_row()

    response = visitor.client.post(visitor.page(ABOUT), body, content_type=FORM)

    known = registry.get(language)
    assert response.status_code == status
    assert f'<html lang="{known.tag}" dir="{known.direction}"' in text_of(response)
    assert every_row() == before


@pytest.mark.parametrize("hostility", HOSTILE)
def test_hostile_input_at_the_end_books_nothing(hostility):
    body, status = HOSTILE[hostility]
    visitor = Visitor("vi").begin().answer().choose(SlotFactory())
    before = every_row()

    response = visitor.client.post(visitor.page(CHECK), f"consent=on&{body}", content_type=FORM)

    assert response.status_code == status
    assert every_row() == before


@pytest.mark.parametrize("prefix", ["xx", "klingon", "de", "zh-hans", "%00", "..", "ja_Simple"])
def test_an_unknown_language_prefix_is_not_found(prefix):
    before = every_row()

    answers = [
        Client().get(f"/{prefix}/b/1/", headers={"accept-language": "ur"}),
        Client().post(f"/{prefix}/b/{CHECK}/", CONSENT, headers={"accept-language": "ur"}),
    ]

    for response in answers:
        assert response.status_code in {400, 404}
        assert '<html lang="ur" dir="rtl"' in text_of(response)
    assert every_row() == before


def test_a_form_from_elsewhere_is_refused_in_the_readers_language():
    browser = Client(enforce_csrf_checks=True)

    response = browser.post("/ur/consultations/book/")

    assert response.status_code == 403
    assert '<html lang="ur" dir="rtl"' in text_of(response)
    assert Draft.objects.count() == 0


def test_an_error_of_ours_is_told_in_the_readers_language(monkeypatch):
    monkeypatch.setattr("consultations.views.public.coming_days", refuse)
    browser = Client(raise_request_exception=False)

    response = browser.get("/ur/consultations/")

    assert response.status_code == 500
    assert '<html lang="ur" dir="rtl"' in text_of(response)
    assert "nobody is there" not in text_of(response)


STRANGE = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\x00\u202e\u0336\u1031\U0001f600<>&'\"\r\n"),
    max_size=80,
)


@given(
    number=st.sampled_from(range(1, DONE)),
    data=st.dictionaries(
        st.sampled_from(
            ["for_whom", "is_minor", "date_worry", "critical_date", "time_zone"]
            + ["topic", "speaking_language", "reading_language", "interpreter_wish", "mode"]
            + ["channel", "email", "phone", "discretion", "reminders", "nickname", "message"]
            + ["slot", "consent", "safe_hours", "gender_wish"]
        )
        | STRANGE,
        STRANGE | st.lists(STRANGE, max_size=3) | st.sampled_from(["vi", "email", "phone", "work"]),
        max_size=6,
    ),
)
@hypothesis_settings(
    max_examples=150,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_that_can_be_typed_makes_an_error_of_ours(db, number, data):
    visitor = Visitor("my").begin()

    response = visitor.send(number, data)

    assert response.status_code in {302, 400, 409, 410, 422}
    assert Booking.objects.count() == 0
    Draft.objects.all().delete()
