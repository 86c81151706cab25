"""script/server as somebody meets it: refusals, a start, Ctrl-C, a sudden death, a second start."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
# The embedded database is the same whatever the suite runs on.
pytestmark = pytest.mark.only_on("sqlite3")
# Long, for machines that are busy with other tests at the same time.
SECONDS_TO_COME_UP = 180
SECONDS_TO_END = 30


@pytest.fixture
def tree(tmp_path):
    """A copy of the project with a var/ of its own and the packages of this one."""
    copy = tmp_path / "a portal"
    ignored = shutil.ignore_patterns("var", ".git", "__pycache__", "node_modules")
    shutil.copytree(ROOT, copy, ignore=ignored)
    (copy / "var").mkdir()
    (copy / "var" / "venv").symlink_to(ROOT / "var" / "venv")
    return copy


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One run of script/server and the processes it started."""

    def __init__(self, tree, port, *arguments):
        self.port = port
        self.output = tree / "var" / "output.txt"
        basic = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [tree / "script" / "server", *arguments],
                env=basic | {"PORT": str(port)},
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + SECONDS_TO_COME_UP
        while "The portal is at" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def said(self):
        return self.output.read_text()

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz") as answer:  # noqa: S310
            return json.load(answer)

    def accounts(self):
        return (self.output.parent / "demo-accounts.json").read_text()

    def end(self, number):
        """Send a signal; give the exit code and the processes that are left."""
        self.process.send_signal(number)
        code = self.process.wait(SECONDS_TO_END)
        _, left = psutil.wait_procs(self.children, timeout=SECONDS_TO_END)
        for orphan in left:
            orphan.kill()
        return code, left


def refusal(**environment):
    result = subprocess.run(
        [ROOT / "script" / "server"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "portal.example.org"])  # noqa: S104
def test_the_server_refuses_to_be_seen_from_outside(host):
    code, complaint = refusal(HOST=host)

    assert code == 2
    assert complaint == (
        "script/server is for trying out and listens on this machine only: "
        f"HOST={host} is refused.\n"
    )


@pytest.mark.parametrize("text", ["many", "0", "65536", "-1"])
def test_the_server_refuses_a_port_that_is_none(text):
    code, complaint = refusal(PORT=text)

    assert code == 1
    assert complaint == f"PORT must be a number from 1 to 65535, not {text}.\n"


def test_the_server_names_a_taken_port(tree):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = subprocess.run(
            [tree / "script" / "server"],
            env=os.environ | {"PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert result.returncode == 1
    assert result.stderr == (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. PORT= chooses another.\n"
    )


def test_the_server_comes_and_goes_as_a_whole(tree, port):
    first = Server(tree, port)
    accounts = first.accounts()

    assert first.health()["database"] == "ok"
    assert len(first.children) == 5  # worker, beat, web and its two workers
    assert first.end(signal.SIGINT) == (0, [])

    second = Server(tree, port)

    assert second.accounts() == accounts
    assert second.end(signal.SIGKILL) == (-signal.SIGKILL, [])

    anew = Server(tree, port, "--fresh")

    assert anew.accounts() != accounts
    assert anew.end(signal.SIGTERM) == (0, [])


def test_a_killed_worker_comes_back_and_a_killed_web_ends_everything(tree, port):
    server = Server(tree, port)
    worker, web = (
        next(child for child in server.children if name in child.cmdline())
        for name in ("worker", "gunicorn")
    )

    worker.kill()
    deadline = time.monotonic() + SECONDS_TO_COME_UP
    while (
        "The worker process has ended (signal SIGKILL); it is started again." not in server.said()
    ):
        assert time.monotonic() < deadline, server.said()
        time.sleep(0.1)
    server.children += psutil.Process(server.process.pid).children(recursive=True)
    web.kill()

    assert server.process.wait(SECONDS_TO_END) == 1
    assert "The web process has ended (signal SIGKILL); everything stops." in server.said()
    assert psutil.wait_procs(server.children, timeout=SECONDS_TO_END)[1] == []
