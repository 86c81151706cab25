"""The layer law: imports, foreign keys, templates and URL names go down only."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLResolver, get_resolver

LAYERS = [  # highest first; apps of one layer do not know each other
    ["cinga"],
    ["desk"],
    ["consultations"],
    ["cases"],
    ["interpreters"],
    ["centers", "classrooms", "publications"],
    ["schedules"],
    ["accounts"],
    ["notifications", "history", "taxonomy"],
    ["languages", "privacy", "interface"],
]
DEPTH = {app: depth for depth, names in enumerate(LAYERS) for app in names}
ROOT = Path(__file__).resolve().parents[2]

# Folders and names under templates/ that libraries prescribe, and the app that owns ours.
TEMPLATE_OWNERS = {"account": "accounts", "mfa": "accounts", "allauth": "accounts"}
URL_OWNERS = {"account": "accounts", "mfa": "accounts"}
NAMES_THAT_SAY_NOTHING = {
    "core",
    "common",
    "util",
    "utils",
    "helper",
    "helpers",
    "libraries",
    "misc",
}
# Here the moment is passed in; who answers a request or runs a task reads the clock.
CLOCKLESS = {"models", "selectors", "services", "notices", "delivery", "choices", "forms"}
CLOCK_READERS = {"now", "today", "utcnow", "localdate", "localtime"}
MODULES_WITH_CLOCKS = {"timezone", "datetime", "date"}
LONGEST_FILE = 500
# No arrow: a test that starts a process of its own runs it with these.
TEST_SETTINGS = "cinga.tests.settings"
# No arrow either: every page stands in this frame, which names no app.
FRAME = "interface/base.html"

LOADED = re.compile(r"{%\s*load\s+(?P<names>[^%]+?)\s*%}")
INCLUDED = re.compile(r"""{%\s*(?:include|extends)\s+["'](?P<name>[^"']+)["']""")
LINKED = re.compile(r"""{%\s*url\s+["'](?P<name>[^"']+)["']""")


def climbs(app, target):
    """Whether an arrow from app to target goes up or sideways."""
    return {app, target} <= DEPTH.keys() and target != app and DEPTH[target] <= DEPTH[app]


def python_files(app):
    return sorted((ROOT / app).rglob("*.py"))


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


# ARROWS IN PYTHON


def imported_apps(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        modules = [module for module in modules if module != TEST_SETTINGS]
        yield from {module.split(".")[0] for module in modules} & DEPTH.keys()


def named_apps(tree):
    """Apps named in the literals of reverse(), redirect(), get_model() and of migrations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            function = node.func
            name = (
                function.attr
                if isinstance(function, ast.Attribute)
                else getattr(function, "id", "")
            )
            first = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if not isinstance(first, str):
                continue
            if name in {"reverse", "reverse_lazy", "redirect", "resolve_url"}:
                yield app_of_url(first)
            elif name == "get_model":
                yield first.split(".")[0]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "dependencies":
            for pair in ast.walk(node.value):
                if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                    yield pair.elts[0].value


def climbs_in_python(app, path):
    tree = parse(path)
    targets = {*imported_apps(tree), *named_apps(tree)}
    return {f"{path.name} names {target}" for target in targets if climbs(app, target)}


@pytest.mark.parametrize("app", DEPTH)
def test_app_names_only_layers_below_in_python(app):
    found = {
        f"{app}: {climb}" for path in python_files(app) for climb in climbs_in_python(app, path)
    }

    assert found == set()


def test_foreign_keys_point_only_to_layers_below():
    found = {
        f"{field} points to {target}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model
        for app in [model._meta.app_label]
        for target in [field.related_model._meta.app_label]
        if climbs(app, target)
    }

    assert found == set()


# ARROWS IN TEMPLATES


def url_names(patterns=None, namespace=""):
    """Every named URL of the portal with the app whose view answers it."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from url_names(entry.url_patterns, inner)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry.callback.__module__.split(".")[0]


def app_of_url(name):
    namespace, _, rest = name.partition(":")
    if namespace == "admin":
        # admin:cases_case_change is a page of cases.
        return rest.split("_")[0]
    if rest:
        return namespace
    if "_" in name and name.split("_")[0] in URL_OWNERS:
        return URL_OWNERS[name.split("_")[0]]
    return dict(url_names()).get(name, "")


def app_of_template(name):
    """templates/<app>/…; what lies elsewhere belongs to the look, at the bottom."""
    folder = name.removeprefix("admin/").split("/")[0]
    return TEMPLATE_OWNERS.get(folder, folder if folder in DEPTH else "interface")


def app_of_tag_library(name):
    homes = (path.parent.parent.name for path in ROOT.glob(f"*/templatetags/{name}.py"))
    return next(homes, "")


def climbs_in_template(app, source):
    names = {match["name"] for match in INCLUDED.finditer(source)} - {FRAME}
    targets = {app_of_template(name) for name in names}
    targets |= {app_of_url(match["name"]) for match in LINKED.finditer(source)}
    for match in LOADED.finditer(source):
        names = match["names"].split(" from ")[-1].split()
        targets |= {app_of_tag_library(name) for name in names}
    return {target for target in targets if climbs(app, target)}


def test_templates_name_only_layers_below():
    folder = ROOT / "templates"
    found = {
        f"{name} names {target}"
        for path in folder.rglob("*")
        if path.suffix in {".html", ".txt"}
        for name in [path.relative_to(folder).as_posix()]
        for target in climbs_in_template(app_of_template(name), path.read_text(encoding="utf-8"))
    }

    assert found == set()


# THE LAW CATCHES WHAT IT SHOULD


@pytest.mark.parametrize(
    "source",
    [
        "from consultations.models import Booking",
        "def late():\n    import consultations.services",
        'def go():\n    return redirect("consultations:book")',
        'def go():\n    return urls.reverse("admin:consultations_booking_changelist")',
        'Booking = apps.get_model("consultations", "Booking")',
        'class Migration:\n    dependencies = [("consultations", "0001_initial")]',
    ],
)
def test_a_climb_in_python_is_caught(tmp_path, source):
    path = tmp_path / "services.py"
    path.write_text(source)

    assert climbs_in_python("cases", path) == {"services.py names consultations"}
    assert climbs_in_python("cinga", path) == set()


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "consultations/base.html" %}',
        "{% include 'consultations/_slot.html' with slot=slot %}",
        '<a href="{% url "consultations:book" %}">',
        '{% url "admin:consultations_booking_change" booking.pk as link %}',
    ],
)
def test_a_climb_in_a_template_is_caught(source):
    assert climbs_in_template("cases", source) == {"consultations"}
    assert climbs_in_template("cinga", source) == set()


def test_apps_of_one_layer_do_not_know_each_other(tmp_path):
    path = tmp_path / "models.py"
    path.write_text("from history.models import Event")

    assert climbs_in_python("notifications", path) == {"models.py names history"}


# HABITS


def test_every_app_has_its_layer():
    born = {path.parent.name for path in ROOT.glob("*/apps.py")}

    assert born <= DEPTH.keys()


def test_nothing_is_called_by_a_name_that_says_nothing():
    found = {
        str(path.relative_to(ROOT))
        for app in DEPTH
        for path in (ROOT / app).rglob("*")
        if path.stem in NAMES_THAT_SAY_NOTHING
    }

    assert found == set()


def test_no_file_is_longer_than_one_can_read():
    found = {
        f"{path.relative_to(ROOT)}: {length} lines"
        for app in DEPTH
        for path in python_files(app)
        if not {"migrations", "tests"} & {*path.parts}
        for length in [len(path.read_text(encoding="utf-8").splitlines())]
        if length > LONGEST_FILE
    }

    assert found == set()


def clock_readings(tree):
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCK_READERS
            and getattr(node.value, "id", getattr(node.value, "attr", "")) in MODULES_WITH_CLOCKS
        ):
            yield node.lineno


def is_clockless(path):
    return path.stem in CLOCKLESS or path.parent.name == "models"


@pytest.mark.parametrize("app", sorted(DEPTH.keys() - {"cinga"}))
def test_the_clock_is_read_at_the_edge(app):
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files(app)
        if is_clockless(path)
        for line in clock_readings(parse(path))
    }

    assert found == set()


def test_a_reading_of_the_clock_is_caught():
    tree = ast.parse("opened_at = timezone.now()\nday = datetime.date.today()")

    assert list(clock_readings(tree)) == [1, 2]
