from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from cinga import health
from notifications.tests.factories import CallFactory, NoticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker(monkeypatch):
    """What the broker answers, without one."""
    answers = ["ok"]
    monkeypatch.setattr(health, "_broker", lambda: answers[-1])
    return answers


def due(age, factory=NoticeFactory):
    now = timezone.now()
    return factory(due_at=now - age, expires_at=now + timedelta(days=1))


def ask():
    return Client().get("/healthz")


def test_all_is_well():
    response = ask()

    assert response.status_code == 200
    assert response.json() == {
        "database": "ok",
        "broker": "ok",
        "oldest_due_notice_seconds": 0,
        "version": settings.VERSION,
    }
    assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503)])
def test_a_letter_that_is_ten_minutes_late_is_not_well(minutes, status):
    due(timedelta(minutes=minutes))

    response = ask()

    assert response.status_code == status
    assert minutes * 60 <= response.json()["oldest_due_notice_seconds"] <= minutes * 60 + 30


def test_a_call_that_waits_for_a_person_is_no_late_letter():
    due(timedelta(hours=1), CallFactory)

    assert ask().status_code == 200


def test_a_broker_that_is_down_is_named_but_loses_nothing(broker):
    broker.append("down")

    response = ask()

    assert (response.status_code, response.json()["broker"]) == (200, "down")


def test_a_database_that_is_down_is_not_well(monkeypatch):
    class Connection:
        def cursor(self):
            raise DatabaseError("password=canary")

    monkeypatch.setattr(health, "connection", Connection())

    response = ask()

    assert response.status_code == 503
    assert response.json()["database"] == "down"
    assert b"canary" not in response.content


def test_a_broker_nobody_answers_for_is_down(monkeypatch):
    monkeypatch.undo()

    def refuse(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(health.app, "connection_for_write", refuse)

    assert ask().json()["broker"] == "down"


def test_health_needs_no_session_and_no_language():
    response = ask()

    assert response.cookies == {}
    assert Client().post("/healthz").status_code == 405
