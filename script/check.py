"""The work of script/check: every check runs, and every complaint is printed."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lock

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
LONGEST_COMPLAINT = 60
TESTS = "cinga/tests/test_{}.py"
CHECKS = {
    "layer law, templates, deployment": [
        *PYTHON,
        "pytest",
        "-q",
        TESTS.format("architecture"),
        TESTS.format("templates"),
        f"{TESTS.format('settings')}::test_django_finds_nothing_to_say_about_a_deployment",
    ],
    "migrations are written": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "translations are complete": [*MANAGE, "check_translations"],
    "ruff": [*PYTHON, "ruff", "check", "--quiet"],
    "markup": [*PYTHON, "djlint", "templates", "--lint", "--quiet"],
    "formatting": [*PYTHON, "ruff", "format", "--check", "--quiet"],
}


def main():
    stale = lock.stale_locks()
    if stale:
        print(f"FAILED  locks: {' and '.join(stale)}: run script/lock")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(run, CHECKS, CHECKS.values()))
    sys.exit(0 if all(passed) and not stale else 1)


def run(name, command):
    started = time.monotonic()
    result = subprocess.run(
        command,
        cwd=ROOT,
        # An empty database in memory: a check must not touch the demo's.
        env=os.environ
        | {
            "DEMO": "1",
            "DATABASE_URL": "sqlite://:memory:",
            "RUFF_CACHE_DIR": str(ROOT / "var" / "ruff"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    if result.returncode == 0:
        print(f"ok      {name} ({seconds:.1f} s)", flush=True)
    else:
        lines = result.stdout.splitlines()
        shown = "\n".join(lines[:LONGEST_COMPLAINT])
        print(f"FAILED  {name} ({seconds:.1f} s)\n{shown}", flush=True)
        if len(lines) > LONGEST_COMPLAINT:
            print(f"… and {len(lines) - LONGEST_COMPLAINT} lines more: {' '.join(command[1:])}")
    return result.returncode == 0


if __name__ == "__main__":
    main()
