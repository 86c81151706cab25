"""On request: all that is kept about a person, or nothing any more."""

import pytest
from django.contrib.sessions.models import Session

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from cases.models import CaseEvent, Resident
from consultations.models import Booking, WaitingEntry
from consultations.tests.acts import book, every_row
from consultations.tests.factories import NOW, SlotFactory

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def booking():
    booking = book(SlotFactory(), nickname="Canary", message="canary-message")
    entry = WaitingEntry(case=booking.case, joined_at=NOW, payload='{"a": "canary-payload"}')
    entry.set_link_digest()
    entry.save()
    return booking


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def kept_rows():
    """Without the sign-in, which every page prolongs."""
    return {model: rows for model, rows in every_row().items() if model is not Session}


def address(booking, rest=""):
    return f"/admin/consultations/booking/person/{booking.case_id}/{rest}"


def test_the_page_of_the_case_leads_there(booking, desk):
    page = desk.get(f"/admin/cases/case/{booking.case_id}/change/")

    assert f'href="{address(booking)}"' in page.content.decode()


def test_looking_shows_nothing_personal_and_changes_nothing(booking, desk):
    before = kept_rows()

    page = desk.get(address(booking)).content.decode()

    assert "anary" not in page
    assert kept_rows() == before


def test_erasing_needs_the_word_that_somebody_asked(booking, desk):
    before = kept_rows()

    response = desk.post(address(booking), {})

    assert response.status_code == 422
    assert kept_rows() == before


def test_erasing_wipes_the_person_and_names_the_coordinator(booking, desk):
    response = desk.post(address(booking), {"is_asked_for": "on"})

    event = CaseEvent.objects.get(verb="consultations.data_erased")
    assert response["Location"] == f"/admin/cases/case/{booking.case_id}/change/"
    assert Resident.objects.get().nickname == ""
    assert Booking.objects.get().canceled_by == "coordinator"
    assert (event.actor, event.actor_role) == (desk.user, "coordinator")


def test_the_pages_of_the_desk_open_after_it(booking, desk):
    desk.post(address(booking), {"is_asked_for": "on"})

    for page in (
        address(booking),
        f"/admin/cases/case/{booking.case_id}/change/",
        f"/admin/consultations/booking/{booking.pk}/change/",
        "/admin/consultations/booking/",
    ):
        assert desk.get(page).status_code == 200, page
    shown = desk.post(f"/admin/consultations/booking/{booking.pk}/show/contact/")
    assert shown.status_code == 200


def test_the_file_holds_all_that_was_typed_and_no_key(booking, desk):
    response = desk.post(address(booking, "export/"))

    kept = response.json()
    text = response.content.decode()
    [case] = kept["cases"]
    assert response["Content-Disposition"] == 'attachment; filename="export.json"'
    assert "no-store" in response["Cache-Control"]
    assert (kept["person"]["nickname"], kept["person"]["email"]) == ("Canary", "lan@example.org")
    assert case["bookings"][0]["message"] == "canary-message"
    assert "canary-payload" in case["waiting_list"][0]["payload"]
    assert "consultations.booking_made" in [line["verb"] for line in case["history"]]
    assert kept["letters_and_calls"]
    for secret in (booking.link_token, booking.link_code, booking.link_digest):
        assert secret not in text


def test_the_file_is_noted(booking, desk):
    desk.post(address(booking, "export/"))

    entry = AccessLog.objects.get(purpose="data_exported")
    assert (entry.user, entry.subject) == (
        desk.user,
        f"cases.Resident:{booking.case.resident_id}",
    )
    assert CaseEvent.objects.filter(verb="consultations.data_exported").count() == 1


@pytest.mark.parametrize("role", [roles.EXPERT, roles.EDITOR])
def test_nobody_else_comes_there(booking, role):
    visitor = signed_in(role)
    before = kept_rows()

    for response in (
        visitor.get(address(booking)),
        visitor.post(address(booking), {"is_asked_for": "on"}),
        visitor.post(address(booking, "export/")),
    ):
        assert response.status_code in {302, 403, 404}
        assert "anary" not in response.content.decode()
    assert kept_rows() == before


def test_a_file_is_made_by_post_only(booking, desk):
    assert desk.get(address(booking, "export/")).status_code == 405
