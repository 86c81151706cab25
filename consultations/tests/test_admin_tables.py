"""Experts, emergency lines, and who may take which topic."""

from datetime import date

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.choices import ExpertKind
from consultations.models import EmergencyLine, Expert, TopicExpertKind
from consultations.tests.factories import (
    EmergencyLineFactory,
    ExpertFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from taxonomy.tests.factories import TopicFactory

EXPERTS = "/admin/consultations/expert/"
LINES = "/admin/consultations/emergencyline/"
TOPICS = "/admin/consultations/topicexpertkind/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def kinds_of(topic):
    rows = TopicExpertKind.objects.filter(topic=topic)
    return sorted(rows.values_list("expert_kind", flat=True))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [(EXPERTS, 7), (LINES, 6)])
def test_lists_cost_the_same_for_one_and_for_three(
    desk, rows, address, queries, django_assert_num_queries
):
    ExpertFactory.create_batch(rows)
    EmergencyLineFactory.create_batch(rows)
    desk.get(address)

    with django_assert_num_queries(queries):
        response = desk.get(address)

    assert len(response.context["cl"].result_list) == rows


def test_an_expert_is_added_without_an_account(desk):
    desk.post(f"{EXPERTS}add/", {"name": "Sato", "kind": "lawyer", "is_active": "on"})

    assert str(Expert.objects.get()) == "Sato (Lawyer)"


def test_nobody_overwrites_an_expert_unseen(desk):
    expert = ExpertFactory(name="Sato")
    data = {"name": "Suzuki", "kind": "lawyer", "version_seen": str(expert.version)}

    first = desk.post(f"{EXPERTS}{expert.pk}/change/", data)
    second = desk.post(f"{EXPERTS}{expert.pk}/change/", data | {"name": "Tanaka"})

    assert first.status_code == 302
    assert second.context["adminform"].form.has_error("__all__", "conflict")
    assert Expert.objects.get().name == "Suzuki"


def test_nothing_is_deleted(desk):
    expert, line = SlotFactory().expert, EmergencyLineFactory()

    assert desk.post(f"{EXPERTS}{expert.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.post(f"{LINES}{line.pk}/delete/", {"post": "yes"}).status_code == 403


def test_lines_are_marked_as_checked_today(desk):
    lines = EmergencyLineFactory.create_batch(2)
    data = {"action": "mark_checked_today", "_selected_action": [line.pk for line in lines]}

    response = desk.post(LINES, data, follow=True)

    assert messages_of(response) == ["2 lines are checked."]
    assert EmergencyLine.objects.never_checked().count() == 0
    assert {line.version for line in EmergencyLine.objects.all()} == {1}


def test_never_checked_leaves_out_what_residents_do_not_see():
    line = EmergencyLineFactory()
    EmergencyLineFactory(is_published=False)
    EmergencyLineFactory(checked_on=date(2026, 11, 1))

    assert list(EmergencyLine.objects.never_checked()) == [line]


# TOPICS


def test_the_table_shows_what_is_ticked(desk):
    row = TopicExpertKindFactory(expert_kind=ExpertKind.PSYCHIATRIST)

    topics = desk.get(TOPICS).context["topics"]

    assert [(topic, form.initial["kinds"]) for topic, form in topics] == [
        (row.topic, [ExpertKind.PSYCHIATRIST])
    ]


def test_kinds_are_ticked_and_unticked(desk):
    topic = TopicExpertKindFactory(expert_kind=ExpertKind.LAWYER).topic

    response = desk.post(
        f"{TOPICS}{topic.pk}/save/",
        {"kinds": ["psychiatrist", "social_worker"], "seen": ["lawyer"]},
        follow=True,
    )

    assert messages_of(response) == ["The topic is saved."]
    assert kinds_of(topic) == ["psychiatrist", "social_worker"]


def test_nobody_overwrites_a_topic_unseen(desk):
    topic = TopicExpertKindFactory(expert_kind=ExpertKind.LAWYER).topic
    TopicExpertKindFactory(topic=topic, expert_kind=ExpertKind.PSYCHIATRIST)

    response = desk.post(
        f"{TOPICS}{topic.pk}/save/", {"kinds": [], "seen": ["lawyer"]}, follow=True
    )

    assert messages_of(response)[0].startswith("Nothing of yours is saved")
    assert kinds_of(topic) == ["lawyer", "psychiatrist"]


def test_topics_and_kinds_that_are_none(desk):
    topic = TopicFactory()

    desk.post(f"{TOPICS}{topic.pk}/save/", {"kinds": ["plumber"]})

    assert desk.post(f"{TOPICS}nothing/save/", {"kinds": []}).status_code == 404
    assert kinds_of(topic) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_costs_the_same_for_one_and_for_three(desk, rows, django_assert_num_queries):
    TopicExpertKindFactory.create_batch(rows)
    desk.get(TOPICS)

    with django_assert_num_queries(5):
        desk.get(TOPICS)


@pytest.mark.parametrize("role", [roles.EXPERT, roles.EDITOR])
def test_others_cannot_reach_the_tables(role):
    client = signed_in(role)
    topic = TopicExpertKindFactory(expert_kind=ExpertKind.LAWYER).topic

    answers = {client.get(address).status_code for address in (EXPERTS, LINES, TOPICS)}
    answers.add(client.post(f"{TOPICS}{topic.pk}/save/", {"kinds": []}).status_code)

    assert answers <= {302, 403}
    assert kinds_of(topic) == ["lawyer"]
