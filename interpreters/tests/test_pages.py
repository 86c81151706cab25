"""What interpreters, organizations and coordinators do on their pages."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory, UserFactory
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import (
    InterpreterRequest,
    RequestDraft,
)
from interpreters.services.dispatch import assign
from interpreters.services.offers import send_offers
from interpreters.tests.factories import (
    HOUR,
    AssignmentFactory,
    InterpreterFactory,
    InterpreterRequestFactory,
    OfferFactory,
)
from notifications.services import send_due_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("languages")]
DAY = timedelta(days=1)
SECRETS = {
    "address": "Canary Street 1",
    "contact_name": "Canary Contact",
    "contact_phone": "03-0000-0009",
    "outline": "Canary outline",
}


@pytest.fixture
def now():
    return timezone.now()


def request_at(now, **facts):
    start = (now + 20 * DAY).replace(minute=0, second=0, microsecond=0)
    return InterpreterRequestFactory(
        starts_at=start, ends_at=start + timedelta(hours=2), **SECRETS | facts
    )


def offered(now, **facts):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    return OfferFactory(request=wanted, sent_at=now, reply_by=now + DAY, **facts)


def shows_secrets(page):
    return [secret for secret in SECRETS.values() if secret in page]


# THE INTERPRETER


def test_an_offer_is_answered_without_learning_who_the_client_is(now):
    offer = offered(now)
    page = f"/vi/o/{offer.link_token}/"
    shown = Client().get(page)

    assert "no-store" in shown["Cache-Control"]
    assert shows_secrets(shown.text) == []
    offer.refresh_from_db()
    assert offer.status == OfferStatus.SENT

    answer = Client().post(page, {"can_come": "no", "may_know_client": "on"}, follow=True)

    offer.refresh_from_db()
    assert (offer.status, offer.may_know_client) == (OfferStatus.DECLINED, True)
    assert shows_secrets(answer.text) == []


def test_an_empty_answer_is_told_and_a_late_one_changes_nothing(now):
    offer = offered(now)
    page = f"/en/o/{offer.link_token}/"

    assert Client().post(page, {}).status_code == 422
    type(offer).objects.filter(pk=offer.pk).update(reply_by=now - DAY)
    Client().post(page, {"can_come": "yes"})
    offer.refresh_from_db()
    assert offer.status == OfferStatus.SENT
    assert "This question is over." in Client().get(page).text


@pytest.mark.parametrize("kind", ["o", "a"])
def test_an_unknown_link_opens_nothing(kind):
    assert Client().get(f"/en/{kind}/unknown/").status_code == 404


def test_details_are_shown_step_by_step_and_go_again(now):
    assignment = AssignmentFactory(
        request=request_at(now, status=RequestStatus.ASSIGNED), created_at=now
    )
    page = f"/my/a/{assignment.link_token}/"
    visitor = Client()
    assert shows_secrets(visitor.get(page).text) == []

    visitor.post(page, {"act": "acknowledge"})
    assert shows_secrets(visitor.get(page).text) == list(SECRETS.values())
    assert "check_in" not in visitor.get(page).text
    visitor.post(page, {"act": "check_in"})
    assert type(assignment).objects.get().status == AssignmentStatus.ACKNOWLEDGED, "too early"
    type(assignment).objects.update(occupied_from=now - HOUR, starts_at=now + HOUR / 2)
    for act in ("check_in", "check_out"):
        visitor.post(page, {"act": act})
    assert visitor.post(page, {"minutes": "x"}).status_code == 422
    visitor.post(page, {"minutes": 115, "travel_cost": 640})
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.REPORTED
    assert assignment.interpreter_report.travel_cost == 640

    assert shows_secrets(visitor.get(page).text)
    type(assignment).objects.filter(pk=assignment.pk).update(reported_at=now - 7 * DAY)
    assert shows_secrets(visitor.get(page).text) == []


def test_pressing_twice_does_no_harm(now):
    assignment = AssignmentFactory(
        request=request_at(now, status=RequestStatus.ASSIGNED), created_at=now
    )
    page = f"/en/a/{assignment.link_token}/"

    for _each in range(2):
        assert Client().post(page, {"act": "acknowledge"}).status_code == 302
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.ACKNOWLEDGED


# THE LETTERS


def test_letters_come_in_each_language_and_give_nothing_away(now):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    first = InterpreterFactory(account=UserFactory(language="my"))
    second = InterpreterFactory(account=UserFactory(language="vi"))
    send_offers(
        request_id=wanted.pk,
        interpreter_ids=[first.pk, second.pk],
        by=None,
        now=now,
    )
    assign(request_id=wanted.pk, interpreter_id=second.pk, by=None, now=now)
    send_due_notices(now + DAY)

    by_address = {}
    for letter in mail.outbox:
        by_address.setdefault(letter.to[0], []).append(letter)
    assert len(by_address[first.account.email]) == 1
    assert len(by_address[second.account.email]) == 1
    assert len(by_address[wanted.requested_by.email]) == 1
    for letter in mail.outbox:
        assert shows_secrets(letter.subject + letter.body) == []
        assert wanted.language.name_en not in letter.subject + letter.body
    assert "/vi/a/" in by_address[second.account.email][0].body


def test_who_is_not_chosen_any_more_gets_no_old_letter(now):
    offer = offered(now, interpreter=InterpreterFactory(account=UserFactory()))
    send_offers(
        request_id=offer.request_id,
        interpreter_ids=[InterpreterFactory(account=UserFactory()).pk],
        by=None,
        now=now,
    )
    offer.request.offers.exclude(pk=offer.pk).update(status=OfferStatus.WITHDRAWN)
    send_due_notices(now + DAY)

    assert mail.outbox == []


# THE ORGANIZATION


@pytest.fixture
def member():
    client = signed_in("")
    organization = OrganizationFactory(approved=True)
    Membership.objects.create(user=client.user, organization=organization)
    client.organization = organization
    return client


def typed(member, now, **changes):
    return {
        "organization": member.organization.pk,
        "languages": ["ti"],
        "modality": "spoken",
        "setting": "health_center",
        "purpose": "talk",
        "topic": "work",
        "place": "on_site",
        "prefecture_code": "13",
        "area": "足立区",
        "address": "Demo 1",
        "date": (now + 30 * DAY).date().isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "contact_name": "Demo",
        "contact_phone": "03-0000-0000",
        "gender_wish": "any",
        "accepts_terms": "on",
    } | changes


def test_a_member_asks_and_sees_how_it_stands(member, now):
    answer = member.post("/en/interpreters/new/", typed(member, now, languages=["ti", "am"]))

    assert answer.status_code == 302
    assert InterpreterRequest.objects.count() == 2
    page = member.get(answer.url).text
    assert "submitted" in page
    assert member.get("/en/interpreters/").text.count("submitted") == 2


def test_every_broken_term_is_told_and_what_was_typed_stays(member, now):
    answer = member.post(
        "/en/interpreters/new/", typed(member, now, purpose="event", prefecture_code="00")
    )

    assert answer.status_code == 422
    assert "There is no interpreting at events or parties." in answer.text
    assert "Interpreters go to places in Tokyo." in answer.text
    assert 'value="足立区"' in answer.text
    assert not InterpreterRequest.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"ends": "09:00"},
        {"starts": "00:10", "ends": "23:00"},
        {"accepts_terms": ""},
        {"languages": ["xx"]},
        {"organization": "999999"},
        {"date": "yesterday"},
    ],
)
def test_what_cannot_be_is_told(member, now, changes):
    answer = member.post("/en/interpreters/new/", typed(member, now, **changes))

    assert answer.status_code == 422
    assert not InterpreterRequest.objects.exists()


@pytest.mark.parametrize("path", ["", "new/", "page"])
def test_nobody_else_sees_a_request(now, path):
    wanted = request_at(now)
    path = f"{wanted.reference}/" if path == "page" else path
    stranger = signed_in("")

    anybody = Client().get(f"/en/interpreters/{path}")
    # What the service is and how to join is for everybody.
    assert anybody.status_code == (302 if path else 200)
    assert str(wanted) not in anybody.text
    answer = stranger.get(f"/en/interpreters/{path}", follow=True)
    assert str(wanted) not in answer.text
    assert shows_secrets(answer.text) == []


def test_the_organization_reports_and_cancels_only_while_it_may(member, now):
    wanted = request_at(
        now, organization=member.organization, status=RequestStatus.AWAITING_REPORTS
    )
    AssignmentFactory(request=wanted, status=AssignmentStatus.CHECKED_OUT)
    page = f"/en/interpreters/{wanted.reference}/"

    member.post(page, {"act": "cancel"})
    wanted.refresh_from_db()
    assert wanted.status == RequestStatus.AWAITING_REPORTS
    member.post(page, {"minutes": 110, "was_used": "on", "went_well": "on"})
    assert wanted.assignments.get().requester_report.minutes == 110


# KEPT, AND OTHER TIMES


def test_what_was_typed_is_kept_until_it_is_sent(member, now):
    half = {"area": "港区", "languages": ["ti"], "keep": "1"}
    assert member.post("/en/interpreters/new/", half).status_code == 302
    assert "Go on with your request" in member.get("/en/interpreters/").text
    page = member.get("/en/interpreters/new/").text
    assert "港区" in page
    assert '<option value="ti" selected>' in page

    member.post("/en/interpreters/new/", typed(member, now, date="yesterday", area="北区"))
    assert "北区" in member.get("/en/interpreters/new/").text
    member.post("/en/interpreters/new/", typed(member, now))
    assert not RequestDraft.objects.exists()


def test_a_draft_is_thrown_away_and_is_nobody_elses(member):
    member.post("/en/interpreters/new/", {"area": "港区", "keep": "1"})
    other = signed_in("")
    Membership.objects.create(user=other.user, organization=member.organization)
    assert "港区" not in other.get("/en/interpreters/new/").text
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM interpreters_requestdraft")
        assert "港区" not in str(cursor.fetchall())
    member.post("/en/interpreters/new/", {"discard": "1"})
    assert not RequestDraft.objects.exists()


def test_up_to_three_times_can_be_given(member, now):
    day = (now + 31 * DAY).date().isoformat()
    member.post(
        "/en/interpreters/new/",
        typed(member, now, date2=day, starts2="13:00", ends2="14:00"),
    )
    [[starts, ends]] = InterpreterRequest.objects.get().candidates
    assert (starts[:16], ends[11:16]) == (f"{day}T13:00", "14:00")


@pytest.mark.parametrize(
    "changes",
    [
        {"date2": "2030-01-01"},
        {"date3": "2030-01-01", "starts3": "10:00"},
        {"date2": "2030-01-01", "starts2": "12:00", "ends2": "10:00"},
    ],
)
def test_another_time_is_written_in_full_or_not_at_all(member, now, changes):
    answer = member.post("/en/interpreters/new/", typed(member, now, **changes))
    assert answer.status_code == 422
    assert not InterpreterRequest.objects.exists()
