"""A thumb that presses twice, and everybody at once: one arrival, one call."""

from copy import copy
from functools import partial

import pytest
from django.utils import timezone

from cases.models import CaseEvent
from consultations.services import sessions
from consultations.services.sessions import ask_for_call, check_in
from consultations.tests.test_joining import session, with_phone
from consultations.tests.test_races import silent_doorbell  # noqa: F401
from interface.tests.together import AT_ONCE, at_once
from notifications.models import Notice

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("silent_doorbell"),
]


def press_at_once(booking):
    """Many arrivals of one side, then as many requests for a call."""
    here = {"booking_id": booking.pk, "now": timezone.now()}
    at_once([partial(check_in, side="resident", **here)] * AT_ONCE)
    at_once([partial(ask_for_call, **here)] * AT_ONCE)


def verbs():
    return sorted(CaseEvent.objects.values_list("verb", flat=True))


def test_who_presses_many_times_has_come_once_and_is_called_once():
    press_at_once(session(case__resident=with_phone()))

    assert verbs() == ["consultations.checked_in", "consultations.help_asked"]
    assert Notice.objects.count() == 1


def test_without_the_lock_they_come_many_times(monkeypatch):
    """The negative control: everybody acts on what they read before."""
    booking = session(case__resident=with_phone())
    monkeypatch.setattr(sessions, "_locked_booking", lambda pk: copy(booking))

    at_once(
        [partial(check_in, booking_id=booking.pk, side="resident", now=timezone.now())] * AT_ONCE
    )

    assert verbs() == ["consultations.checked_in"] * AT_ONCE
