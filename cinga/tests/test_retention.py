"""What is deleted when, what is not, and that the dry run tells the truth."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.models import Case, Resident
from cases.tests.factories import CaseFactory
from cinga import retention
from cinga.retention import RULES, count_expired, purge
from consultations.models import Booking, CallRequest, Draft, WaitingEntry
from consultations.tests.factories import BookingFactory
from privacy.models import Attempt

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LONG_AGO = NOW - 400 * DAY


def case(**columns):
    return CaseFactory(**{"opened_at": LONG_AGO, "resident__created_at": LONG_AGO} | columns)


def booking(*, ended_at, status="completed", **columns):
    """One that ended at that moment; its session was over then."""
    outcome = "advice_given" if status == "completed" else ""
    of_case = columns.pop("case", None) or case()
    return BookingFactory(
        **{
            "case": of_case,
            "slot__starts_at": ended_at - timedelta(hours=1),
            "slot__ends_at": ended_at,
            "booked_at": LONG_AGO,
            "status": status,
            "outcome": outcome,
            "ended_at": None if status == "confirmed" else ended_at,
        }
        | columns
    )


def entry(*, ended_at=None, status="left", of_case=None, **columns):
    entry = WaitingEntry(
        case=of_case or case(), status=status, joined_at=LONG_AGO, ended_at=ended_at, **columns
    )
    entry.set_link_digest()
    entry.save()
    return entry


def call(*, answered_at, of_case=None, **columns):
    columns = {"asked_at": LONG_AGO} | columns
    return CallRequest.objects.create(
        case=of_case or case(), key=uuid4(), answered_at=answered_at, **columns
    )


def counted(counts):
    return {kind: count for kind, count in counts.items() if count}


def is_erased(subject):
    return Resident.objects.get(pk=subject.case.resident_id).erased_at is not None


# PEOPLE


@pytest.mark.parametrize(("since_then", "goes"), [(timedelta(0), True), (-SECOND, False)])
def test_a_person_goes_half_a_year_after_the_last_session(since_then, goes):
    old = booking(ended_at=NOW - 180 * DAY - since_then)

    assert counted(purge(now=NOW)) == ({"residents": 1} if goes else {})
    assert is_erased(old) == goes


@pytest.mark.parametrize(("days", "goes"), [(30, True), (29, False)])
def test_who_never_had_an_appointment_goes_after_a_month(days, goes):
    ended_at = NOW - days * DAY
    subjects = [entry(ended_at=ended_at), call(answered_at=ended_at)]

    assert counted(purge(now=NOW)) == ({"requests": 2} if goes else {})
    assert [is_erased(subject) for subject in subjects] == [goes, goes]


def test_who_asked_for_a_call_and_had_an_appointment_stays_as_long_as_that():
    had_both = booking(ended_at=NOW - 40 * DAY)
    call(answered_at=NOW - 60 * DAY, of_case=had_both.case)

    assert counted(purge(now=NOW)) == {}


STILL_OPEN = {
    "a session without an outcome": lambda old: booking(
        ended_at=NOW - 200 * DAY, status="confirmed", case=old.case
    ),
    "a later session": lambda old: booking(ended_at=NOW - DAY, case=old.case),
    "the waiting list": lambda old: entry(status="waiting", of_case=old.case),
    "a request for a call": lambda old: call(answered_at=None, of_case=old.case),
    "a critical date": lambda old: Case.objects.update(critical_date=NOW.date() + DAY),
    "a case somebody works on": lambda old: Case.objects.update(status="open"),
    "a case just closed": lambda old: Case.objects.update(
        status="closed", outcome="referred", closed_at=NOW - DAY
    ),
    "another case": lambda old: case(resident=old.case.resident, opened_at=NOW - DAY),
}


@pytest.mark.parametrize("what", STILL_OPEN)
def test_whatever_is_open_keeps_the_person(what):
    old = booking(ended_at=NOW - 300 * DAY)
    STILL_OPEN[what](old)

    assert counted(purge(now=NOW)) == {}
    assert not is_erased(old)


def test_an_old_case_with_nothing_open_goes_though_nobody_closed_it():
    """The negative control of the table above."""
    old = booking(ended_at=NOW - 300 * DAY)

    assert counted(purge(now=NOW)) == {"residents": 1}
    assert Case.objects.get(pk=old.case_id).status == "anonymized"


# ROOMS AND NETWORKS


@pytest.mark.parametrize(("days", "goes"), [(7, True), (6, False)])
def test_room_links_go_a_week_after_the_session(days, goes):
    held = booking(ended_at=NOW - days * DAY, room_url="https://zoom.example/j/1")

    assert counted(purge(now=NOW)) == ({"room_links": 1} if goes else {})
    held.refresh_from_db()
    assert (held.room_url == "") == goes


def test_networks_go_after_a_day_and_the_rows_stay():
    def make(moment, seat):
        key = uuid4()
        Draft.objects.create(key=key, network="n", created_at=moment, expires_at=NOW + DAY)
        booking(ended_at=NOW, booked_at=moment, network="n", network_seat=seat)
        late = entry(status="waiting", network="n")
        WaitingEntry.objects.filter(pk=late.pk).update(joined_at=moment)
        call(answered_at=None, network="n", asked_at=moment)

    make(NOW - DAY, 1)
    make(NOW - DAY + SECOND, 2)

    expected = {
        "networks_of_drafts": 1,
        "networks_of_bookings": 1,
        "networks_of_waiting": 1,
        "networks_of_calls": 1,
    }
    assert counted(count_expired(now=NOW)) == counted(purge(now=NOW)) == expected
    for model in (Draft, Booking, WaitingEntry, CallRequest):
        assert sorted(model.objects.values_list("network", flat=True)) == ["", "n"]


def test_open_bookings_of_one_network_are_freed_of_it_together():
    """Without their seats, which no two may share."""
    for seat in (1, 2):
        booking(
            ended_at=NOW + seat * DAY,
            status="confirmed",
            booked_at=NOW - 2 * DAY,
            network="n",
            network_seat=seat,
        )

    assert counted(purge(now=NOW)) == {"networks_of_bookings": 2}


def test_tries_are_forgotten_after_a_day():
    for happened_at in (NOW - DAY, NOW - DAY + SECOND):
        Attempt.objects.create(sender="s", what="w", happened_at=happened_at)

    assert counted(purge(now=NOW)) == {"attempts": 1}
    assert Attempt.objects.get().happened_at == NOW - DAY + SECOND


# EVERY RULE


def test_batches_take_all_however_many_they_are(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    for _each in range(7):
        booking(ended_at=NOW - 200 * DAY, room_url="https://zoom.example/j/1", network="n")
        Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=LONG_AGO)

    expected = {"sessions": 7, "networks_of_bookings": 7, "room_links": 7, "residents": 7}
    assert counted(count_expired(now=NOW)) == expected
    assert counted(purge(now=NOW)) == expected
    assert counted(purge(now=NOW)) == counted(count_expired(now=NOW)) == {}


def test_every_rule_says_what_it_is_for():
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert all(getattr(rule.expired, "func", rule.expired).__doc__ for rule in RULES)


days_ago = st.integers(0, 400).map(lambda days: NOW - days * DAY)
things = st.lists(
    st.one_of(
        st.tuples(st.just("booking"), st.sampled_from(["completed", "confirmed"]), days_ago),
        st.tuples(st.just("entry"), st.sampled_from(["left", "expired", "waiting"]), days_ago),
        st.tuples(st.just("call"), st.sampled_from(["answered", "open"]), days_ago),
    ),
    max_size=3,
)
people = st.lists(st.tuples(st.sampled_from(["new", "open"]), things), max_size=4)
OPEN = {"confirmed", "waiting", "open"}


class WhoeverIsPurged(TestCase):
    @hypothesis_settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(people)
    def test_nothing_of_an_open_case_is_touched_and_the_dry_run_says_so(self, people):
        kept_alive = {}
        for status, of_person in people:
            their_case = case(status=status)
            for kind, state, moment in of_person:
                if kind == "booking":
                    booking(ended_at=moment, status=state, case=their_case, message="text")
                elif kind == "entry":
                    ended_at = None if state == "waiting" else moment
                    entry(ended_at=ended_at, status=state, of_case=their_case, payload='{"a": 1}')
                elif not CallRequest.objects.filter(case=their_case).exists():
                    answered_at = None if state == "open" else moment
                    call(answered_at=answered_at, of_case=their_case, message="text")
            kept_alive[their_case.pk] = status == "open" or _is_open(their_case)
        open_cases = [pk for pk, is_open in kept_alive.items() if is_open]
        before = _rows_of(open_cases)

        said = count_expired(now=NOW)
        done = purge(now=NOW)

        assert said == done
        assert _rows_of(open_cases) == before
        assert counted(count_expired(now=NOW)) == {}
        limit = settings.RESIDENT_DATA_KEPT
        for pk, is_open in kept_alive.items():
            if not is_open and _last_end(pk) <= NOW - limit:
                assert Case.objects.get(pk=pk).resident.erased_at


def _is_open(of_case):
    return (
        Booking.objects.open().filter(case=of_case).exists()
        or WaitingEntry.objects.on_the_list().filter(case=of_case).exists()
        or CallRequest.objects.open().filter(case=of_case).exists()
    )


def _last_end(pk):
    ends = [
        *Booking.objects.filter(case=pk).values_list("ended_at", flat=True),
        *WaitingEntry.objects.filter(case=pk).values_list("ended_at", flat=True),
        *CallRequest.objects.filter(case=pk).values_list("answered_at", flat=True),
    ]
    return max(ends, default=LONG_AGO)


def _rows_of(cases):
    return [
        list(Case.objects.filter(pk__in=cases).order_by("pk").values()),
        list(Resident.objects.filter(cases__in=cases).order_by("pk").values()),
        *[
            list(model.objects.filter(case__in=cases).order_by("pk").values())
            for model in (Booking, WaitingEntry, CallRequest)
        ],
    ]
