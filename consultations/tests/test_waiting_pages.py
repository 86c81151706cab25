"""The pages of the waiting list, from the last free time to the booking."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consultations.models import Booking, Draft, Slot, WaitingEntry
from consultations.services.waiting import offer_free_slots, put_first
from consultations.steps import CONTACT, TIME
from consultations.tests.factories import BookingFactory, SlotFactory
from consultations.tests.flows import Visitor
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

AGREED = {"consent": "on"}


def html_of(response):
    return response.content.decode()


def waiting(**answers) -> tuple[Visitor, WaitingEntry]:
    """Somebody who has just joined, with the browser that did."""
    visitor = Visitor("en").begin().answer(**answers)
    response = visitor.post("b/wait/", AGREED)
    assert response.headers["Location"] == visitor.path("b/waiting/")
    return visitor, WaitingEntry.objects.with_story().get(draft_key=visitor.draft_key)


@pytest.fixture
def offered():
    """Somebody with an offer that stands for a while by the clock on the wall."""
    visitor, entry = waiting()
    slot = SlotFactory()
    assert offer_free_slots(now=timezone.now()) == 1
    visitor.post(f"w/{entry.link_token}/show/")
    return visitor, WaitingEntry.objects.with_story().get(pk=entry.pk), slot


def page(visitor, entry):
    return visitor.get(f"w/{entry.link_token}/")


def act(visitor, entry, name):
    return visitor.post(f"w/{entry.link_token}/{name}/")


# GETTING ON THE LIST


def test_where_no_time_is_free_or_none_suits_the_list_is_offered():
    visitor = Visitor("en").begin().answer()
    assert "/en/b/wait/" in html_of(visitor.see(TIME))
    SlotFactory()
    assert "/en/b/wait/" in html_of(visitor.see(TIME))


def test_the_page_says_what_waiting_means_and_shows_the_address_large():
    visitor = Visitor("en").begin().answer()

    html = html_of(visitor.get("b/wait/"))

    assert "lan@example.org" in html
    assert "3 hours" in html
    assert not WaitingEntry.objects.exists()


def test_joining_shows_number_and_code_and_the_place_in_line():
    visitor, entry = waiting()

    html = html_of(visitor.get("b/waiting/"))

    assert str(entry.case) in html
    assert entry.link_code in html
    assert "You are the next on the list." in html
    assert "The date is near." not in html
    assert not Draft.objects.exists()


def test_who_cannot_wait_for_long_is_told_to_call():
    soon = timezone.localdate() + timedelta(days=3)
    visitor, _entry = waiting(date_worry="yes", critical_date=soon.isoformat())

    assert "The date is near." in html_of(visitor.get("b/waiting/"))


def test_nobody_joins_without_agreeing():
    visitor = Visitor("en").begin().answer()

    response = visitor.post("b/wait/", {})

    assert response.status_code == 422
    assert not WaitingEntry.objects.exists()


def test_sending_it_again_leads_to_the_same_page():
    visitor, _entry = waiting()

    assert visitor.post("b/wait/", AGREED).headers["Location"] == visitor.path("b/waiting/")
    assert visitor.see(TIME).headers["Location"] == visitor.path("b/waiting/")
    assert WaitingEntry.objects.count() == 1


def test_an_open_question_comes_first():
    visitor = Visitor("en").begin()

    assert visitor.get("b/wait/").status_code == 302
    assert visitor.post("b/wait/", AGREED).status_code == 302
    assert Client().get("/en/b/wait/").status_code == 410
    assert Client().get("/en/b/waiting/").status_code == 410
    assert not WaitingEntry.objects.exists()


def test_who_wants_no_message_is_told_that_we_cannot_tell():
    visitor = Visitor("en").begin().answer()
    visitor.send(CONTACT, {"channel": "none", "reminders": "none"})

    html = html_of(visitor.get("b/wait/"))

    assert "we cannot tell you" in html
    assert f"/en/b/{CONTACT}/" in html
    assert visitor.post("b/wait/", AGREED).headers["Location"] == visitor.page(CONTACT)


def test_a_stranger_learns_nothing_of_an_entry_with_the_same_address():
    """No oracle: page, letter and entry of a second try look like those of a first."""
    first = Visitor("en").begin().answer()
    fresh = first.post("b/wait/", AGREED)
    fresh_page = html_of(first.get("b/waiting/"))
    stranger = Visitor("en").begin().answer()

    again = stranger.post("b/wait/", AGREED)
    again_page = html_of(stranger.get("b/waiting/"))

    assert (again.status_code, again.headers["Location"]) == (
        fresh.status_code,
        fresh.headers["Location"],
    )
    assert shape_of(again_page) == shape_of(fresh_page).replace(
        "You are the next on the list.", "A few people are on the list before you."
    )
    assert Notice.objects.filter(kind="waiting_joined").count() == 2


def shape_of(html):
    """A page without what is different for everybody."""
    html = re.sub(r"/w/[\w-]+/", "/w/…/", html)
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    return re.sub(r"\d{4}-\d{4}|\b\d{6}\b", "…", html)


# BEHIND THE LINK


def test_a_new_browser_sees_nothing_without_the_code(offered):
    _visitor, entry, slot = offered
    stranger = Visitor("en")

    html = html_of(page(stranger, entry))
    assert "There is something for you here" in html
    assert str(entry.case) not in html
    for name in ("take", "decline", "leave", "back"):
        assert act(stranger, entry, name).headers["Location"] == f"/en/w/{entry.link_token}/"
    assert stranger.post(f"w/{entry.link_token}/show/", {"code": "0"}).status_code == 422
    assert WaitingEntry.objects.get().status == "offered"

    stranger.post(f"w/{entry.link_token}/show/", {"code": entry.link_code})
    assert "A time is free for you" in html_of(page(stranger, entry))


def test_an_unknown_link_answers_like_any_other():
    assert Visitor("en").get("w/nothing/").status_code == 404


def test_asking_for_the_address_of_an_act_changes_nothing(offered):
    visitor, entry, _slot = offered
    for name in ("take", "decline", "leave", "back", "show", "hide"):
        response = visitor.get(f"w/{entry.link_token}/{name}/")
        assert response.headers["Location"] == f"/en/w/{entry.link_token}/"
    assert WaitingEntry.objects.get().status == "offered"


def test_taking_leads_to_the_page_of_the_booking_with_the_same_link_and_code(offered):
    visitor, entry, slot = offered

    response = act(visitor, entry, "take")

    booking = Booking.objects.get()
    assert booking.slot == slot
    assert booking.link_token == entry.link_token
    assert booking.link_code == entry.link_code
    assert response.headers["Location"] == f"/en/l/{entry.link_token}/"
    assert "Confirmed" in html_of(visitor.get(f"l/{entry.link_token}/"))
    # The link of the older letters leads there too.
    assert page(visitor, entry).headers["Location"] == f"/en/l/{entry.link_token}/"


def test_saying_no_and_leaving(offered):
    visitor, entry, _slot = offered

    act(visitor, entry, "decline")
    assert "You are on the waiting list" in html_of(page(visitor, entry))
    act(visitor, entry, "leave")
    assert "You have left the waiting list" in html_of(page(visitor, entry))


def test_too_late_is_said_kindly_and_leads_back(offered):
    visitor, entry, slot = offered
    WaitingEntry.objects.update(claim_until=timezone.now() - timedelta(seconds=1))

    response = act(visitor, entry, "take")

    assert response.status_code == 409
    html = html_of(response)
    assert "We could keep this time for you only for a while." in html
    assert "Come back to the list" in html
    act(visitor, entry, "back")
    assert "You are on the waiting list" in html_of(page(visitor, entry))
    assert not Booking.objects.exists()
    # What has lapsed is free for others.
    Slot.objects.get(pk=slot.pk)


def test_the_page_can_be_hidden_again(offered):
    visitor, entry, _slot = offered

    act(visitor, entry, "hide")

    assert "There is something for you here" in html_of(page(visitor, entry))


def test_number_and_code_find_the_entry():
    _visitor, entry = waiting()
    browser = Visitor("en")

    found = browser.post("l/", {"number": str(entry.case), "code": entry.link_code})

    assert found.headers["Location"] == f"/en/w/{entry.link_token}/"
    assert "You are on the waiting list" in html_of(page(browser, entry))


def test_the_old_link_and_code_lead_to_the_new_time_when_an_appointment_fell_out():
    booking = BookingFactory(status="canceled", canceled_by="expert", case__primary_topic_id="work")
    code, token = booking.link_code, booking.link_token
    entry = put_first(booking=booking, now=timezone.now())
    SlotFactory()
    offer_free_slots(now=timezone.now())
    browser = Visitor("en")

    assert browser.get(f"l/{token}/").headers["Location"] == f"/en/w/{token}/"
    browser.post(f"w/{token}/show/", {"code": code})
    page = html_of(browser.get(f"w/{token}/"))
    assert "A time is free for you" in page
    assert "Your appointment cannot take place" in page
    act(browser, entry, "take")

    new = Booking.objects.latest("pk")
    assert (new.case, new.link_token, new.link_code) == (booking.case, token, code)
    assert "Confirmed" in html_of(browser.get(f"l/{token}/"))


def test_nothing_of_a_person_stands_in_address_or_title(offered):
    visitor, entry, _slot = offered
    for rest in (f"w/{entry.link_token}/", "b/waiting/"):
        html = html_of(visitor.get(rest))
        title = re.search(r"<title>(.*?)</title>", html)[1]
        assert title in {"Your page", "Finished"}
    response = page(visitor, entry)
    assert response.headers["Cache-Control"] == "no-store, private"


def test_the_page_asks_little(offered, django_assert_num_queries):
    visitor, entry, _slot = offered
    with django_assert_num_queries(2):
        page(visitor, entry)
