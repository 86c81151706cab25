"""The waiting list at the desk."""

import pytest
from django.utils import timezone

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from consultations.models import WaitingEntry
from consultations.services.waiting import join_from_draft
from consultations.tests.acts import begin_draft
from consultations.tests.factories import ConsultationDayFactory, ExpertFactory, SlotFactory
from privacy.fields import UnreadableValue

LIST = "/admin/consultations/waitingentry/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def join(name="Lan"):
    now = timezone.now()
    draft = begin_draft(now=now, email=f"{name.lower()}@example.org", nickname=name)
    return join_from_draft(key=draft.key, consent_language="vi", network="", now=now)


def page(entry, what="change/"):
    return f"{LIST}{entry.pk}/{what}"


def act(client, entry, name, **data):
    return client.post(page(entry, f"act/{name}/"), data, follow=True)


def status(entry):
    return WaitingEntry.objects.get(pk=entry.pk).status


def html_of(response):
    return response.content.decode()


def test_the_list_is_in_the_order_in_which_times_are_offered(desk):
    first, second, third = join("First"), join("Second"), join("Third")
    third.go_first()
    first.leave(at=timezone.now())

    shown = desk.get(LIST).context["cl"].result_list

    assert list(shown) == [third, second]
    assert list(desk.get(f"{LIST}?list=no").context["cl"].result_list) == [first]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long_it_is(desk, django_assert_num_queries, count):
    for number in range(count):
        join(f"Lan{number}")
    with django_assert_num_queries(10):
        desk.get(LIST)


def test_list_and_page_decrypt_nothing(desk, monkeypatch):
    entry = join()
    monkeypatch.setattr(
        "privacy.fields.EncryptedTextField.from_db_value",
        lambda *args: (_ for _ in ()).throw(UnreadableValue),
    )

    assert desk.get(LIST).status_code == 200
    assert desk.get(page(entry)).status_code == 200


def test_contact_and_code_are_shown_on_request_and_noted(desk):
    entry = join()
    assert "lan@example.org" not in html_of(desk.get(page(entry)))

    assert "lan@example.org" in html_of(desk.post(page(entry, "show/contact/")))
    assert entry.link_code in html_of(desk.post(page(entry, "show/code/")))
    assert desk.post(page(entry, "show/more/")).status_code == 404
    assert list(AccessLog.objects.order_by("pk").values_list("purpose", flat=True)) == [
        "waiting_entry_opened",
        "contact_shown",
        "code_shown",
    ]


def test_a_free_time_is_offered_out_of_turn(desk):
    join()
    second, slot = join("Second"), SlotFactory()

    response = act(desk, second, "offer", slot=slot.pk)

    assert "The time is offered." in html_of(response)
    assert status(second) == "offered"
    assert act(desk, second, "offer", slot=slot.pk).status_code == 409


def test_what_is_not_possible_is_said(desk):
    entry = join()
    slot = SlotFactory()
    WaitingEntry.objects.filter(pk=entry.pk).update(status="expired")

    assert "Nothing is done" in html_of(act(desk, entry, "offer", slot=slot.pk))
    assert "Nothing is done" in html_of(act(desk, entry, "first"))
    assert act(desk, entry, "offer").status_code == 422
    assert act(desk, entry, "else").status_code == 404


def test_somebody_is_put_first_and_taken_off(desk):
    entry = join()

    act(desk, entry, "first")
    assert WaitingEntry.objects.get().is_first
    act(desk, entry, "remove")
    assert status(entry) == "left"
    # The history of the page says who did it.
    assert "The person is off the waiting list." in html_of(desk.get(page(entry)))


def test_what_a_person_says_on_the_telephone_is_done_for_them(desk):
    entry, other = join(), join("Second")
    act(desk, entry, "offer", slot=SlotFactory().pk)

    act(desk, entry, "decline")
    assert status(entry) == "waiting"
    assert status(other) == "offered"
    assert "The time is booked." in html_of(act(desk, other, "take"))
    assert status(other) == "taken"
    assert other.case.events.get(verb="consultations.waiting_taken").actor_role == "coordinator"
    assert "Nothing is done" in html_of(act(desk, entry, "take"))


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER, roles.EDITOR])
def test_nobody_else_sees_who_waits(role):
    entry = join()
    client = signed_in(role)

    for answer in (
        client.get(LIST),
        client.get(page(entry)),
        client.post(page(entry, "show/code/")),
    ):
        assert answer.status_code in {302, 403, 404}
    act(client, entry, "remove")
    assert status(entry) == "waiting"


def test_publishing_a_day_offers_its_times_to_who_waits(desk):
    entry = join()
    day = ConsultationDayFactory(is_published=False)
    SlotFactory(day=day, expert=ExpertFactory())

    desk.post(
        "/admin/consultations/consultationday/",
        {"action": "publish", "_selected_action": [day.pk]},
    )

    assert status(entry) == "offered"


def test_added_slots_are_offered_to_who_waits(desk):
    entry = join()
    day, expert = ConsultationDayFactory(), ExpertFactory()

    desk.post(
        f"/admin/consultations/consultationday/{day.pk}/slots/",
        {"expert": expert.pk, "first_at": "10:00", "count": 2, "minutes": 45, "pause": 15},
    )

    assert status(entry) == "offered"
