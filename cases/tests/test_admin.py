from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from cases.choices import CaseOutcome, CaseStatus
from cases.models import Case
from cases.services import CaseHasOpenWork, close_case, take_case
from cases.signals import case_closing
from cases.tests.factories import CaseFactory, ResidentFactory

NOW = datetime(2030, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
LIST = "/admin/cases/case/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


@pytest.fixture
def closed_case():
    case = CaseFactory()
    return close_case(
        case_id=case.pk, outcome=CaseOutcome.WITHDRAWN, closed_by=UserFactory(), now=NOW
    )


@pytest.fixture
def open_work():
    """Something higher up says that the case is not over."""

    def refuse(sender, case, now, **kwargs):
        raise CaseHasOpenWork

    case_closing.connect(refuse)
    yield
    case_closing.disconnect(refuse)


def page(case, what="change"):
    return f"{LIST}{case.pk}/{what}/"


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def verbs(case):
    return list(case.events.order_by("pk").values_list("verb", flat=True))


# THE LIST


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(desk, rows, django_assert_num_queries):
    CaseFactory.create_batch(rows, owner=desk.user)
    desk.get(LIST)

    with django_assert_num_queries(7):
        response = desk.get(LIST)

    assert len(response.context["cl"].result_list) == rows


@pytest.mark.parametrize("typed", ["{0}{1}", "{0}-{1}", "{0} {1}"])
def test_a_case_is_found_by_its_number(desk, typed):
    case = CaseFactory()
    CaseFactory()
    reference = typed.format(case.reference[:4], case.reference[4:])

    response = desk.get(LIST, {"q": reference})

    assert list(response.context["cl"].result_list) == [case]


@pytest.mark.parametrize("typed", ["Lan", "lan@example.org", "1234", "١٢٣٤٥٦٧٨"])
def test_nothing_else_finds_a_case(desk, typed):
    CaseFactory()

    assert list(desk.get(LIST, {"q": typed}).context["cl"].result_list) == []


@pytest.mark.parametrize(("owner", "index"), [("me", 0), ("nobody", 1)])
def test_list_is_filtered_by_owner(desk, owner, index):
    cases = [CaseFactory(owner=desk.user), CaseFactory()]
    CaseFactory(owner=UserFactory())

    response = desk.get(LIST, {"owner": owner})

    assert list(response.context["cl"].result_list) == [cases[index]]


# THE PAGE


def test_page_hides_the_person_and_notes_who_looked(desk):
    case = CaseFactory(resident=ResidentFactory(nickname="Minh", phone="+81312345678"))

    response = desk.get(page(case))

    hidden = ["Minh", "+81312345678", "lan@example.org"]
    assert [secret for secret in hidden if secret in response.text] == []
    assert AccessLog.objects.get().subject == f"cases.Resident:{case.resident_id}"
    assert AccessLog.objects.get().purpose == "case_opened"


@pytest.mark.parametrize("events", [1, 3])
def test_page_costs_the_same_for_one_event_and_for_three(desk, events, django_assert_num_queries):
    case = CaseFactory()
    desk.get(page(case))
    for _number in range(events):
        take_case(case_id=case.pk, owner=UserFactory(), now=NOW)

    with django_assert_num_queries(12):
        response = desk.get(page(case))

    assert [line.what for line in response.context["history"]] == [
        "A coordinator took the case."
    ] * events


# ACTS


def test_take(desk):
    case = CaseFactory()

    response = desk.post(page(case, "take"), follow=True)

    case.refresh_from_db()
    assert (case.owner, case.status) == (desk.user, CaseStatus.OPEN)
    assert messages_of(response) == [f"{case} is yours."]


def test_take_several_from_the_list(desk, closed_case):
    cases = CaseFactory.create_batch(2)
    chosen = [case.pk for case in [*cases, closed_case]]

    response = desk.post(LIST, {"action": "take_selected", "_selected_action": chosen}, follow=True)

    assert Case.objects.filter(owner=desk.user).count() == 2
    assert messages_of(response) == [
        f"{closed_case} is closed. Open it again first.",
        "2 cases are yours.",
    ]


def test_close_with_an_outcome(desk):
    case = CaseFactory()

    response = desk.post(page(case, "close"), {"outcome": "referred"}, follow=True)

    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, CaseOutcome.REFERRED)
    assert messages_of(response) == [f"{case} is closed."]


@pytest.mark.parametrize("outcome", ["", "won", "\u202e"])
def test_close_needs_an_outcome_there_is(desk, outcome):
    case = CaseFactory()

    response = desk.post(page(case, "close"), {"outcome": outcome})

    assert response.status_code == 422
    assert verbs(case) == []


def test_a_case_with_open_work_stays_open_and_says_why(desk, open_work):
    case = CaseFactory()

    response = desk.post(page(case, "close"), {"outcome": "referred"}, follow=True)

    case.refresh_from_db()
    assert case.status == CaseStatus.NEW
    assert messages_of(response)[0].startswith(f"{case} stays open: it has a booking")
    assert verbs(case) == []


def test_reopen(desk, closed_case):
    response = desk.post(page(closed_case, "reopen"), follow=True)

    closed_case.refresh_from_db()
    assert (closed_case.status, closed_case.outcome) == (CaseStatus.OPEN, "")
    assert messages_of(response) == [f"{closed_case} is open again."]


@pytest.mark.parametrize(
    ("what", "said"),
    [("take", "is closed. Open it again first."), ("close", "is closed already.")],
)
def test_a_closed_case_says_so(desk, closed_case, what, said):
    response = desk.post(page(closed_case, what), {"outcome": "referred"}, follow=True)

    assert messages_of(response) == [f"{closed_case} {said}"]
    assert verbs(closed_case) == ["cases.case_closed"]


def test_an_open_case_is_not_opened_again(desk):
    case = CaseFactory()
    take_case(case_id=case.pk, owner=desk.user, now=NOW)

    response = desk.post(page(case, "reopen"), follow=True)

    assert messages_of(response) == [f"{case} is open already."]


def test_links_do_nothing(desk):
    case = CaseFactory()

    answers = {desk.get(page(case, what)).status_code for what in ("take", "close", "reopen")}

    assert answers == {405}
    assert verbs(case) == []


def test_nothing_is_added_or_deleted_by_hand(desk):
    case = CaseFactory()

    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(page(case, "delete"), {"post": "yes"}).status_code == 403


# RIGHTS


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_others_cannot_reach_cases(role):
    client = signed_in(role)
    case = CaseFactory()

    answers = {client.get(LIST).status_code, client.get(page(case)).status_code}
    answers |= {client.post(page(case, what)).status_code for what in ("take", "close")}

    assert answers <= {302, 403}
    assert verbs(case) == []


def test_strangers_are_sent_to_sign_in():
    case = CaseFactory()

    assert Client().get(page(case)).status_code == 302
    assert Client().post(page(case, "take")).status_code == 302
    assert verbs(case) == []


def test_a_case_that_is_not_there(desk):
    assert desk.get(f"{LIST}999/change/").status_code == 404
    assert desk.get(f"{LIST}abc/change/").status_code == 404
    assert desk.post(f"{LIST}999/take/").status_code == 404
