"""Who sees what: one declared answer for every page and everybody (design §8, docs/interpreters.md).

A page that is not declared fails, and so does one that shows more, or less, than is declared.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import roles
from accounts.models import Membership
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory
from interpreters import urls
from interpreters.admin.request_acts import ACTS
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import Assignment, InterpreterReport, Offer, RequesterReport, Workshop
from interpreters.services.own import feed_of
from interpreters.tests.factories import (
    AssignmentFactory,
    InterpreterFactory,
    InterpreterRequestFactory,
    OfferFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("languages")]
DAY = timedelta(days=1)

# What can be seen, and the words by which a page gives it away.
SECRETS = {
    "client": ["Canary Organization"],
    "place": ["Canary Street 1", "03-0000-0009", "Canary Contact", "Canary outline", "Canary care"],
    "ward": ["カナリア区"],
    "interpreter": ["Canary Almaz"],
    "phone": ["03-0000-0077"],
    "note": ["Canary note"],
}
NOTHING = frozenset()
EVERYBODY = (
    "anonymous",
    "stranger",
    "other_member",
    "own_member",
    "other_interpreter",
    "own_interpreter",
    "expert",
    "coordinator",
)


def shows(text):
    return {kind for kind, words in SECRETS.items() if any(word in text for word in words)}


@dataclass
class World:
    clients: dict
    pages: dict


@pytest.fixture
def world():
    """One request whose interpreter has not confirmed yet, and everybody who might look."""
    now = timezone.now()
    start = (now + 20 * DAY).replace(minute=0, second=0, microsecond=0)
    client_of = {name: signed_in("") for name in EVERYBODY if name not in {"anonymous"}}
    client_of["anonymous"] = Client(headers={"accept-language": "en"})
    client_of["expert"] = signed_in(roles.EXPERT)
    client_of["coordinator"] = signed_in(roles.COORDINATOR)
    own = OrganizationFactory(approved=True, name="Canary Organization")
    Membership.objects.create(user=client_of["own_member"].user, organization=own)
    Membership.objects.create(
        user=client_of["other_member"].user, organization=OrganizationFactory(approved=True)
    )
    goes = InterpreterFactory(
        account=client_of["own_interpreter"].user,
        name="Canary Almaz",
        phone="03-0000-0077",
        note="Canary note",
    )
    InterpreterFactory(account=client_of["other_interpreter"].user)
    request = InterpreterRequestFactory(
        organization=own,
        requested_by=client_of["own_member"].user,
        status=RequestStatus.ASSIGNED,
        starts_at=start,
        area="カナリア区",
        address="Canary Street 1",
        contact_name="Canary Contact",
        contact_phone="03-0000-0009",
        outline="Canary outline",
        safety_note="Canary care",
    )
    offer = OfferFactory(
        request=request, interpreter=goes, status=OfferStatus.ACCEPTED, reply_by=now + DAY
    )
    assignment = AssignmentFactory(request=request, interpreter=goes)
    report = InterpreterReport.objects.create(assignment=assignment, minutes=1, created_at=now)
    workshop = Workshop.objects.create(
        title="Demo", starts_at=now + DAY, ends_at=now + 2 * DAY, place="Demo"
    )
    here = {
        "requests": reverse("interpreters:requests"),
        "new": reverse("interpreters:new"),
        "request": reverse("interpreters:request", args=[request.reference]),
        "me": reverse("interpreters:me"),
        "workshops": reverse("interpreters:workshops"),
        "feed": reverse("interpreters:feed", args=[feed_of(goes).link_token]),
        "offer": reverse("interpreters:offer", args=[offer.link_token]),
        "assignment": reverse("interpreters:assignment", args=[assignment.link_token]),
        "figures": reverse("admin:interpreters_interpreterrequest_figures"),
    }
    for model, pk in (
        ("interpreterrequest", request.pk),
        ("interpreter", goes.pk),
        ("interpreterreport", report.pk),
        ("workshop", workshop.pk),
    ):
        here[f"{model} list"] = reverse(f"admin:interpreters_{model}_changelist")
        here[f"{model} page"] = reverse(f"admin:interpreters_{model}_change", args=[pk])
        here[f"{model} history"] = reverse(f"admin:interpreters_{model}_history", args=[pk])
        if model != "interpreterreport":
            here[f"{model} add"] = reverse(f"admin:interpreters_{model}_add")
    return World(client_of, here)


def only(answer, *who, others=(302, NOTHING)):
    """The same for everybody but a few."""
    return {name: answer if name in who else others for name in EVERYBODY}


def desk_alone(*kinds):
    return only((200, {*kinds}), "coordinator")


# Behind a link: whoever holds it. That the world cannot guess it is the links' own test.
def holder(*kinds):
    return dict.fromkeys(EVERYBODY, (200, {*kinds}))


MATRIX = {
    "requests": only((200, NOTHING), *EVERYBODY),
    "new": only((200, NOTHING), "other_member") | {"own_member": (200, {"client"})},
    "request": only((200, {"place", "ward"}), "own_member", "coordinator", others=(404, NOTHING))
    | {"anonymous": (302, NOTHING)},
    "me": only((200, NOTHING), "own_interpreter", "other_interpreter", others=(404, NOTHING))
    | {"anonymous": (302, NOTHING)},
    "workshops": only((302, NOTHING), "anonymous", others=(200, NOTHING)),
    "feed": holder(),
    "offer": holder("ward"),
    "assignment": holder("ward"),
    "figures": desk_alone(),
    "interpreterrequest list": desk_alone("client"),
    "interpreterrequest page": desk_alone("client", "place", "ward", "interpreter"),
    "interpreterrequest history": desk_alone(),
    "interpreterrequest add": desk_alone(),
    "interpreter list": desk_alone("interpreter"),
    "interpreter page": desk_alone("interpreter", "phone", "note"),
    "interpreter history": desk_alone("interpreter"),
    "interpreter add": desk_alone(),
    "interpreterreport list": desk_alone("interpreter"),
    "interpreterreport page": desk_alone("interpreter"),
    "interpreterreport history": desk_alone(),
    "workshop list": desk_alone(),
    "workshop page": desk_alone(),
    "workshop history": desk_alone(),
    "workshop add": desk_alone(),
}


@pytest.mark.parametrize("page", sorted(MATRIX))
def test_each_page_shows_to_each_what_is_declared(world, page):
    seen = {}
    for name in EVERYBODY:
        answer = world.clients[name].get(world.pages[page])
        text = answer.text if answer.status_code in {200, 404} else ""
        seen[name] = (answer.status_code, shows(text))
    assert seen == {name: (status, set(kinds)) for name, (status, kinds) in MATRIX[page].items()}


def test_every_page_is_declared(world):
    assert set(world.pages) == set(MATRIX)
    ours = {pattern.name for pattern in urls.urlpatterns}
    assert ours <= set(MATRIX)
    acts = {act.name for act in ACTS}
    admin_urls = {
        name.removeprefix("interpreters_")
        for name in get_resolver("cinga.urls").namespace_dict["admin"][1].reverse_dict
        if isinstance(name, str) and name.startswith("interpreters_")
    }
    known = {f"interpreterrequest_{act}" for act in acts} | {"interpreterrequest_figures"}
    for name in admin_urls - known:
        model, _line, verb = name.partition("_")
        if verb == "delete":
            continue
        words = {"changelist": "list", "change": "page", "add": "add", "history": "history"}
        declared = f"{model} {words[verb]}" in MATRIX
        # Nobody writes a report in the admin.
        assert declared or name == "interpreterreport_add", name


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "coordinator"])
def test_nobody_but_a_coordinator_acts(world, name):
    before = world.clients["coordinator"].get(world.pages["interpreterrequest page"]).text
    for act in ACTS:
        url = world.pages["interpreterrequest page"].replace("change", act.name)
        answer = world.clients[name].post(url, {"reason": "x", "assign": "1", "number": "0"})
        assert answer.status_code in {302, 404}
        assert shows(answer.text) == set()
    after = world.clients["coordinator"].get(world.pages["interpreterrequest page"]).text
    assert before.count("<li") == after.count("<li")


@pytest.mark.parametrize(
    ("status", "since_report", "kinds"),
    [
        (AssignmentStatus.CONFIRMED, None, {"ward"}),
        (AssignmentStatus.ACKNOWLEDGED, None, {"ward", "place"}),
        (AssignmentStatus.CHECKED_IN, None, {"ward", "place"}),
        (AssignmentStatus.CHECKED_OUT, None, {"ward", "place"}),
        (AssignmentStatus.REPORTED, timedelta(days=6), {"ward", "place"}),
        (AssignmentStatus.REPORTED, timedelta(days=7), {"ward"}),
        (AssignmentStatus.RETURNED, None, NOTHING),
        (AssignmentStatus.ABSENT, None, NOTHING),
    ],
)
def test_an_interpreter_sees_step_by_step_and_then_no_more(world, status, since_report, kinds):

    reported_at = timezone.now() - since_report if since_report else None
    Assignment.objects.update(status=status, reported_at=reported_at)
    text = Client().get(world.pages["assignment"]).text
    assert shows(text) == set(kinds)


@pytest.mark.parametrize("status", OfferStatus.values)
def test_an_offer_never_tells_who_it_is_for(world, status):

    Offer.objects.update(status=status)
    assert shows(Client().get(world.pages["offer"]).text) == {"ward"}


def test_a_member_whose_organization_lost_its_approval_sees_nothing(world):
    organization = world.clients["own_member"].user.organizations.get()
    organization.withdraw_approval()
    assert world.clients["own_member"].get(world.pages["request"]).status_code == 404


def test_remarks_are_for_coordinators_alone(world):
    InterpreterReport.objects.update(remarks="")
    RequesterReport.objects.create(
        assignment=InterpreterReport.objects.get().assignment,
        minutes=1,
        remarks="Canary note",
        created_at=timezone.now(),
    )
    for page in ("request", "assignment", "offer", "me"):
        for name in EVERYBODY:
            answer = world.clients[name].get(world.pages[page])
            assert answer.status_code != 200 or "note" not in shows(answer.text)
    page = world.clients["coordinator"].get(world.pages["interpreterreport page"])
    assert "note" in shows(page.text)
