"""Several waves, somebody instead of somebody, and what changes after people were asked."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts import roles
from accounts.tests.factories import UserFactory
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import Assignment, InterpreterRequest, Offer, StepNotAllowed
from interpreters.selectors import match_list
from interpreters.services.changes import change_request, choose_time
from interpreters.services.dispatch import (
    acknowledge,
    assign,
    check_in,
    give_back,
    mark_absent,
    replace,
)
from interpreters.services.offers import (
    Occupied,
    answer_offer,
    expire_offers,
    reply_deadline,
    send_offers,
)
from interpreters.tests.factories import (
    HOUR,
    NOW,
    TALK,
    AssignmentFactory,
    InterpreterFactory,
    InterpreterRequestFactory,
    OfferFactory,
)
from languages.formatting import JAPAN
from notifications.models import Notice
from notifications.services import send_due_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("languages")]
DAY = timedelta(days=1)


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


@pytest.fixture
def people():
    return InterpreterFactory.create_batch(3)


def searching(**facts):
    return InterpreterRequestFactory(status=RequestStatus.SEARCHING, **facts)


def ask(request, people, by, at_a_time=None, now=NOW):
    return send_offers(
        request_id=request.pk,
        interpreter_ids=[each.pk for each in people],
        at_a_time=at_a_time,
        by=by,
        now=now,
    )


def statuses(request):
    return list(request.offers.order_by("pk").values_list("status", flat=True))


def kinds_for(interpreter):
    return sorted(
        Notice.objects.filter(recipient_key=interpreter.key).values_list("kind", flat=True)
    )


# WAVES


def test_a_no_opens_the_next_wave(coordinator, people):
    request = searching()
    [first] = ask(request, people, coordinator, at_a_time=1)
    assert statuses(request) == ["sent", "planned", "planned"]
    assert kinds_for(people[1]) == []

    answer_offer(offer_id=first.pk, can_come=False, may_know_client=True, now=NOW + HOUR)

    assert statuses(request) == ["declined", "sent", "planned"]
    second = request.offers.get(interpreter=people[1])
    assert second.sent_at == NOW + HOUR
    assert second.reply_by > NOW + HOUR
    assert kinds_for(people[1]) == ["interpreters.offer"]


def test_silence_opens_the_next_wave_and_a_yes_does_not(coordinator, people):
    request = searching()
    [first] = ask(request, people, coordinator, at_a_time=1)

    assert expire_offers(now=first.reply_by) == 1
    assert statuses(request) == ["expired", "sent", "planned"]
    second = request.offers.get(interpreter=people[1])
    answer_offer(offer_id=second.pk, can_come=True, may_know_client=False, now=first.reply_by)
    assert expire_offers(now=second.reply_by + DAY) == 0
    assert statuses(request) == ["expired", "accepted", "planned"]


def test_whoever_was_planned_and_never_asked_hears_nothing(coordinator, people):
    request = searching()
    ask(request, people, coordinator, at_a_time=2)

    assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)

    assert statuses(request) == ["accepted", "not_selected", "not_selected"]
    assert kinds_for(people[2]) == []
    assert "interpreters.not_selected" in kinds_for(people[1])


def test_a_planned_one_can_be_asked_at_once(coordinator, people):
    request = searching()
    ask(request, people, coordinator, at_a_time=1)

    ask(request, [people[2]], coordinator)

    assert statuses(request) == ["sent", "planned", "sent"]
    assert Offer.objects.count() == len(people)


@pytest.mark.parametrize(
    ("left", "within"),
    [(timedelta(days=20), DAY), (timedelta(hours=8), 2 * HOUR), (HOUR, HOUR / 2)],
)
def test_the_time_to_answer_shrinks_with_what_is_left(left, within):
    noon = NOW  # 12:00 in Japan
    assert reply_deadline(noon + left, noon) == noon + within


def test_nobody_has_to_answer_at_night_and_never_after_the_talk():
    evening = NOW.astimezone(JAPAN).replace(hour=20, minute=30)
    deadline = reply_deadline(evening + 4 * DAY, evening)
    assert deadline.astimezone(JAPAN).hour in range(8, 21)
    early = NOW.astimezone(JAPAN).replace(hour=6, minute=0)
    assert reply_deadline(early + HOUR, early) < early + HOUR


def test_who_is_somewhere_else_by_then_cannot_say_yes(coordinator, people):
    request = searching()
    [offer] = ask(request, people[:1], coordinator)
    elsewhere = AssignmentFactory(interpreter=people[0])

    with pytest.raises(Occupied) as occupied:
        answer_offer(offer_id=offer.pk, can_come=True, may_know_client=False, now=NOW)
    assert occupied.value.assignment == elsewhere
    answer_offer(offer_id=offer.pk, can_come=False, may_know_client=False, now=NOW)


# SOMEBODY INSTEAD


def test_replacing_is_one_act_and_everybody_is_told(coordinator, people):
    ill, other, _third = people
    for each in people:
        each.account = UserFactory(language="en")
        each.save()
    request = searching()
    assign(request_id=request.pk, interpreter_id=ill.pk, by=coordinator, now=NOW)
    mail.outbox.clear()

    replace(request_id=request.pk, interpreter_id=other.pk, by=coordinator, now=NOW + DAY)

    request.refresh_from_db()
    assert request.status == RequestStatus.ASSIGNED
    assert request.assignments.occupying().get().interpreter == other
    send_due_notices(NOW + 2 * DAY)
    told = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert told[ill.account.email] == "You need not come"
    assert told[other.account.email] == "You interpret"
    assert told[request.requested_by.email] == "An interpreter comes"


def test_replacing_with_somebody_who_is_taken_changes_nothing(coordinator, people):
    ill, busy, _third = people
    AssignmentFactory(interpreter=busy)
    request = searching()
    mine = assign(request_id=request.pk, interpreter_id=ill.pk, by=coordinator, now=NOW)

    with pytest.raises(Occupied):
        replace(request_id=request.pk, interpreter_id=busy.pk, by=coordinator, now=NOW)

    mine.refresh_from_db()
    request.refresh_from_db()
    assert (mine.status, request.status) == (AssignmentStatus.CONFIRMED, RequestStatus.ASSIGNED)
    assert not Notice.objects.filter(kind="interpreters.called_off").exists()


def test_whoever_gives_it_back_is_followed_by_the_next_wave(coordinator, people):
    request = searching()
    [first] = ask(request, people[:2], coordinator, at_a_time=1)
    answer_offer(offer_id=first.pk, can_come=True, may_know_client=False, now=NOW)
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)
    # Those who were planned are not asked any more; a new wave is chosen afterwards.
    give_back(assignment_id=mine.pk, by=None, now=NOW + DAY)

    assert request.offers.live().count() == 0
    ask(request, people, coordinator, now=NOW + DAY)
    assert {each.interpreter for each in request.offers.live()} == set(people)


def test_absence_is_said_only_when_the_time_has_come(coordinator, people):
    request = searching()
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)

    with pytest.raises(StepNotAllowed):
        mark_absent(assignment_id=mine.pk, by=coordinator, now=TALK - HOUR)
    mark_absent(assignment_id=mine.pk, by=coordinator, now=TALK)
    mine.refresh_from_db()
    request.refresh_from_db()
    assert (mine.status, request.status) == (AssignmentStatus.ABSENT, RequestStatus.SEARCHING)


# CHANGES


def test_a_new_time_asks_those_again_who_had_agreed(coordinator, people):
    request = searching()
    for offer in ask(request, people[:2], coordinator):
        answer_offer(offer_id=offer.pk, can_come=True, may_know_client=False, now=NOW)
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)

    change_request(
        request_id=request.pk,
        by=coordinator,
        now=NOW + DAY,
        starts_at=TALK + DAY,
        ends_at=TALK + DAY + HOUR,
    )

    request.refresh_from_db()
    mine.refresh_from_db()
    assert (request.status, request.starts_at) == (RequestStatus.SEARCHING, TALK + DAY)
    assert mine.status == AssignmentStatus.RETURNED
    [again] = request.offers.live()
    assert again.interpreter == people[0]
    # One letter: the question, which says that something has changed.
    assert "interpreters.called_off" not in kinds_for(people[0])
    people[0].account = UserFactory(language="en")
    people[0].save()
    mail.outbox.clear()
    send_due_notices(NOW + DAY + 12 * HOUR)
    [letter] = [each for each in mail.outbox if each.to == [people[0].account.email]]
    assert "Something has changed" in letter.body


def test_another_language_asks_nobody_by_itself(coordinator, people):
    request = searching()
    ask(request, people, coordinator)

    change_request(request_id=request.pk, by=coordinator, now=NOW, language="am")

    assert request.offers.live().count() == 0
    assert {kind for each in people for kind in kinds_for(each)} == {
        "interpreters.offer",
        "interpreters.withdrawn",
    }


def test_what_is_not_material_disturbs_nobody(coordinator, people):
    request = searching()
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)
    acknowledge(assignment_id=mine.pk, now=NOW)

    change_request(request_id=request.pk, by=coordinator, now=NOW, department="Demo")

    mine.refresh_from_db()
    assert mine.status == AssignmentStatus.ACKNOWLEDGED
    assert kinds_for(people[0]) == ["interpreters.assigned", "interpreters.reminder"]


def test_another_door_of_the_same_house_is_read_and_confirmed_again(coordinator, people):
    request = searching()
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)
    acknowledge(assignment_id=mine.pk, now=NOW)

    change_request(request_id=request.pk, by=coordinator, now=NOW + DAY, address="Second door")

    mine.refresh_from_db()
    request.refresh_from_db()
    assert (mine.status, request.status) == (AssignmentStatus.CONFIRMED, RequestStatus.ASSIGNED)
    assert not mine.shows_client
    assert kinds_for(people[0]).count("interpreters.assigned") == 2


def test_nothing_is_changed_once_somebody_is_on_site(coordinator, people):
    request = searching()
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)
    acknowledge(assignment_id=mine.pk, now=NOW)
    check_in(assignment_id=mine.pk, now=TALK)

    with pytest.raises(StepNotAllowed):
        change_request(request_id=request.pk, by=coordinator, now=TALK, area="港区")
    assert InterpreterRequest.objects.get().area == "足立区"


def test_nobody_is_there_a_day_early(coordinator, people):
    request = searching()
    mine = assign(request_id=request.pk, interpreter_id=people[0].pk, by=coordinator, now=NOW)

    with pytest.raises(StepNotAllowed):
        check_in(assignment_id=mine.pk, now=TALK - 2 * HOUR)
    assert Assignment.objects.get().status == AssignmentStatus.CONFIRMED


# OTHER TIMES


def test_another_time_shows_who_fits_and_can_be_taken(coordinator, people):
    other = TALK + 2 * DAY
    request = searching(candidates=[[other.isoformat(), (other + HOUR).isoformat()]])
    AssignmentFactory(interpreter=people[0])

    matches, [time] = match_list(request)
    assert sum(match.fits for match in matches) == len(people) - 1
    assert (time.starts_at, time.fitting) == (other, len(people))
    choose_time(request_id=request.pk, number=0, by=coordinator, now=NOW)

    request.refresh_from_db()
    assert (request.starts_at, request.ends_at) == (other, other + HOUR)
    assert request.candidates == [[TALK.isoformat(), (TALK + 2 * HOUR).isoformat()]]
    with pytest.raises(StepNotAllowed):
        choose_time(request_id=request.pk, number=1, by=coordinator, now=NOW)


def test_other_times_cost_no_statement_more(django_assert_num_queries):
    other = TALK + 2 * DAY
    request = searching(candidates=2 * [[other.isoformat(), (other + HOUR).isoformat()]])
    with django_assert_num_queries(8):
        match_list(request)


def test_what_was_said_stands_in_the_list(people):
    request = searching()
    for person, status in zip(
        people,
        [OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.NOT_SELECTED],
        strict=True,
    ):
        OfferFactory(request=request, interpreter=person, status=status)

    matches, _times = match_list(request)
    fits = {match.candidate.pk: match.fits for match in matches}
    assert fits == {people[0].pk: True, people[1].pk: False, people[2].pk: True}
    assert [match.is_asked for match in matches if match.candidate.pk == people[0].pk] == [True]
