"""What every test may use: a real browser, the accessibility check, honest counts of skips."""

import json
import os
import shutil
from pathlib import Path

import hypothesis
import hypothesis.configuration
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import translation
from playwright.sync_api import sync_playwright

from interface.memory import ShortMemory

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # containers run as root, where Chromium's sandbox refuses to start
    "--disable-gpu",
    "--disable-dev-shm-usage",  # 64 MB of shared memory in a container are too few
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A live server asks for its database only when it starts.
NEED_DATABASE = {"db", "transactional_db", "live_server"}
PHONE = {"width": 320, "height": 640}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(autouse=True)
def no_memory():
    """No test finds what another one's page remembered."""
    ShortMemory.forget_all()


# WHAT RUNS WHERE


def pytest_configure(config):
    # Everything that tests write lies under var/, which git ignores.
    hypothesis.configuration.set_hypothesis_home_dir(settings.VAR / "hypothesis")
    # A busy machine is no failure.
    hypothesis.settings.register_profile("portal", deadline=None)
    hypothesis.settings.load_profile("portal")


def find_chromium():
    """The browser to drive, or None. CHROMIUM names one; set but empty it means none."""
    if "CHROMIUM" in os.environ:
        return os.environ["CHROMIUM"] or None
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def belongs_elsewhere(item, vendor):
    """Made for the other database, or for none: such a test runs once, on SQLite."""
    if mark := item.get_closest_marker("only_on"):
        return vendor not in mark.args
    needs_database = item.get_closest_marker("django_db") or not NEED_DATABASE.isdisjoint(
        item.fixturenames
    )
    return vendor != "sqlite3" and not needs_database


def pytest_collection_modifyitems(config, items):
    """Leave out what belongs elsewhere; skip browser tests where there is no browser."""
    vendor = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    elsewhere = [item for item in items if belongs_elsewhere(item, vendor)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def refuse_skip(report):
    """Under REQUIRE_ALL nothing may be passed over in silence."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 allows no skip: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return refuse_skip((yield))


def pytest_terminal_summary(terminalreporter):
    """Tell script/test how many there were; under xdist only the controller comes here."""
    if path := os.environ.get("TEST_COUNTS"):
        kinds = {
            "passed": ["passed", "xfailed"],
            "failed": ["failed", "error"],
            "skipped": ["skipped"],
        }
        counts = {
            name: sum(len(terminalreporter.stats.get(kind, [])) for kind in group)
            for name, group in kinds.items()
        }
        Path(path).write_text(json.dumps(counts))


@pytest.fixture(autouse=True)
def default_language():
    """A request leaves its language behind in the thread; no test may live on that."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


# THE BROWSER


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in this thread, and Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser, live_server):
    """Open pages of the running portal: `new_page(javascript=False, viewport=…, locale="vi")`.

    What a page's policy blocked and every error of a script fails the test at its end.
    """
    contexts, problems = [], []

    def note_console(message):
        if message.type == "error" and "Content Security Policy" in message.text:
            problems.append(message.text)

    def open_page(*, javascript=True, viewport=PHONE, **options):
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport=viewport,
            timezone_id="Asia/Tokyo",
            **{"locale": "en"} | options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_console)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(new_page):
    """A phone of 320 pixels with JavaScript."""
    return new_page()


@pytest.fixture
def page_without_javascript(new_page):
    return new_page(javascript=False)


@pytest.fixture(scope="session")
def assert_accessible():
    """Check a page against WCAG 2.2 AA and the best practices axe knows."""

    def check(page):
        # Everything but violations is left unfinished: half the time.
        options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
        violations = Axe().run(page, options=options).response["violations"]
        found = [
            f"{violation['id']}: {violation['help']} at {node['target']}"
            for violation in violations
            for node in violation["nodes"]
        ]
        assert found == [], page.url

    return check
