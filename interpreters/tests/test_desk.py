"""The coordinators' pages of requests and reports."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import AccessLog, Membership, Organization
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from interpreters.choices import AssignmentStatus, RequestStatus
from interpreters.models import (
    InterpreterReport,
    InterpreterRequest,
    RequesterReport,
)
from interpreters.models.request import WORDS
from interpreters.tests.factories import (
    HOUR,
    AssignmentFactory,
    InterpreterFactory,
    InterpreterRequestFactory,
    OfferFactory,
)
from notifications.services import send_due_notices
from privacy.fields import UnreadableValue

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


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def act(desk, wanted, verb, **data):
    url = reverse(f"admin:interpreters_interpreterrequest_{verb}", args=[wanted.pk])
    return desk.post(url, data, follow=True)


def test_three_clicks_from_a_request_to_a_sent_offer(desk, now):
    wanted = request_at(now)
    fitting = InterpreterFactory(name="Fitting")
    InterpreterFactory(name="Another Language", speaks=["am"])

    page = act(desk, wanted, "screen_in").text
    assert "Fitting" in page
    assert "Another Language" not in page
    everybody = desk.get(
        reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk]), {"all": 1}
    ).text
    assert everybody.index("Fitting") < everybody.index("Another Language")
    assert "does not interpret this language" in everybody
    answer = act(desk, wanted, "offer", interpreter=[fitting.pk])

    assert "Asked. You see the answers here." in answer.text
    assert wanted.offers.get().interpreter == fitting


def test_the_second_coordinator_is_told_who_has_the_time(desk, now):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    busy = InterpreterFactory(name="Busy Person")
    other = AssignmentFactory(interpreter=busy, request=request_at(now))

    answer = act(desk, wanted, "assign", assign=busy.pk)

    assert f"Busy Person is taken at that time by request {other.request}" in answer.text


@pytest.mark.parametrize(
    ("verb", "status"),
    [("screen_out", "out_of_scope"), ("unfilled", "unfilled"), ("cancel", "canceled")],
)
def test_a_request_ends_with_a_reason(desk, now, verb, status):
    begins = RequestStatus.SEARCHING if verb == "unfilled" else RequestStatus.SUBMITTED
    wanted = request_at(now, status=begins)

    act(desk, wanted, verb, reason="not public")

    wanted.refresh_from_db()
    assert wanted.status == status


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER])
@pytest.mark.parametrize("verb", ["screen_in", "screen_out", "offer", "assign", "cancel"])
def test_nobody_else_decides(now, role, verb):
    wanted = request_at(now)

    act(signed_in(role), wanted, verb, interpreter=["1"], assign="1")

    wanted.refresh_from_db()
    assert wanted.status == RequestStatus.SUBMITTED


def test_the_request_page_takes_the_same_statements_for_any_pool(
    desk, now, django_assert_max_num_queries
):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    page = reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk])
    desk.get(page)

    for count in (1, 10):
        InterpreterFactory.create_batch(count)
        with django_assert_max_num_queries(30):
            assert desk.get(page).status_code == 200


def test_the_board_tells_what_waits_for_a_coordinator(desk, now):
    request_at(now)
    unasked = request_at(now, status=RequestStatus.SEARCHING)
    asked = offered(now)
    request_at(now, status=RequestStatus.CLOSED)

    assert "2 requests for interpreters wait for you." in desk.get(reverse("admin:index")).text
    page = desk.get(
        reverse("admin:interpreters_interpreterrequest_changelist"), {"waiting": "desk"}
    ).text
    assert str(unasked) in page
    assert str(asked.request) not in page


def test_the_second_of_two_sees_what_the_first_has_saved(desk, now):
    wanted = request_at(now)
    page = reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk])
    form = desk.get(page).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in values.items()}
    starts, ends = timezone.localtime(wanted.starts_at), timezone.localtime(wanted.ends_at)
    typed |= {
        "starts_at_0": starts.date(),
        "starts_at_1": starts.time(),
        "ends_at_0": ends.date(),
        "ends_at_1": ends.time(),
        "needs_script": "",
    }
    assert desk.post(page, typed | {"area": "theirs"}).status_code == 302

    answer = desk.post(page, typed | {"area": "mine"})

    assert "Saved now: theirs" in answer.text
    wanted.refresh_from_db()
    assert wanted.area == "theirs"


@pytest.mark.parametrize("chosen", ["999999", "9" * 30, "-1", "x", ""])
def test_a_person_there_is_not_is_not_asked_and_does_not_go(desk, now, chosen):
    wanted = request_at(now, status=RequestStatus.SEARCHING)

    assert act(desk, wanted, "offer", interpreter=[chosen]).status_code == 200
    assert act(desk, wanted, "assign", assign=chosen).status_code == 200
    assert not wanted.offers.exists()
    assert not wanted.assignments.exists()


def test_whoever_has_stopped_is_not_asked(desk, now):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    stopped = InterpreterFactory(is_active=False)

    act(desk, wanted, "offer", interpreter=[stopped.pk])
    act(desk, wanted, "assign", assign=stopped.pk)

    assert not wanted.offers.exists()
    assert not wanted.assignments.exists()


@pytest.mark.parametrize("verb", ["cancel", "unfilled"])
def test_whoever_was_asked_is_told_when_nothing_comes_of_it(desk, now, verb):
    offer = offered(now, interpreter=InterpreterFactory(account=UserFactory(language="vi")))

    act(desk, offer.request, verb, reason="moved")
    send_due_notices(now + DAY)

    by_address = {letter.to[0]: letter.body for letter in mail.outbox}
    asked, asker = offer.interpreter.account.email, offer.request.requested_by.email
    assert set(by_address) == {asked, asker}
    assert "/o/" not in by_address[asked]
    assert str(offer.request) in by_address[asker]


# WHAT A COORDINATOR DOES ON THE DAY


def test_ill_at_ten_to_eight_is_two_clicks(desk, now):
    ill, other = (
        InterpreterFactory(name="Ill"),
        InterpreterFactory(name="Other", phone="03-0000-0008"),
    )
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    act(desk, wanted, "assign", assign=ill.pk)

    page = desk.get(reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk])).text
    assert "03-0000-0008" in page
    answer = act(desk, wanted, "replace", assign=other.pk)

    assert "Somebody else goes now." in answer.text
    assert wanted.assignments.occupying().get().interpreter == other


def test_the_day_can_be_told_by_telephone(desk, now):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    act(desk, wanted, "assign", assign=InterpreterFactory().pk)
    assert "It has changed" in act(desk, wanted, "check_in").text, "too early"
    soon = {"occupied_from": now - HOUR, "starts_at": now - HOUR / 2, "ends_at": now + HOUR}
    wanted.assignments.update(**soon)
    InterpreterRequest.objects.update(starts_at=soon["starts_at"], ends_at=soon["ends_at"])

    act(desk, wanted, "check_in")
    act(desk, wanted, "check_out", not_used="1")
    assert wanted.assignments.get().status == AssignmentStatus.ATTENDED_NOT_USED
    act(desk, wanted, "waive", reason="known")
    assert wanted.assignments.get().report_waived_at is not None


@pytest.mark.parametrize(
    "verb", ["give_back", "check_in", "check_out", "absent", "waive", "replace"]
)
def test_an_act_out_of_turn_is_told_and_changes_nothing(desk, now, verb):
    wanted = request_at(now)
    answer = act(desk, wanted, verb, assign="1")
    assert answer.status_code == 200
    wanted.refresh_from_db()
    assert wanted.status == RequestStatus.SUBMITTED


def test_whoever_saves_second_sees_what_the_first_saved(desk, now):
    wanted = request_at(now)
    url = reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk])
    form = desk.get(url).context["adminform"].form
    seen = {name: form.initial.get(name) for name in form.fields}
    first, second = (
        {
            **{
                name: value
                for name, value in seen.items()
                if value is not None and value is not False
            },
            "starts_at_0": f"{timezone.localdate(wanted.starts_at)}",
            "starts_at_1": f"{timezone.localtime(wanted.starts_at):%H:%M}",
            "ends_at_0": f"{timezone.localdate(wanted.ends_at)}",
            "ends_at_1": f"{timezone.localtime(wanted.ends_at):%H:%M}",
            "area": area,
        }
        for area in ("港区", "北区")
    )
    saved = desk.post(url, first)
    assert saved.status_code == 302, saved.context["errors"]
    answer = desk.post(url, second)

    assert answer.status_code == 200
    assert "Somebody else has saved this in the meantime" in answer.text
    assert "Saved now: 港区" in answer.text
    wanted.refresh_from_db()
    assert wanted.area == "港区"


def test_lists_read_nothing_that_is_encrypted(desk, now):
    wanted = request_at(now)
    report = InterpreterReport.objects.create(
        assignment=AssignmentFactory(request=wanted), minutes=1, remarks="A canary", created_at=now
    )
    with connection.cursor() as cursor:
        for name in WORDS:
            cursor.execute(f"UPDATE interpreters_interpreterrequest SET {name} = 'no key'")  # noqa: S608
        cursor.execute("UPDATE interpreters_interpreterreport SET remarks = 'no key'")
    member = signed_in("")
    Membership.objects.create(user=member.user, organization=wanted.organization)
    Organization.objects.update(approved_at=now, approved_by=desk.user)
    for client, path in (
        (desk, "/admin/interpreters/interpreterrequest/"),
        (desk, "/admin/interpreters/interpreterreport/"),
        (member, "/en/interpreters/"),
    ):
        assert str(wanted) in client.get(path).text
    with pytest.raises(UnreadableValue):
        desk.get(f"/admin/interpreters/interpreterreport/{report.pk}/change/")


def test_a_name_is_shown_as_it_is_written(desk, now):
    wanted = request_at(now, status=RequestStatus.SEARCHING)
    InterpreterFactory(name="<b>&{0}", phone="<i>1")
    page = desk.get(reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk])).text
    assert "&lt;b&gt;&amp;{0}" in page
    assert "<b>&{0}" not in page
    assert "<i>1" not in page


def test_looking_at_a_report_is_noted(desk, now):
    report = InterpreterReport.objects.create(
        assignment=AssignmentFactory(request=request_at(now)), minutes=1, created_at=now
    )
    desk.get(f"/admin/interpreters/interpreterreport/{report.pk}/change/")
    assert AccessLog.objects.get().subject == f"interpreters.InterpreterReport:{report.pk}"


def test_looking_at_a_request_is_noted(desk, now):
    wanted = request_at(now)
    desk.get(reverse("admin:interpreters_interpreterrequest_change", args=[wanted.pk]))
    entry = AccessLog.objects.get()
    assert (entry.user, entry.subject) == (
        desk.user,
        f"interpreters.InterpreterRequest:{wanted.pk}",
    )


def test_the_queue_says_what_is_next_and_what_presses_most(desk, now):
    later = request_at(now, status=RequestStatus.SEARCHING, submitted_at=now - DAY)
    first = request_at(now, submitted_at=now - 2 * DAY)
    done = request_at(now, status=RequestStatus.CLOSED)
    page = desk.get(reverse("admin:interpreters_interpreterrequest_changelist")).text
    places = [page.index(str(each)) for each in (first, later, done)]
    assert places == sorted(places)
    assert "decide whether it is for us" in page
    assert "ask interpreters" in page


# REPORTS


def test_what_differs_and_who_wishes_to_talk_is_found(desk, now):
    wanted = request_at(now)
    rows = {}
    for name, minutes, debrief in (
        ("alike", 110, False),
        ("apart", 200, False),
        ("talk", 110, True),
    ):
        assignment = AssignmentFactory(request=wanted, status=AssignmentStatus.RETURNED)
        rows[name] = InterpreterReport.objects.create(
            assignment=assignment, minutes=minutes, wants_debrief=debrief, created_at=now
        )
        RequesterReport.objects.create(assignment=assignment, minutes=115, created_at=now)
    assert set(InterpreterReport.objects.to_look_at()) == {rows["apart"], rows["talk"]}

    page = "/admin/interpreters/interpreterreport/"
    for action in ("note_debriefed", "note_settled"):
        keys = [each.pk for each in rows.values()]
        desk.post(page, {"action": action, "_selected_action": keys}, follow=True)
    assert not InterpreterReport.objects.to_look_at().exists()
    answer = desk.post(page, {"action": "as_csv", "_selected_action": [rows["apart"].pk]})
    assert answer.content.decode("utf-8-sig").splitlines()[1].endswith(",200,0")
