"""The whole way of a request for an interpreter: an office, a coordinator, two interpreters."""

import re
from datetime import timedelta
from time import sleep

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership
from accounts.tests.factories import PASSWORD, OrganizationFactory, UserFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import InterpreterRequest, Offer
from interpreters.tests.factories import InterpreterFactory
from notifications.services import send_due_notices

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
SOON = timedelta(hours=14)


@pytest.fixture
def office(new_page, assert_accessible):
    """A clerk of an approved organization, signed in on a phone."""

    def look(page):
        check_fit(page)
        assert_accessible(page)

    user = UserFactory()
    Membership.objects.create(user=user, organization=OrganizationFactory(approved=True))
    here = Journey(new_page(viewport=PHONE), "en", look)
    here.open("interpreters/new/")
    put(here.page, "login", user.email)
    put(here.page, "password", PASSWORD)
    here.press("main form:has([name=password]) button[type=submit]")
    assert here.page.url.endswith("/en/interpreters/new/")
    return here


def letters_to(*users):
    """Addresses in the newest letters. The server may be sending them at this moment."""
    wanted = {user.email for user in users}
    for _try in range(100):
        send_due_notices(timezone.now() + SOON)
        found = {each.to[0]: each for each in mail.outbox}
        if wanted <= found.keys():
            return [re.search(r"http\S+", found[user.email].body) for user in users]
        sleep(0.1)
    raise AssertionError(f"only {sorted(found)} were written to")


def test_tigrinya_at_a_health_center(office, desk, new_page, assert_accessible):
    first, second = (
        InterpreterFactory(account=UserFactory(language=language), name=name)
        for language, name in (("en", "Demo Almaz"), ("my", "Demo Berhane"))
    )
    day = timezone.localdate() + timedelta(days=30)
    for name, value in {
        "contact_name": "Demo Contact",
        "contact_phone": "03-0000-0000",
        "area": "足立区",
        "address": "Demo Street 1",
        "date": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
    }.items():
        office.page.locator(f"[name={name}]").fill(value)
    office.page.locator("[name=languages]").select_option(["ti"])
    office.page.locator("[name=setting]").select_option("health_center")
    office.page.locator("[name=accepts_terms]").check()
    office.send()
    request = InterpreterRequest.objects.get()

    # Three clicks: look for somebody, tick two, ask.
    desk.open_path(f"/admin/interpreters/interpreterrequest/{request.pk}/change/")
    desk.press("button:has-text('look for an interpreter')")
    for each in (first, second):
        desk.page.locator(f"[name=interpreter][value='{each.pk}']").check()
    desk.press("button:has-text('Ask those who are ticked')")
    assert Offer.objects.waiting().count() == 2

    def look(page):
        check_fit(page)
        assert_accessible(page)

    phone = Journey(new_page(viewport=PHONE), "en", look)
    phone.open_path(letters_to(first.account)[0][0])
    assert "Demo Street" not in phone.page.content()
    phone.page.locator("[name=can_come][value=yes]").check()
    phone.send()
    desk.open_path(f"/admin/interpreters/interpreterrequest/{request.pk}/change/")
    mail.outbox.clear()
    desk.press(f"[name=assign][value='{first.pk}']")

    told = [first.account, second.account, request.requested_by]
    address = letters_to(*told)[0][0]
    assert {each.to[0] for each in mail.outbox} == {user.email for user in told}
    assert Offer.objects.get(interpreter=second).status == OfferStatus.NOT_SELECTED
    mail.outbox.clear()
    send_due_notices(request.starts_at - timedelta(hours=20))
    assert [each.to[0] for each in mail.outbox] == [first.account.email]

    phone.open_path(address)
    assert "Demo Street" not in phone.page.content()
    phone.press("form:has([value=acknowledge]) button[type=submit]")
    assert "Demo Street" in phone.page.content()
    phone.press("form:has([value=check_in]) button[type=submit]")
    phone.press("form:has([value=check_out]) button[type=submit]")
    phone.page.locator("[name=minutes]").fill("115")
    phone.press("form:has([name=minutes]) button[type=submit]")
    assignment = request.assignments.get()
    assert assignment.status == AssignmentStatus.REPORTED

    office.open(f"interpreters/{request.reference}/")
    office.page.locator("[name=minutes]").fill("120")
    office.press("form:has([name=minutes]) button[type=submit]")
    request.refresh_from_db()
    assert request.status == RequestStatus.CLOSED
