"""The portal as an installation begins, for a browser. The clock is the real one."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.services import grant_role_permissions
from accounts.tests.factories import PASSWORD, UserFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from consultations.services.days import generate_slots
from consultations.services.reference import load_consultation_reference
from consultations.tests.factories import TOKYO, ConsultationDayFactory, ExpertFactory
from schedules.services import load_schedules
from taxonomy.services import load_taxonomy

PHONE = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def portal(live_server, settings):
    """Languages, topics, hours, emergency numbers; letters lead to the server under test."""
    settings.LINK_ORIGIN = settings.NEUTRAL_LINK_ORIGIN = live_server.url
    load_taxonomy()
    load_schedules()
    load_consultation_reference()
    grant_role_permissions()


@pytest.fixture
def slots(portal):
    """Four times of a lawyer, ten days ahead."""
    now = timezone.now()
    day = ConsultationDayFactory(
        date=(now + timedelta(days=10)).astimezone(TOKYO).date(),
        booking_opens_at=now - timedelta(days=1),
    )
    return generate_slots(
        day_id=day.pk,
        expert_id=ExpertFactory().pk,
        first_at=time(10),
        count=4,
        minutes=45,
        pause=15,
    )


@pytest.fixture
def journey(new_page):
    """Begin a journey: `journey("ur", javascript=False)`."""

    def start(language, look=None, **options):
        return Journey(new_page(**options), language, *([look] if look else []))

    return start


@pytest.fixture
def desk(new_page, assert_accessible):
    """Signed in, on the board; every page is looked at."""

    def look(page):
        check_fit(page)
        assert_accessible(page)

    user = UserFactory(role=roles.COORDINATOR)
    # Axe writes styles of its own into these pages, which their policy would block.
    here = Journey(new_page(viewport=PHONE, bypass_csp=True), "en", look)
    here.open_path("/admin/")
    put(here.page, "login", user.email)
    put(here.page, "password", PASSWORD)
    here.press("main form:has([name=password]) button[type=submit]")
    assert here.page.url.endswith("/admin/")
    return here
