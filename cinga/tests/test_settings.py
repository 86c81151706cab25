"""Production settings: what is missing or malformed stops the start with one clear line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

# Every test here reads the settings of another process: the suite's own database is no matter.
pytestmark = pytest.mark.only_on("sqlite3")
ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "fictitious, long and random enough for a check: 9f3c1ab27de0456b",
    "FIELD_ENCRYPTION_KEYS": "c2V0dGluZ3MgdGVzdCBzZXR0aW5ncyB0ZXN0IDEyMzQ=",
    "LINK_KEYS": "fictitious links long and random enough",
    "LOOKUP_KEY": "fictitious lookups long and random enough",
    "ALLOWED_HOSTS": "portal.example.org",
    "DATABASE_URL": "postgres://portal:secret@db.example.org/portal",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
}


def run_python(*arguments, environment):
    # Only what a process needs anyway: the values of this machine must not help.
    basic = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        env=basic | {"DJANGO_SETTINGS_MODULE": "cinga.settings"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def start(environment):
    return run_python("-c", "import cinga.settings", environment=environment)


def values_of(names, environment):
    code = (
        "import json; from cinga import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}))"
    )
    return json.loads(run_python("-c", code, environment=environment).stdout)


def test_complete_production_settings_start():
    result = start(PRODUCTION)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name", PRODUCTION)
def test_a_missing_value_stops_the_start_with_one_line(name):
    result = start({key: value for key, value in PRODUCTION.items() if key != name})

    assert result.returncode == 1
    assert result.stderr == (f"The portal cannot start: {name} is missing from the environment.\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("FIELD_ENCRYPTION_KEYS", ""),
        ("FIELD_ENCRYPTION_KEYS", "not a key"),
        ("FIELD_ENCRYPTION_KEYS", f"{PRODUCTION['FIELD_ENCRYPTION_KEYS']},not a key"),
        ("LINK_KEYS", ""),
        ("LINK_KEYS", "short"),
        ("LOOKUP_KEY", "short"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite:////tmp/portal.sqlite3"),
        ("DATABASE_URL", "mysql://portal@db.example.org/portal"),
        ("DATABASE_URL", "postgres://db.example.org:port/portal"),
        ("DATABASE_URL", "postgres://db.example.org"),
        ("DATABASE_POOL_SIZE", "many"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "http://redis.example.org"),
        ("REDIS_URL", "redis://"),
        ("EMAIL_URL", ""),
        ("EMAIL_URL", "nonsense"),
        ("EMAIL_URL", "http://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("LINK_ORIGIN", "portal.example.org"),
        ("LINK_ORIGIN", "http://portal.example.org"),
        ("NEUTRAL_LINK_ORIGIN", "http://portal.example.org"),
        ("NEUTRAL_LINK_ORIGIN", "https://elsewhere.example.org"),
        ("NEUTRAL_LINK_ORIGIN", "https://"),
        ("RESIDENT_DATA_DAYS", "0"),
        ("REQUEST_DATA_DAYS", "soon"),
        ("LEAVE_TO", "http://weather.example.org"),
        ("NOTICE_SENDERS", "many"),
        ("NOTICE_SENDERS", "0"),
        ("BEHIND_PROXY", "perhaps"),
        ("DEMO", "perhaps"),
    ],
)
def test_a_malformed_value_stops_the_start_with_one_line(name, value):
    result = start(PRODUCTION | {name: value})

    assert result.returncode == 1
    assert result.stderr.startswith("The portal cannot start: ")
    assert result.stderr.count("\n") == 1
    assert name in result.stderr


def test_the_neutral_sender_and_domain_are_the_usual_ones_unless_set():
    names = ["NEUTRAL_FROM_EMAIL", "NEUTRAL_LINK_ORIGIN"]
    chosen = {
        "ALLOWED_HOSTS": "portal.example.org,n.example.net",
        "NEUTRAL_LINK_ORIGIN": "https://n.example.net",
        "NEUTRAL_FROM_EMAIL": "Reservation <r@n.example.net>",
    }

    assert list(values_of(names, PRODUCTION).values()) == [
        "Reservation <no-reply@portal.example.org>",
        "https://portal.example.org",
    ]
    assert list(values_of(names, PRODUCTION | chosen).values()) == [
        "Reservation <r@n.example.net>",
        "https://n.example.net",
    ]


def test_secrets_do_not_stand_in_the_complaint():
    result = start(PRODUCTION | {"SECRET_KEY": "my-secret", "DATABASE_URL": "my-secret"})

    assert "my-secret" not in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "portal.example.org", "::", ""])  # noqa: S104
def test_the_demo_refuses_to_be_seen_from_outside(host):
    result = start(PRODUCTION | {"DEMO": "1", "HOST": host})

    assert result.returncode == 1
    assert result.stderr == (
        "The portal cannot start: DEMO=1 listens on this machine only; "
        "HOST must be 127.0.0.1, localhost or ::1.\n"
    )


def test_the_demo_answers_to_no_public_name():
    hosts = values_of(["ALLOWED_HOSTS"], PRODUCTION | {"DEMO": "1"})["ALLOWED_HOSTS"]

    assert set(hosts) == {"127.0.0.1", "localhost", "[::1]", "testserver"}


@pytest.mark.parametrize("wish", ["0", "False", "off"])
def test_production_never_relaxes_the_second_factor_or_https(wish):
    wishes = {
        "SECOND_FACTOR_REQUIRED": wish,
        "SECURE_SSL_REDIRECT": wish,
        "SESSION_COOKIE_SECURE": wish,
        "CSRF_COOKIE_SECURE": wish,
        "DEMO": wish,
    }
    expected = {name: True for name in wishes} | {"DEMO": False, "DEBUG": False}

    assert values_of([*expected], PRODUCTION | wishes | {"DEBUG": "1"}) == expected


def test_django_finds_nothing_to_say_about_a_deployment():
    result = run_python(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_the_readme_names_every_production_setting(readme):
    source = (ROOT / "cinga" / "settings.py").read_text(encoding="utf-8")
    readings = re.findall(
        r'(?:read|read_flag|read_count|fernet_keys)\(\s*(?:env\.\w+,\s*)?"([A-Z_]+)"', source
    )
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / readme).read_text(encoding="utf-8"), re.M)

    assert sorted(rows) == sorted(set(readings) - {"DEMO", "HOST", "PORT"})
