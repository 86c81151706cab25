"""Servers, load and ratios for all benchmarks.

Portal and floor run beside each other under the same gunicorn options against one
throwaway PostgreSQL. They are driven in alternation, one second each; what counts is
CPU time per request of the server's and the database's process trees, as a ratio
within the round, and of the rounds the median.
"""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "script"))

import processes  # noqa: E402 - lies with the commands of the house
import throwaway  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "10"))
SLICE_SECONDS = float(os.environ.get("SLICE_SECONDS", "1"))
GUNICORN = (
    "--worker-class=gthread --threads=4 --workers=1 "
    "--keep-alive=120 --no-control-socket --log-level=error"
)
KEYS = {
    "SECRET_KEY": "a key for benchmarks only, long enough to be accepted",
    "FIELD_ENCRYPTION_KEYS": "dGVzdHMgb25seSB0ZXN0cyBvbmx5IHRlc3RzIG9ubHk=",
    "LINK_KEYS": "links for benchmarks only and nothing else at all",
    "LOOKUP_KEY": "lookups for benchmarks only and nothing else at all",
}


@dataclass
class Servers:
    """What runs during one benchmark."""

    database_url: str
    redis_url: str
    postgres: psutil.Process

    def environment(self, settings, **more):
        environment = os.environ | KEYS
        environment |= {
            "DEMO": "1",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": str(ROOT),
        }
        return environment | more


@contextlib.contextmanager
def servers():
    """A fresh PostgreSQL and Redis."""
    with throwaway.postgresql() as database_url, throwaway.redis() as redis_url:
        port = int(database_url.rpartition(":")[2].partition("/")[0])
        yield Servers(database_url, redis_url, _listener(port))


def _listener(port):
    own = psutil.Process().children(recursive=True)
    return next(
        process
        for process in own
        for connection in process.net_connections()
        if connection.laddr.port == port and connection.status == psutil.CONN_LISTEN
    )


@contextlib.contextmanager
def web(servers, module, settings, **environment):
    """A gunicorn; its address and its process."""
    port = throwaway.free_port()
    command = [sys.executable, "-m", "gunicorn", f"{module}:application"]
    command += [f"--bind=127.0.0.1:{port}", *GUNICORN.split()]
    process = processes.start(
        command, cwd=ROOT, env=servers.environment(settings, PORT=str(port), **environment)
    )
    try:
        for _attempt in range(200):
            with contextlib.suppress(OSError):
                probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                probe.request("GET", "/")
                probe.getresponse().read()
                break
            time.sleep(0.1)
        yield Site(port, psutil.Process(process.pid))
    finally:
        processes.stop(process)


def run_in_portal(servers, code, **environment):
    """Run Python with the portal set up, in a process of its own; what it printed."""
    return _run(servers, "cinga.settings", code, environment)


def run_in_floor(servers, code, **environment):
    return _run(servers, "bench.floor.settings", code, environment)


def _run(servers, settings, code, environment):
    prelude = "import django; django.setup()\n"
    answer = subprocess.run(
        [sys.executable, "-c", prelude + code],
        cwd=ROOT,
        env=servers.environment(settings, **environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


def prepare_portal(servers):
    """Tables and reference data of the portal, and its static files' names."""
    run_in_portal(
        servers,
        """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_reference_data", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
""",
    )


def prepare_floor(servers, slots=200):
    """Tables of the floor in the same database, with so many rows."""
    run_in_floor(
        servers,
        f"slots = {slots}"
        """
from datetime import UTC, datetime, timedelta
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
from bench.floor.models import Slot
start = datetime(2030, 4, 8, tzinfo=UTC)
Slot.objects.bulk_create(
    Slot(starts_at=start + timedelta(hours=n), name=f"Center {n}", address="Tokyo",
         phone="03-0000-0000", hours="Mo-Fr 9-17", languages="en, vi, ne", note="free")
    for n in range(slots)
)
""",
    )


class Site:
    """One server, driven over one connection."""

    def __init__(self, port, process):
        self.port = port
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path, cookies=""):
        return self._ask("GET", path, None, cookies)

    def post(self, path, fields, cookies=""):
        return self._ask("POST", path, urlencode(fields, doseq=True), cookies)

    def _ask(self, method, path, body, cookies):
        headers = {"Host": "127.0.0.1", "Cookie": cookies} if cookies else {"Host": "127.0.0.1"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()


def cpu_seconds(*trees):
    """User and system time of whole process trees, with the children they have buried."""
    total = 0.0
    for tree in trees:
        for process in [tree, *tree.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        total += tree.cpu_times().children_user + tree.cpu_times().children_system
    return total


@dataclass
class Slice:
    """What one target did in one slice."""

    cpu_ms: float
    p50_ms: float
    per_second: float


def measure(act, *trees, seconds=SLICE_SECONDS):
    """Repeat `act` for a slice. It may raise StopIteration when its data is used up."""
    durations = []
    before, started = cpu_seconds(*trees), time.perf_counter()
    while time.perf_counter() - started < seconds:
        begun = time.perf_counter()
        try:
            act()
        except StopIteration:
            break
        durations.append(time.perf_counter() - begun)
    elapsed = time.perf_counter() - started
    spent = cpu_seconds(*trees) - before
    return Slice(
        cpu_ms=1000 * spent / len(durations),
        p50_ms=1000 * statistics.median(durations),
        per_second=len(durations) / elapsed,
    )


@dataclass
class Ratio:
    """The medians of the rounds: the portal's figures as a multiple of the floor's."""

    cpu: float
    p50: float
    portal: Slice
    floor: Slice


def compare(portal_act, portal_trees, floor_act, floor_trees, rounds=ROUNDS):
    """Drive both in alternation and compare them within each round."""
    pairs = []
    measure(portal_act, *portal_trees, seconds=0.3)
    measure(floor_act, *floor_trees, seconds=0.3)
    for _round in range(rounds):
        portal = measure(portal_act, *portal_trees)
        floor = measure(floor_act, *floor_trees)
        pairs.append((portal, floor))
    return Ratio(
        cpu=statistics.median(portal.cpu_ms / floor.cpu_ms for portal, floor in pairs),
        p50=statistics.median(portal.p50_ms / floor.p50_ms for portal, floor in pairs),
        portal=_median_slice([portal for portal, _floor in pairs]),
        floor=_median_slice([floor for _portal, floor in pairs]),
    )


def _median_slice(slices):
    return Slice(
        cpu_ms=statistics.median(one.cpu_ms for one in slices),
        p50_ms=statistics.median(one.p50_ms for one in slices),
        per_second=statistics.median(one.per_second for one in slices),
    )


def report(goal, what, figure, limit, *, at_least=False, detail=""):
    """One line of the table; whether the goal is met."""
    is_met = figure >= limit if at_least else figure <= limit
    sign = "≥" if at_least else "≤"
    verdict = "met" if is_met else "NOT MET"
    print(
        f"| {goal} | {what} | {figure:.2f} | {sign} {limit:g} | {verdict} | {detail} |", flush=True
    )
    return is_met


def heading():
    print("| goal | what | measured | limit | | detail |\n|---|---|---|---|---|---|", flush=True)


def in_detail(ratio):
    return (
        f"CPU {ratio.portal.cpu_ms:.2f} / {ratio.floor.cpu_ms:.2f} ms, "
        f"p50 {ratio.portal.p50_ms:.2f} / {ratio.floor.p50_ms:.2f} ms"
    )
