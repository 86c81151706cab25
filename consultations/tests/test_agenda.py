"""The experts' pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.adapter import AccountAdapter
from accounts.models import AccessLog
from accounts.services import grant_role_permissions
from accounts.tests.clients import signed_in
from cases.models import CaseEvent
from cases.tests.factories import ResidentFactory
from consultations.choices import BookingStatus, Mode
from consultations.models import Booking
from consultations.services.sessions import check_in
from consultations.tests.acts import every_row
from consultations.tests.factories import BookingFactory, ExpertFactory, HeldBookingFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
PAGE = "/en/agenda/"
CANARIES = ["canary@example.org", "+819012345678", "90-1234", "12345678"]


@pytest.fixture
def expert():
    return ExpertFactory()


@pytest.fixture
def client(expert):
    grant_role_permissions()
    client = Client(headers={"accept-language": "en"})
    client.force_login(expert.account)
    return client


def session(expert, minutes_to_go=60, **changes):
    resident = ResidentFactory(
        email="canary@example.org", phone="+819012345678", nickname="Little Bird"
    )
    values = {
        "slot__expert": expert,
        "slot__starts_at": timezone.now() + minutes_to_go * MINUTE,
        "case__resident": resident,
        "message": "They took my passport.",
        "room_url": "https://video.example.com/j/1",
    }
    return BookingFactory(**values | changes)


def brief(booking):
    return f"{PAGE}{booking.pk}/"


def seen(booking):
    last = CaseEvent.objects.filter(case=booking.case).order_by("-pk").first()
    return str(last.pk) if last else "None"


# WHO SEES IT


def test_who_is_not_signed_in_is_asked_to():
    booking = session(ExpertFactory())

    for address in (PAGE, brief(booking)):
        response = Client().get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [roles.COORDINATOR, roles.EDITOR, roles.INTERPRETER])
def test_the_agenda_is_for_experts_only(role):
    booking = session(ExpertFactory())
    other = signed_in(role)

    for address in (PAGE, brief(booking)):
        assert other.get(address).status_code == 404
    for act in ("here", "held", "missed", "lines"):
        assert other.post(f"{brief(booking)}{act}/").status_code == 404
    assert AccessLog.objects.count() == 0


def test_another_experts_session_does_not_exist(client):
    booking = session(ExpertFactory(), -20)
    before = every_row()[Booking]

    answers = [client.get(brief(booking)), client.get(f"{PAGE}999999/")]
    answers += [
        client.post(
            f"{brief(booking)}{act}/",
            {"outcome": "advice_given", "party": "client", "is_sure": "on"},
        )
        for act in ("here", "held", "missed", "lines")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert every_row()[Booking] == before
    assert str(booking) not in client.get(PAGE).text


def test_an_account_that_is_no_expert_any_more_sees_nothing(client, expert):
    session(expert)
    expert.account.groups.clear()

    assert client.get(PAGE).status_code == 404


def test_a_second_factor_is_asked_for(client, expert, settings):
    settings.SECOND_FACTOR_REQUIRED = True

    response = client.get(PAGE)

    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/2fa/")


def test_the_agenda_speaks_japanese_and_english(client):
    assert client.get("/vi/agenda/").headers["Location"] == PAGE
    page = client.get("/ja/agenda/")
    assert page.status_code == 200
    assert 'hreflang="en"' in page.text
    assert 'hreflang="vi"' not in page.text


def test_signing_in_leads_an_expert_to_the_agenda(rf, expert):
    request = rf.get("/")
    request.user = expert.account

    assert AccountAdapter(request).get_login_redirect_url(request) == PAGE


# WHAT IT SHOWS


def test_the_list_begins_with_what_waits_for_an_outcome(client, expert):
    over = session(expert, -120)
    coming = session(expert, 60, attendance_confirmed_at=timezone.now())
    past = session(
        expert,
        -3 * 24 * 60,
        status=BookingStatus.NO_SHOW,
        no_show_party="client",
    )
    long_ago = session(
        expert, -91 * 24 * 60, status=BookingStatus.COMPLETED, outcome="advice_given"
    )
    hidden = [
        session(expert, 200, status=BookingStatus.CANCELED, canceled_by="resident"),
        HeldBookingFactory(slot__expert=expert),
        long_ago,
    ]

    response = client.get(PAGE)

    agenda = response.context["agenda"]
    assert agenda.over == [over]
    assert list(agenda.coming.values()) == [[coming]]
    assert agenda.past == [past]
    assert "says they come" in response.text
    assert [booking for booking in hidden if str(booking) in response.text] == []
    assert response.text.index(str(over)) < response.text.index(str(coming))


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client, expert, sessions, django_assert_num_queries
):
    for number in range(sessions):
        session(expert, 60 * (number + 1))
        session(expert, -60 * (number + 2))
    client.get(PAGE)

    with django_assert_num_queries(4):
        client.get(PAGE)


def test_nothing_that_reaches_anybody_stands_anywhere(client, expert):
    pages = [client.get(PAGE)]
    for booking in (
        session(expert, 5),
        session(expert, 60, mode=Mode.PHONE),
        session(expert, -120),
        session(expert, -180, status=BookingStatus.COMPLETED, outcome="referred"),
    ):
        pages += [client.get(PAGE), client.get(brief(booking))]

    for page in pages:
        assert page.status_code == 200
        assert [canary for canary in CANARIES if canary in page.text] == []
        assert page.headers["Cache-Control"] == "no-store, private"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Little Bird" not in client.get(PAGE).text


def test_the_brief_says_what_the_expert_needs_and_is_noted(client, expert):
    booking = session(
        expert,
        interpreter_wish="wanted",
        case__is_minor=True,
        case__date_worry="yes",
        case__critical_date=timezone.now().date(),
    )

    text = client.get(brief(booking)).text

    for words in ("Little Bird", "They took my passport.", "with an interpreter", "under 18"):
        assert words in text
    assert "Date they worry about" in text
    entry = AccessLog.objects.get()
    assert (entry.user, entry.subject, entry.purpose) == (
        expert.account,
        f"cases.Resident:{booking.case.resident_id}",
        "brief_read",
    )


def test_a_telephone_session_is_connected_by_a_coordinator(client, expert):
    booking = session(expert, mode=Mode.PHONE)

    assert "a coordinator calls the resident and connects you" in client.get(brief(booking)).text


def test_a_session_that_fell_out_leads_back_to_the_list(client, expert):
    booking = session(expert, status=BookingStatus.CANCELED, canceled_by="resident")

    response = client.get(brief(booking), follow=True)

    assert response.redirect_chain == [(PAGE, 302)]
    assert "This session is not in your agenda any more." in response.text
    assert AccessLog.objects.count() == 0


# I AM HERE


@pytest.mark.parametrize(("minutes_to_go", "is_offered"), [(16, False), (14, True), (-44, True)])
def test_the_expert_says_i_am_here_in_the_hour(client, expert, minutes_to_go, is_offered):
    booking = session(expert, minutes_to_go)
    before = client.get(brief(booking)).text
    assert ("I am here</button>" in before) == is_offered
    assert "video.example.com" not in before

    after = client.post(f"{brief(booking)}here/", follow=True).text

    booking.refresh_from_db()
    assert (booking.expert_joined_at is not None) == is_offered
    assert ('href="https://video.example.com/j/1"' in after) == is_offered


def test_the_history_says_who_came(client, expert):
    booking = session(expert, 5)

    client.post(f"{brief(booking)}here/")
    client.post(f"{brief(booking)}here/")

    event = CaseEvent.objects.get()
    assert (event.actor, event.actor_role, event.details["side"]) == (
        expert.account,
        "expert",
        "expert",
    )


# WHAT CAME OF IT


def test_the_outcome_and_three_lines(client, expert):
    booking = session(expert, -60)

    response = client.post(
        f"{brief(booking)}held/",
        {
            "seen": seen(booking),
            "outcome": "advice_given",
            "line_1": "  Your boss must give the passport back. ",
            "line_2": "",
            "line_3": "Labor office\r\n, room 3",
        },
    )

    booking.refresh_from_db()
    event = CaseEvent.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    assert (booking.status, booking.outcome) == (BookingStatus.COMPLETED, "advice_given")
    assert booking.takeaways.split("\n") == [
        "Your boss must give the passport back.",
        "Labor office , room 3",
    ]
    assert (event.verb, event.actor_role) == ("consultations.booking_completed", "expert")
    assert "passport" not in str(event.details)


@pytest.mark.parametrize("line", ["x" * 201])
def test_a_line_that_is_too_long_is_refused_and_kept(client, expert, line):
    booking = session(expert, -60)

    response = client.post(
        f"{brief(booking)}held/",
        {"seen": seen(booking), "outcome": "advice_given", "line_1": line},
    )

    booking.refresh_from_db()
    assert response.status_code == 422
    assert line in response.text
    assert booking.status == BookingStatus.CONFIRMED


@pytest.mark.parametrize(("minutes_to_go", "is_possible"), [(-14, False), (-16, True)])
def test_that_it_failed_is_said_after_a_quarter_of_an_hour(
    client, expert, minutes_to_go, is_possible
):
    booking = session(expert, minutes_to_go)
    assert ("Save: it did not take place" in client.get(brief(booking)).text) == is_possible

    response = client.post(
        f"{brief(booking)}missed/", {"seen": seen(booking), "party": "client", "is_sure": "on"}
    )

    booking.refresh_from_db()
    assert response.status_code == (302 if is_possible else 409)
    assert (booking.status == BookingStatus.NO_SHOW) == is_possible


def test_what_was_typed_survives_that_something_happened_meanwhile(client, expert):
    booking = session(expert, -60)
    data = {"seen": "12345", "outcome": "advice_given", "line_1": "Go to the labor office."}

    response = client.post(f"{brief(booking)}held/", data)

    booking.refresh_from_db()
    assert response.status_code == 409
    assert "Go to the labor office." in response.text
    assert booking.status == BookingStatus.CONFIRMED
    data["seen"] = seen(booking)
    assert client.post(f"{brief(booking)}held/", data).status_code == 302


def test_an_arrival_is_no_change(client, expert):
    booking = session(expert, -20)
    last_seen = seen(booking)
    check_in(booking_id=booking.pk, side="resident", now=timezone.now())

    response = client.post(f"{brief(booking)}held/", {"seen": last_seen, "outcome": "advice_given"})

    assert response.status_code == 302


@pytest.mark.parametrize("number", ["", "None", "-1", "x", "9" * 5000])
def test_any_mark_of_what_was_seen_is_answered(client, expert, number):
    booking = session(expert, -60)
    check_in(booking_id=booking.pk, side="expert", now=booking.slot.starts_at)
    client.post(f"{brief(booking)}held/", {"seen": number, "outcome": "advice_given"})

    status = client.post(
        f"{brief(booking)}held/", {"seen": number, "outcome": "advice_given"}
    ).status_code

    assert status in {302, 409}


def test_the_lines_can_be_mended_afterwards(client, expert):
    booking = session(
        expert, -120, status=BookingStatus.COMPLETED, outcome="referred", takeaways="Old\nOther"
    )
    page = client.get(brief(booking)).text
    assert 'value="Old"' in page
    assert 'value="Other"' in page

    client.post(f"{brief(booking)}lines/", {"seen": seen(booking), "line_1": "New"})

    booking.refresh_from_db()
    assert booking.takeaways == "New"
    assert CaseEvent.objects.get().verb == "consultations.takeaways_written"


@pytest.mark.parametrize("act", ["here", "held", "missed", "lines"])
def test_looking_does_nothing_and_leads_to_the_brief(client, expert, act):
    # Signing in once more and the links to other languages come by this way.
    booking = session(expert, -20)
    before = every_row()[Booking], every_row()[CaseEvent]

    response = client.get(f"{brief(booking)}{act}/")

    assert (response.status_code, response["Location"]) == (302, brief(booking))
    assert (every_row()[Booking], every_row()[CaseEvent]) == before
    assert client.get(f"{brief(session(ExpertFactory()))}{act}/").status_code == 404


def test_a_coordinator_writes_the_lines_and_reads_them_on_request():
    desk = signed_in(roles.COORDINATOR)
    booking = session(ExpertFactory(), -60)
    page = f"/admin/consultations/booking/{booking.pk}/"

    desk.post(
        f"{page}act/complete/",
        {"seen": seen(booking), "outcome": "referred", "line_1": "Go to the labor office."},
    )

    booking.refresh_from_db()
    assert booking.takeaways == "Go to the labor office."
    assert booking.takeaways not in desk.get(f"{page}change/").text
    assert booking.takeaways in desk.post(f"{page}show/contact/").text
