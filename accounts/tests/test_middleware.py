from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from accounts import middleware, roles
from accounts.middleware import SEEN_AT, SIGNED_IN_AT, note_presence, session_has_ended
from accounts.tests.factories import UserFactory
from accounts.tests.test_sign_in import is_signed_in

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def clock(monkeypatch):
    """`clock.now` is what the middleware takes for the present."""
    hands = SimpleNamespace(now=NOON)
    monkeypatch.setattr(middleware, "timezone", SimpleNamespace(now=lambda: hands.now))
    return hands


@pytest.mark.parametrize(
    ("idle", "length", "ended"),
    [
        (timedelta(minutes=30), timedelta(hours=12), False),
        (timedelta(minutes=30, seconds=1), timedelta(hours=1), True),
        (timedelta(0), timedelta(hours=12, seconds=1), True),
    ],
)
def test_session_ends_when_idle_or_old(idle, length, ended):
    session = {
        SEEN_AT: int((NOON - idle).timestamp()),
        SIGNED_IN_AT: int((NOON - length).timestamp()),
    }

    assert session_has_ended(session, NOON) is ended


def test_presence_is_written_once_a_minute():
    session = {}
    note_presence(session, NOON)
    first = dict(session)

    note_presence(session, NOON + timedelta(seconds=59))
    assert session == first

    note_presence(session, NOON + timedelta(seconds=60))
    assert session[SEEN_AT] - first[SEEN_AT] == 60
    assert session[SIGNED_IN_AT] == first[SIGNED_IN_AT]


def test_staff_who_were_away_sign_in_again(client, clock):
    client.force_login(UserFactory(role=roles.COORDINATOR))
    assert is_signed_in(client)

    clock.now = NOON + timedelta(minutes=29)
    assert is_signed_in(client)
    clock.now += timedelta(minutes=31)
    away = client.get("/page/", follow=True)

    assert away.content == b"signed in: False"
    assert not is_signed_in(client)


def test_staff_sign_in_again_after_twelve_hours_of_work(client, clock):
    client.force_login(UserFactory(role=roles.EXPERT))

    for _quarter in range(4 * 12 + 1):
        assert is_signed_in(client)
        clock.now += timedelta(minutes=15)

    assert not is_signed_in(client)


def test_others_may_take_their_time(client, clock):
    client.force_login(UserFactory(role=roles.INTERPRETER))
    assert is_signed_in(client)

    clock.now += timedelta(hours=3)

    assert is_signed_in(client)


def test_page_after_the_end_says_why(client, clock):
    client.force_login(UserFactory(role=roles.COORDINATOR))
    client.get("/admin/")

    clock.now += timedelta(hours=1)
    page = client.get("/admin/", follow=True)

    assert page.redirect_chain[-1][0].startswith("/accounts/login/")
    assert "You were signed out after a while" in page.content.decode()


def test_residents_cost_nothing(client, django_assert_num_queries, second_factor_required):
    with django_assert_num_queries(0):
        answer = client.get("/page/")

    assert answer.content == b"signed in: False"


def test_public_pages_ask_no_session_even_of_staff(
    client, django_assert_num_queries, second_factor_required
):
    client.force_login(UserFactory(role=roles.COORDINATOR))

    with django_assert_num_queries(0):
        answer = client.get("/public/")

    assert answer.content == b"for everybody"


def test_staff_cost_three_queries(client, django_assert_num_queries):
    """Session and user, which every page of theirs reads, and the roles where needed."""
    client.force_login(UserFactory(role=roles.COORDINATOR))
    client.get("/page/")

    with django_assert_num_queries(2):
        client.get("/page/")


def test_second_factor_costs_one_more_query(
    client, django_assert_num_queries, second_factor_required, sign_in, add_totp, totp_code
):
    user = UserFactory(role=roles.COORDINATOR)
    add_totp(user)
    sign_in(user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    client.get("/page/")

    with django_assert_num_queries(3):
        client.get("/page/")
