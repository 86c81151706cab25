import io
import logging
import sys

import pytest
from django.test import Client

from privacy.logs import LeavePathsOut

TOKEN = "canary-token"


def line_of(name, message, *args):
    record = logging.LogRecord(name, logging.WARNING, "", 0, message, args, None)
    assert LeavePathsOut().filter(record)
    return record.getMessage()


def test_lines_about_requests_go_without_the_path():
    line = line_of("django.request", "%s: %s", "Not Found", f"/vi/l/{TOKEN}/")

    assert line == "Not Found: (path left out)"


def test_lines_of_the_development_server_go_without_the_path():
    line = line_of("django.server", '"%s" %s %s', f"GET /vi/l/{TOKEN}/ HTTP/1.1", "200", "9")

    assert line == '"(path left out)" 200 9'


def test_lines_about_refused_requests_say_only_that():
    line = line_of("django.security.csrf", "Forbidden (%s): %s", "CSRF", f"/vi/l/{TOKEN}/")

    assert line == "A request was refused."


def test_a_broken_page_says_where_it_broke_and_not_what_was_typed():
    try:
        int(TOKEN)
    except ValueError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "%s", ("/vi/",), sys.exc_info()
        )
    LeavePathsOut().filter(record)

    line = logging.Formatter().format(record)

    assert "test_logs.py" in line
    assert line.endswith("ValueError")
    assert TOKEN not in line


def test_a_broken_task_does_not_repeat_what_the_database_said():
    context = {"name": "expire", "exc": f"IntegrityError('{TOKEN}')"}
    try:
        int(TOKEN)
    except ValueError:
        record = logging.LogRecord(
            "celery.app.trace",
            logging.ERROR,
            "",
            0,
            "Task %(name)s: %(exc)s",
            (context,),
            sys.exc_info(),
        )
    LeavePathsOut().filter(record)

    line = logging.Formatter().format(record)

    assert line.startswith("Task expire: ValueError")
    assert TOKEN not in line


def test_a_line_that_asks_for_the_trace_of_no_error_is_written():
    assert LeavePathsOut().filter(
        logging.LogRecord("celery", logging.ERROR, "", 0, "late", (), (None, None, None))
    )


def test_other_lines_stay_as_they_are():
    assert line_of("notifications", "sent %s", "a/b") == "sent a/b"


@pytest.mark.django_db
def test_what_the_portal_logs_of_a_request_holds_no_token(monkeypatch):
    [console] = [each for each in logging.getLogger("django").handlers if each.filters]
    written = io.StringIO()
    monkeypatch.setattr(console, "stream", written)
    browser = Client(enforce_csrf_checks=True)

    browser.get(f"/{TOKEN}/")
    browser.post(f"/language/{TOKEN}/")
    browser.get("/", headers={"host": f"{TOKEN}.example.org"})

    assert "Not Found" in written.getvalue()
    assert "A request was refused." in written.getvalue()
    assert TOKEN not in written.getvalue()
