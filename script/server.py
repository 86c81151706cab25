"""The work of script/server: web, worker and beat as one process tree, for trying out."""

import argparse
import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import processes

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
# What --fresh removes. The keys stay: a new database has no use for new ones.
DEMO_DATA = [
    "portal.sqlite3*",
    "mail",
    "broker",
    "broker-control",
    "cache",
    "beat-schedule*",
    "demo-accounts*",
]
SECONDS_TO_COME_UP = 120
# More deaths of one child in a minute than this are no accident.
DEATHS_IN_A_MINUTE = 5


class Stop(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM, or the terminal was closed."""


@dataclass
class Child:
    name: str
    command: list
    # The web process takes the portal with it; worker and beat may come back, because
    # the database is the queue and nothing is lost with them.
    may_restart: bool
    process: subprocess.Popen = None
    deaths: list = field(default_factory=list)

    def start(self):
        self.process = processes.start(self.command, cwd=ROOT)


def main():
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Runs the portal on this machine. HOST and PORT override 127.0.0.1 and 8000.",
    )
    parser.add_argument("--fresh", action="store_true", help="begin anew with an empty database")
    options = parser.parse_args()
    host, port = os.environ.get("HOST") or "127.0.0.1", port_from_environment()
    if options.fresh and os.environ.get("DATABASE_URL"):
        sys.exit("--fresh empties the embedded database only; DATABASE_URL names another.")

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    children = []
    try:
        with only_server_of_this_tree():
            refuse_taken_port(host, port)
            prepare_folders(fresh=options.fresh)
            set_environment(host, port)
            accounts = prepare_data(children)
            children[:] = portal_processes(host, port)
            for child in children:
                child.start()
            wait_until_up(host, port, children)
            print(f"\nDemo accounts, signed in at {address(host, port)}admin/:\n{accounts}\n")
            print("Letters it sends are files in var/mail.")
            print(f"The portal is at {address(host, port)} (Ctrl-C stops it).", flush=True)
            watch(children)
    except Stop:
        print("\nStopping.", flush=True)
    finally:
        stop(children)


def ask_to_stop(number, frame):
    raise Stop


def port_from_environment():
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text}.")
    return int(text)


def address(host, port):
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextlib.contextmanager
def only_server_of_this_tree():
    """Two servers would share one broker folder and take each other's messages."""
    with (VAR / "server.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("script/server is already running in this folder.")
        yield


def refuse_taken_port(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Cannot listen on {host}:{port}: {error.strerror}. PORT= chooses another.")


def prepare_folders(*, fresh):
    # What the broker held is forgotten at every start: the database knows what is due.
    patterns = DEMO_DATA if fresh else ["broker", "broker-control"]
    for path in [path for pattern in patterns for path in VAR.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name in ("broker", "broker-control", "mail", "tmp"):
        (VAR / name).mkdir(exist_ok=True)


def set_environment(host, port):
    os.environ.update(
        DEMO="1",
        HOST=host,
        PORT=str(port),
        DJANGO_SETTINGS_MODULE="cinga.settings",
        TMPDIR=str(VAR / "tmp"),
        PYTHONUNBUFFERED="1",
    )


def prepare_data(children):
    """Database, reference and demo data, static files; the demo accounts as text."""
    preparation = Child("preparation", [sys.executable, str(ROOT / "script" / "prepare.py")], False)
    preparation.process = processes.start(
        preparation.command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    children.append(preparation)
    accounts, _ = preparation.process.communicate()
    if preparation.process.returncode != 0:
        sys.exit("The portal could not be prepared; the lines above say why.")
    return accounts.strip("\n")


def portal_processes(host, port):
    """In the order in which they start; they stop in the opposite order."""
    # As root Celery warns of a danger that comes from outside; nothing outside reaches us.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    gunicorn = ["gunicorn", "cinga.wsgi", "--bind", bind, "--worker-class", "gthread"]
    gunicorn += ["--workers", "2", "--threads", "4", "--no-control-socket"]
    gunicorn += ["--graceful-timeout", "5", "--log-level", "warning"]
    celery = ["celery", "--quiet", "--app", "cinga"]
    # One process without a pool: small, and nothing is left behind when it is killed.
    worker = ["worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    worker += ["--without-heartbeat", "--loglevel", "WARNING"]
    beat = ["beat", "--pidfile=", "--loglevel", "WARNING"]
    return [
        Child("worker", python + celery + worker, may_restart=True),
        Child("web", python + gunicorn, may_restart=False),
        Child("beat", python + celery + beat, may_restart=True),
    ]


def wait_until_up(host, port, children):
    deadline = time.monotonic() + SECONDS_TO_COME_UP
    while time.monotonic() < deadline:
        status, body = health(host, port)
        if status == 200:
            return
        tend(children)
        time.sleep(0.1)
    if status is None:
        give_up(f"The portal did not answer within {SECONDS_TO_COME_UP} seconds.")
    print(f"The portal answers, but is not well: /healthz says {status} {body}", flush=True)


def health(host, port):
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, answer.read(1000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None, ""
    finally:
        connection.close()


def watch(children):
    while True:
        tend(children)
        time.sleep(0.5)


def tend(children):
    """Say which child has died; bring worker and beat back, end everything without the web."""
    for child in children:
        code = child.process.poll()
        if code is None:
            continue
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        now = time.monotonic()
        child.deaths = [at for at in child.deaths if now - at < 60] + [now]
        if not child.may_restart or len(child.deaths) > DEATHS_IN_A_MINUTE:
            give_up(f"The {child.name} process has ended ({how}); everything stops.")
        print(f"The {child.name} process has ended ({how}); it is started again.", flush=True)
        child.start()


def give_up(reason):
    # Said before the children are stopped, which takes some seconds.
    print(reason, file=sys.stderr, flush=True)
    sys.exit(1)


def stop(children):
    # From here on a second Ctrl-C must not leave half of the tree behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in reversed(children):
        if child.process:
            processes.stop(child.process)


if __name__ == "__main__":
    main()
