from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from cases.models import CaseEvent
from cases.tests.factories import CaseFactory, ResidentFactory
from consultations.choices import BookingStatus, Mode
from consultations.models import Booking
from consultations.services.bookings import confirm_booking
from consultations.tests.factories import (
    NOW,
    BookingFactory,
    HeldBookingFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from privacy.fields import UnreadableValue

TOKYO = ZoneInfo("Asia/Tokyo")
LONG_AGO = datetime(2026, 4, 6, 10, 0, tzinfo=TOKYO)
LIST = "/admin/consultations/booking/"
WRONG_ROLES = [roles.EXPERT, roles.INTERPRETER, roles.EDITOR]

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def page(booking, what=""):
    return f"{LIST}{booking.pk}/{what or 'change/'}"


def act(client, booking, name, **data):
    """Do an act as its form on the page does it."""
    seen = CaseEvent.objects.filter(case=booking.case).order_by("-pk").first()
    data = {"seen": seen.pk if seen else "", **data}
    return client.post(page(booking, f"act/{name}/"), data, follow=True)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def verbs(booking):
    return list(CaseEvent.objects.filter(case=booking.case).values_list("verb", flat=True))


def looks():
    return list(AccessLog.objects.order_by("pk").values_list("subject", "purpose"))


# THE LIST


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(desk, rows, django_assert_num_queries):
    HeldBookingFactory.create_batch(rows)
    desk.get(LIST)

    with django_assert_num_queries(8):
        response = desk.get(LIST)

    assert len(response.context["cl"].result_list) == rows


def test_list_reads_nothing_that_is_encrypted(desk):
    booking = BookingFactory(message="My boss keeps my passport.")
    with connection.cursor() as cursor:
        for column in ("message", "room_url", "language_variety"):
            cursor.execute(f"UPDATE consultations_booking SET {column} = 'no key opens this'")  # noqa: S608
        for column in ("nickname", "email", "phone"):
            cursor.execute(f"UPDATE cases_resident SET {column} = 'no key opens this'")  # noqa: S608

    response = desk.get(LIST)

    assert list(response.context["cl"].result_list) == [booking]
    with pytest.raises(UnreadableValue):
        desk.post(page(booking, "show/contact/"))


@pytest.mark.parametrize(
    ("query", "found"),
    [("status__exact=held", "held"), ("kind=psychiatrist", "other kind"), ("day=its day", "")],
)
def test_list_is_filtered(desk, query, found):
    held = HeldBookingFactory()
    other = BookingFactory(slot__expert__kind="psychiatrist")
    query = query.replace("its day", str(held.slot.day_id))

    response = desk.get(f"{LIST}?{query}")

    expected = other if found == "other kind" else held
    assert list(response.context["cl"].result_list) == [expected]


def test_nothing_is_added_or_deleted_by_hand(desk):
    booking = BookingFactory()

    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(page(booking, "delete/"), {"post": "yes"}).status_code == 403
    assert Booking.objects.get() == booking


# THE PAGE


def test_page_shows_the_booking_and_notes_who_looked(desk):
    booking = HeldBookingFactory(language_variety="southern")

    response = desk.get(page(booking))

    assert "southern" in response.text
    assert looks() == [(f"cases.Resident:{booking.case.resident_id}", "booking_opened")]
    assert response["Cache-Control"].endswith("private")


def test_page_costs_a_fixed_number_of_queries(desk, django_assert_num_queries):
    booking = HeldBookingFactory()
    desk.get(page(booking))

    with django_assert_num_queries(10):
        desk.get(page(booking))


def test_contact_is_hidden_until_asked_for_and_the_asking_is_noted(desk):
    resident = ResidentFactory(phone="+81312345678", nickname="Minh")
    booking = BookingFactory(case__resident=resident, message="My boss keeps my passport.")
    secrets = ["lan@example.org", "+81312345678", "Minh", "My boss keeps my passport."]

    closed = desk.get(page(booking)).text
    opened = desk.post(page(booking, "show/contact/")).text

    assert [secret for secret in secrets if secret in closed] == []
    assert [secret for secret in secrets if secret not in opened] == []
    assert looks()[-1] == (f"cases.Resident:{resident.pk}", "contact_shown")


def test_code_is_shown_on_demand_and_noted(desk):
    booking = BookingFactory()

    assert booking.link_code not in desk.get(page(booking)).text
    assert booking.link_code in desk.post(page(booking, "show/code/")).text
    assert looks()[-1][1] == "code_shown"


def test_secrets_are_not_shown_by_a_link(desk):
    booking = BookingFactory()

    assert desk.get(page(booking, "show/contact/")).status_code == 405
    assert desk.post(page(booking, "show/everything/")).status_code == 404
    assert looks() == []


def test_page_offers_the_legal_acts_and_no_other(desk):
    offered = {
        "held": HeldBookingFactory(),
        "confirmed": BookingFactory(interpreter_wish="wanted"),
        "without interpreter": BookingFactory(mode=Mode.PHONE),
        "over": BookingFactory(slot__starts_at=LONG_AGO),
        "canceled": BookingFactory(status=BookingStatus.CANCELED, canceled_by="expert"),
    }

    acts = {
        name: [act.name for act, form in desk.get(page(booking)).context["acts"]]
        for name, booking in offered.items()
    }

    assert acts == {
        "held": ["confirm", "seek", "room", "move", "cancel"],
        "confirmed": ["room", "move", "hold-again", "cancel"],
        "without interpreter": ["move", "cancel"],
        "over": ["complete", "no-show"],
        "canceled": [],
    }


def test_history_is_told_in_words(desk):
    booking = HeldBookingFactory()
    act(desk, booking, "confirm")
    act(desk, booking, "cancel", canceled_by="expert")

    history = desk.get(page(booking)).context["history"]

    assert [line.what for line in history] == [
        "The booking was canceled by: the expert.",
        "The booking was confirmed.",
    ]
    assert [line.who for line in history] == [desk.user.name, desk.user.name]


def test_every_verb_has_its_words(desk):
    booking = BookingFactory()
    happened = [
        ("consultations.booking_made", {"status": "held"}),
        ("consultations.booking_confirmed", {}),
        ("consultations.booking_held_again", {}),
        ("consultations.booking_moved", {}),
        ("consultations.booking_canceled", {"canceled_by": "resident"}),
        ("consultations.booking_completed", {"outcome": "referred"}),
        ("consultations.booking_no_show", {"party": "technical"}),
        ("consultations.booking_expired", {}),
        ("consultations.room_link_set", {}),
        ("consultations.resident_called", {"was_reached": False}),
        ("consultations.contact_changed", {"link_revoked": True}),
        ("cases.case_taken", {}),
        ("cases.case_closed", {"outcome": "withdrawn"}),
        ("cases.case_reopened", {}),
    ]
    for verb, details in happened:
        CaseEvent.objects.create(
            case=booking.case, verb=verb, details=details, actor_role="system", happened_at=NOW
        )

    sentences = [line.what for line in desk.get(page(booking)).context["history"]]

    assert [sentence for sentence in sentences if "." not in sentence] == []
    assert [verb for verb, _details in happened if verb in sentences] == []


# ACTS


def test_confirm(desk):
    booking = HeldBookingFactory()

    response = act(desk, booking, "confirm")

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert messages_of(response) == [f"{booking}: The booking is confirmed."]
    assert verbs(booking) == ["consultations.booking_confirmed"]


def test_interpreter_dropped_out(desk):
    booking = BookingFactory(interpreter_wish="wanted")

    act(desk, booking, "hold-again")

    booking.refresh_from_db()
    assert (booking.status, booking.revision) == (BookingStatus.HELD, 1)


def test_move_offers_the_free_times_of_the_topic(desk):
    booking = BookingFactory()
    TopicExpertKindFactory(topic=booking.case.primary_topic)
    free = SlotFactory(starts_at=booking.slot.starts_at + timedelta(days=1))

    act(desk, booking, "move", slot=free.pk)

    booking.refresh_from_db()
    assert booking.slot == free


def test_move_to_a_taken_time_shows_the_others(desk):
    booking = BookingFactory()
    TopicExpertKindFactory(topic=booking.case.primary_topic)
    taken = BookingFactory(slot__starts_at=booking.slot.starts_at + timedelta(days=1)).slot
    free = SlotFactory(starts_at=booking.slot.starts_at + timedelta(days=2))

    response = act(desk, booking, "move", slot=taken.pk)

    assert response.status_code == 409
    assert "Somebody else has just taken this time." in response.text
    assert f'value="{free.pk}"' in response.text
    assert verbs(booking) == []


@pytest.mark.parametrize("party", ["resident", "expert", "coordinator"])
def test_cancel_says_by_whom(desk, party):
    booking = BookingFactory()

    act(desk, booking, "cancel", canceled_by=party)

    booking.refresh_from_db()
    assert (booking.status, booking.canceled_by) == (BookingStatus.CANCELED, party)


def test_cancel_asks_by_whom(desk):
    booking = BookingFactory()

    response = act(desk, booking, "cancel")

    assert response.status_code == 422
    assert verbs(booking) == []


def test_outcome_and_no_show(desk):
    held = BookingFactory(slot__starts_at=LONG_AGO)
    missed = BookingFactory(slot__starts_at=LONG_AGO)

    act(desk, held, "complete", outcome="referred")
    act(desk, missed, "no-show", party="technical", is_sure="on")

    held.refresh_from_db()
    missed.refresh_from_db()
    assert (held.status, held.outcome) == (BookingStatus.COMPLETED, "referred")
    assert (missed.status, missed.no_show_party) == (BookingStatus.NO_SHOW, "technical")


def test_room_link(desk):
    booking = BookingFactory()

    act(desk, booking, "room", url="https://video.example.org/7")

    booking.refresh_from_db()
    assert booking.room_url == "https://video.example.org/7"


@pytest.mark.parametrize("url", ["", "no address", "javascript:alert(1)", "https://" + "x" * 600])
def test_a_room_link_that_is_none_is_refused(desk, url):
    booking = BookingFactory()

    response = act(desk, booking, "room", url=url)

    assert response.status_code == 422
    assert verbs(booking) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [("confirm", {}), ("complete", {"outcome": "referred"}), ("hold-again", {})],
)
def test_an_act_out_of_order_is_refused_in_plain_words(desk, name, data):
    booking = BookingFactory(status=BookingStatus.CANCELED, canceled_by="expert")

    response = act(desk, booking, name, **data)

    assert messages_of(response) == [
        "This is not possible now: the booking is over, or it is not time for it."
    ]
    assert verbs(booking) == []


def test_nobody_acts_on_what_has_changed_since(desk):
    booking = HeldBookingFactory()
    seen = desk.get(page(booking)).context["booking"].last_event_id
    confirm_booking(booking_id=booking.pk, confirmed_by=desk.user, now=NOW)

    response = act(desk, booking, "cancel", canceled_by="expert", seen=seen or "")

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert messages_of(response)[0].startswith("Nothing is done: something has happened")


@pytest.mark.parametrize("seen", ["9" * 5000, "1e3", "-1", "²"])
def test_a_page_that_names_no_line_of_the_history_does_nothing(desk, seen):
    booking = HeldBookingFactory()
    confirm_booking(booking_id=booking.pk, confirmed_by=desk.user, now=NOW)

    act(desk, booking, "cancel", canceled_by="expert", seen=seen)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_an_act_leads_back_to_our_own_pages_only(desk):
    data = {"seen": ""}

    ours = desk.post(
        page(HeldBookingFactory(), "act/confirm/"), {**data, "next": "/admin/?owner=mine"}
    )
    foreign_booking = HeldBookingFactory()
    foreign = desk.post(
        page(foreign_booking, "act/confirm/"), {**data, "next": "//evil.example.com/"}
    )

    assert ours.url == "/admin/?owner=mine"
    assert foreign.url == page(foreign_booking)


def test_asking_for_an_act_changes_nothing(desk):
    booking = HeldBookingFactory()

    assert desk.get(page(booking, "act/confirm/")).status_code == 200
    assert desk.get(page(booking, "act/dance/")).status_code == 404
    assert verbs(booking) == []


# FINDING


def find(client, text):
    return client.post(f"{LIST}find/", {"q": text})


@pytest.mark.parametrize("typed", ["{0}-{1}", "{0}{1}", " {0} {1} "])
def test_a_number_leads_to_its_booking(desk, typed):
    booking = BookingFactory()
    reference = booking.case.reference

    response = find(desk, typed.format(reference[:4], reference[4:]))

    assert response.url == page(booking)


@pytest.mark.parametrize("typed", ["lan@Example.org", "03-1234-5678", "+81 3 1234 5678"])
def test_a_whole_address_or_number_finds_the_person_and_is_noted(desk, typed):
    booking = BookingFactory(case__resident=ResidentFactory(phone="+81312345678"))
    BookingFactory(case__resident=ResidentFactory(email="other@example.org"))

    response = find(desk, typed)

    assert response.context["bookings"] == [booking]
    assert looks() == [(f"cases.Resident:{booking.case.resident_id}", "found_by_contact")]


@pytest.mark.parametrize("typed", ["lan", "example.org", "1234", "9" * 200, "Lan", "%"])
def test_parts_find_nobody(desk, typed):
    BookingFactory()

    response = find(desk, typed)

    assert response.context["bookings"] == []
    assert looks() == []


def test_what_is_looked_for_stands_in_no_address(desk):
    assert desk.get(f"{LIST}find/", {"q": "lan@example.org"}).status_code == 405


# RIGHTS


def addresses(booking):
    gets = [LIST, page(booking), page(booking, "act/cancel/"), f"{LIST}by-phone/"]
    posts = [
        page(booking, "act/confirm/"),
        page(booking, "show/contact/"),
        page(booking, "show/code/"),
        f"{LIST}find/",
        f"{LIST}by-phone/",
    ]
    return [("get", address) for address in gets] + [("post", address) for address in posts]


@pytest.mark.parametrize("role", WRONG_ROLES)
def test_others_cannot_reach_bookings(role):
    client = signed_in(role)
    booking = HeldBookingFactory(case=CaseFactory())

    answers = {getattr(client, method)(url).status_code for method, url in addresses(booking)}

    assert answers <= {302, 403}
    assert (verbs(booking), looks()) == ([], [])


def test_an_expert_does_not_reach_even_own_bookings():
    client = signed_in(roles.EXPERT)
    booking = BookingFactory(slot__expert__account=client.user)

    assert client.get(page(booking)).status_code == 302


def test_strangers_are_sent_to_sign_in():
    booking = HeldBookingFactory()

    answers = [getattr(Client(), method)(url).status_code for method, url in addresses(booking)]

    assert set(answers) == {302}
    assert verbs(booking) == []


def test_a_booking_that_is_not_there(desk):
    assert desk.get(f"{LIST}999/change/").status_code == 404
    assert desk.get(f"{LIST}abc/change/").status_code == 404
    assert desk.post(f"{LIST}999/act/confirm/").status_code == 404


def test_the_page_says_who_agreed_how_and_what_time_it_is_where_the_person_is(desk):
    booking = BookingFactory(
        case__resident__time_zone="Asia/Kathmandu", for_whom="other", consent_given="oral"
    )

    page = desk.get(f"{LIST}{booking.pk}/change/").text

    assert "(Nepal)" in page
    assert "orally, to the person who booked" in page
    assert "Somebody else booked for the person." in page
