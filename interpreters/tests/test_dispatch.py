"""From a request to the person who goes, and what comes after."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import roles
from accounts.models import Membership
from accounts.tests.factories import OrganizationFactory, UserFactory
from interpreters.choices import AssignmentStatus, OfferStatus, Purpose, RequestStatus
from interpreters.models import Assignment, InterpreterRequest, Refusal, StepNotAllowed
from interpreters.selectors import match_list
from interpreters.services.dispatch import (
    acknowledge,
    assign,
    check_in,
    check_out,
    give_back,
    report_as_interpreter,
    report_as_requester,
    waive_report,
)
from interpreters.services.offers import Occupied, answer_offer, expire_offers, send_offers
from interpreters.services.requests import (
    Details,
    NotApproved,
    Refused,
    cancel_request,
    mark_unfilled,
    screen_in,
    screen_out,
    submit_requests,
)
from interpreters.terms import Wish
from interpreters.tests.factories import (
    HOUR,
    NOW,
    TALK,
    AssignmentFactory,
    InterpreterFactory,
    InterpreterRequestFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("languages")]
DAY = timedelta(days=1)


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


@pytest.fixture
def member():
    organization = OrganizationFactory(approved=True)
    user = UserFactory()
    Membership.objects.create(user=user, organization=organization)
    return user, organization


def wish(**changes):
    facts = {
        "prefecture_code": "13",
        "setting": "health_center",
        "purpose": Purpose.TALK,
        "place": "on_site",
        "starts_at": TALK,
        "ends_at": TALK + 2 * HOUR,
    }
    return Wish(**facts | changes)


def submit(member, languages=("ti",), now=NOW, **changes):
    user, organization = member
    return submit_requests(
        organization=organization,
        member=user,
        wish=wish(**changes),
        languages=languages,
        details=Details(topic_id="work", area="足立区", address="Demo 1-1"),
        holidays=frozenset(),
        lead_days=5,
        now=now,
    )


def searching(**facts):
    return InterpreterRequestFactory(status=RequestStatus.SEARCHING, **facts)


def offer_to(request, *people, by):
    return send_offers(
        request_id=request.pk,
        interpreter_ids=[person.pk for person in people],
        by=by,
        now=NOW,
    )


def test_the_whole_way(member, coordinator):
    [request] = submit(member)
    first, second = InterpreterFactory.create_batch(2)
    screen_in(request_id=request.pk, by=coordinator, now=NOW)
    offers = offer_to(request, first, second, by=coordinator)
    answer_offer(offer_id=offers[0].pk, can_come=True, may_know_client=False, now=NOW + HOUR)

    assignment = assign(
        request_id=request.pk, interpreter_id=first.pk, by=coordinator, now=NOW + HOUR
    )
    not_selected = request.offers.filter(status=OfferStatus.NOT_SELECTED)
    assert [offer.interpreter for offer in not_selected] == [second]
    assert not assignment.shows_client
    acknowledge(assignment_id=assignment.pk, now=NOW + DAY)
    check_in(assignment_id=assignment.pk, now=TALK - HOUR / 4)
    check_out(assignment_id=assignment.pk, was_used=True, now=TALK + 2 * HOUR)
    report_as_interpreter(assignment_id=assignment.pk, minutes=110, now=TALK + DAY)
    report_as_requester(assignment_id=assignment.pk, by=member[0], minutes=110, now=TALK + 2 * DAY)

    request.refresh_from_db()
    assignment.refresh_from_db()
    assert (request.status, assignment.status) == (RequestStatus.CLOSED, AssignmentStatus.REPORTED)
    assert assignment.shows_client
    assert not assignment.brief_is_over(TALK + 7 * DAY)
    assert assignment.brief_is_over(TALK + 8 * DAY)
    assert [event.verb.partition(".")[2] for event in request.events.all()] == [
        "submitted",
        "screened_in",
        "offers_sent",
        "offer_answered",
        "assigned",
        "assignment_acknowledged",
        "checked_in",
        "checked_out",
        "interpreter_reported",
        "requester_reported",
    ]
    roles_of_actors = [event.actor_role for event in request.events.all()]
    assert roles_of_actors[0] == roles_of_actors[-1] == "requester"
    assert set(roles_of_actors[1:3]) == {"coordinator"}
    assert set(roles_of_actors[5:9]) == {"interpreter"}


def test_several_languages_are_several_linked_requests(member):
    requests = submit(member, languages=["ti", "am"])

    assert {request.language_id for request in requests} == {"ti", "am"}
    assert len({request.group for request in requests}) == 1
    assert len({request.reference for request in requests}) == 2
    [alone] = submit(member)
    assert alone.group is None


def test_a_refusal_is_counted_and_keeps_nothing(member):
    with pytest.raises(Refused) as refusal:
        submit(member, purpose=Purpose.EVENT, prefecture_code="14")

    assert [term.code for term in refusal.value.terms] == ["tokyo", "no_event"]
    assert set(Refusal.objects.values_list("term", "language")) == {
        ("tokyo", "ti"),
        ("no_event", "ti"),
    }
    assert not InterpreterRequest.objects.exists()


def test_only_members_of_approved_organizations_ask(member):
    user, organization = member
    with pytest.raises(NotApproved):
        submit((UserFactory(), organization))
    with pytest.raises(NotApproved):
        submit((user, OrganizationFactory()))


def test_an_overdue_report_stops_the_next_request_until_it_is_written_or_waived(
    member, coordinator
):
    _user, organization = member
    old = AssignmentFactory(
        request__organization=organization,
        request__status=RequestStatus.AWAITING_REPORTS,
        request__starts_at=NOW - 8 * DAY,
        status=AssignmentStatus.CHECKED_OUT,
    )

    with pytest.raises(Refused, match="report"):
        submit(member)
    waive_report(assignment_id=old.pk, reason="moved", by=coordinator, now=NOW)
    assert submit(member)


def test_who_is_asked_already_is_not_asked_twice(coordinator):
    request = searching()
    first, second = InterpreterFactory.create_batch(2)
    offer_to(request, first, by=coordinator)

    offers = offer_to(request, first, second, second, by=coordinator)

    assert [(offer.interpreter, offer.wave) for offer in offers] == [(second, 2)]


def test_an_answer_too_late_is_not_taken(coordinator):
    request = searching()
    [offer] = offer_to(request, InterpreterFactory(), by=coordinator)

    with pytest.raises(StepNotAllowed):
        answer_offer(offer_id=offer.pk, can_come=True, may_know_client=False, now=NOW + DAY)
    assert expire_offers(now=NOW + DAY) == 1
    assert expire_offers(now=NOW + DAY) == 0
    offer.refresh_from_db()
    assert offer.status == OfferStatus.EXPIRED


def test_nobody_is_chosen_who_is_somewhere_else(coordinator):
    busy = InterpreterFactory()
    there = AssignmentFactory(interpreter=busy)
    # The way to the second place begins while the first talk goes on.
    request = searching(starts_at=TALK + 2 * HOUR + HOUR / 2)

    with pytest.raises(Occupied) as refusal:
        assign(request_id=request.pk, interpreter_id=busy.pk, by=coordinator, now=NOW)

    assert refusal.value.assignment == there
    request.refresh_from_db()
    assert request.status == RequestStatus.SEARCHING


def test_one_after_the_other_with_time_for_the_way_is_fine(coordinator):
    busy = InterpreterFactory()
    AssignmentFactory(interpreter=busy)
    request = searching(starts_at=TALK + 3 * HOUR)

    assign(request_id=request.pk, interpreter_id=busy.pk, by=coordinator, now=NOW)

    assert Assignment.objects.filter(interpreter=busy).count() == 2


def test_who_gives_back_is_free_again_and_somebody_else_is_sought(coordinator):
    request = searching()
    ill, other = InterpreterFactory.create_batch(2)
    assignment = assign(request_id=request.pk, interpreter_id=ill.pk, by=coordinator, now=NOW)

    give_back(assignment_id=assignment.pk, by=None, now=NOW)

    request.refresh_from_db()
    assert request.status == RequestStatus.SEARCHING
    again = assign(request_id=request.pk, interpreter_id=other.pk, by=coordinator, now=NOW)
    assert again.status == AssignmentStatus.CONFIRMED


def test_once_the_interpreter_is_there_nothing_is_canceled(coordinator):
    # 「通訳者がその現場に赴いてからのキャンセルはできません」
    request = searching()
    assignment = assign(
        request_id=request.pk, interpreter_id=InterpreterFactory().pk, by=coordinator, now=NOW
    )
    check_in(assignment_id=assignment.pk, now=TALK)

    with pytest.raises(StepNotAllowed):
        cancel_request(request_id=request.pk, by=coordinator, now=TALK)
    check_out(assignment_id=assignment.pk, was_used=False, now=TALK + HOUR)
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.ATTENDED_NOT_USED


def test_before_that_it_is_canceled_and_everybody_is_free(coordinator):
    request = searching()
    first, second = InterpreterFactory.create_batch(2)
    offers = offer_to(request, first, second, by=coordinator)
    assign(request_id=request.pk, interpreter_id=first.pk, by=coordinator, now=NOW)

    cancel_request(request_id=request.pk, by=coordinator, now=NOW)

    assert not Assignment.objects.occupying().exists()
    assert not offers[0].request.offers.live().exists()


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (
            lambda pk, by: screen_out(request_id=pk, reason="not_public", by=by, now=NOW),
            "submitted",
        ),
        (lambda pk, by: mark_unfilled(request_id=pk, reason="nobody", by=by, now=NOW), "searching"),
    ],
)
def test_what_ends_without_anybody_says_why(act, status, coordinator):
    request = InterpreterRequestFactory(status=status)

    act(request.pk, coordinator)

    request.refresh_from_db()
    assert request.reason
    with pytest.raises(IntegrityError), transaction.atomic():
        InterpreterRequest.objects.filter(pk=request.pk).update(reason="")


def test_the_match_list_takes_the_same_statements_for_any_number(django_assert_num_queries):
    request = searching()
    for count in (1, 5):
        InterpreterFactory.create_batch(count)
        with django_assert_num_queries(8):
            found, _times = match_list(request)
    assert len(found) == 6


@pytest.mark.parametrize("how", ["coordinator", "member", "stranger", "former"])
def test_only_coordinators_and_the_own_organization_see_a_request(member, coordinator, how):
    user, organization = member
    [request] = submit(member)
    people = {"coordinator": coordinator, "member": user, "stranger": UserFactory()}
    if how == "former":
        organization.withdraw_approval()
    viewer = people.get(how, user)

    seen = InterpreterRequest.objects.visible_to(viewer)

    assert list(seen) == ([request] if how in {"coordinator", "member"} else [])


def test_what_somebody_wrote_is_encrypted_where_it_lies(member):
    [request] = submit(member)
    stored = (
        InterpreterRequest.objects.extra(select={"raw": "address"})
        .values_list("raw")
        .get(pk=request.pk)
    )

    assert "Demo" not in stored[0]
    assert asdict(Details(topic_id="work"))["address"] == ""
