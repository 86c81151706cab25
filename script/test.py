"""The work of script/test: every test on both pairs of servers, and one honest total."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import processes
import throwaway

ROOT = Path(__file__).resolve().parent.parent
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
NOTHING_COLLECTED = 5


class Stop(BaseException):
    """Somebody asked us to end."""


def main():
    parser = argparse.ArgumentParser(prog="script/test", add_help=False)
    parser.add_argument("-m", dest="marks", default="")
    parser.add_argument("-n", dest="workers", default="2")
    options, rest = parser.parse_known_args()
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)

    totals, failed = Counter(), False
    try:
        for name, servers in (("SQLite", sqlite), ("PostgreSQL and Redis", postgresql_and_redis)):
            with servers() as environment:
                if environment is None:
                    failed = failed or REQUIRE_ALL
                    continue
                for title, arguments in both_kinds(options):
                    print(f"\n=== {name}: {title}", flush=True)
                    code, counts = run_pytest(arguments + rest, environment)
                    failed = failed or code not in {0, NOTHING_COLLECTED}
                    totals += counts
    except Stop:
        print("\nStopped before the end.")
        failed = True
    if not totals:
        print("\nNo test ran.")
        failed = True
    # A crashed run has no count of its own, and must not look like a good one.
    if failed and not totals["failed"]:
        totals["failed"] += 1
    print("\n{passed} passed, {failed} failed, {skipped} skipped".format_map(Zero(totals)))
    sys.exit(1 if failed or totals["failed"] else 0)


class Zero(dict):
    def __missing__(self, key):
        return 0


def ask_to_stop(number, frame):
    raise Stop


def both_kinds(options):
    """Ordinary tests share the cores; races have them alone, or the load would decide them."""
    wanted = f"({options.marks}) and " if options.marks else ""
    return [
        (
            "ordinary tests",
            ["-n", options.workers, "--dist", "loadgroup", "-m", f"{wanted}not race"],
        ),
        ("races, one at a time", ["-m", f"{wanted}race"]),
    ]


@contextlib.contextmanager
def sqlite():
    yield {"DATABASE_URL": None, "REDIS_URL": None}


@contextlib.contextmanager
def postgresql_and_redis():
    with contextlib.ExitStack() as stack:
        try:
            environment = {
                "DATABASE_URL": stack.enter_context(throwaway.postgresql()),
                "REDIS_URL": stack.enter_context(throwaway.redis()),
            }
        except throwaway.NotFound as missing:
            print(f"\n=== Skipped the second run: {missing}", flush=True)
            environment = None
        yield environment


def run_pytest(arguments, changes):
    environment = os.environ | {name: value for name, value in changes.items() if value}
    for name in [name for name, value in changes.items() if value is None]:
        environment.pop(name, None)
    with tempfile.NamedTemporaryFile(suffix=".json") as counts:
        environment["TEST_COUNTS"] = counts.name
        command = [sys.executable, "-m", "pytest", "-q", "-rs", *arguments]
        process = processes.start(command, cwd=ROOT, env=environment)
        try:
            code = process.wait()
        finally:
            # SIGINT lets pytest remove its databases and print what it has.
            processes.stop(process, farewell=signal.SIGINT, patience=20)
        # conftest.py writes the file when the run has ended in good order.
        text = Path(counts.name).read_text()
    return code, Counter(json.loads(text) if text else {"failed": 1})


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"A throwaway server could not be made: {error}")
