"""The work of script/setup. Standard library only: it runs before any package is there."""

import argparse
import base64
import fcntl
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = VAR / "venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed.json"
DEMO_ENV = VAR / "demo.env"


def main():
    parser = argparse.ArgumentParser(prog="script/setup")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    options = parser.parse_args()
    locks = ["requirements.txt", "requirements-dev.txt"][: 2 if options.dev else 1]

    VAR.mkdir(exist_ok=True)
    # Two commands started together must not build the same folder.
    with (VAR / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_environment()
        install(locks)
        compile_catalogs()
        write_demo_keys()


def make_environment():
    if environment_works():
        return
    if not importlib.util.find_spec("ensurepip"):
        sys.exit(
            f"{sys.executable} cannot make virtual environments. On Debian and Ubuntu: "
            f"apt-get install python3-venv. Then start again."
        )
    print("Making the virtual environment in var/venv.", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made.")


def environment_works():
    """A copied tree or an upgraded Python leaves an environment that finds no packages."""
    try:
        probe = subprocess.run(
            [str(PYTHON), "-c", "import pip"], capture_output=True, check=False, cwd=ROOT
        )
    except OSError:
        return False
    return probe.returncode == 0


def install(locks):
    wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks}
    installed = json.loads(INSTALLED.read_text()) if INSTALLED.exists() else {}
    if wanted.items() <= installed.items():
        return
    print("Installing the locked packages: about half a minute, once.", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "--quiet"]
    command += ["--disable-pip-version-check", "--cache-dir", str(VAR / "pip")]
    for name in locks:
        command += ["--requirement", str(ROOT / name)]
    run(command, "The packages could not be installed. Is the package index in reach?")
    INSTALLED.write_text(json.dumps(installed | wanted))


def compile_catalogs():
    run([str(PYTHON), "-m", "languages.catalogs"], "The translations could not be compiled.")


def write_demo_keys():
    """Random keys for this machine's demo, written once: what they encrypt outlives a restart."""
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LINK_KEYS": secrets.token_urlsafe(48),
        "LOOKUP_KEY": secrets.token_urlsafe(48),
    }
    known = DEMO_ENV.read_text() if DEMO_ENV.exists() else ""
    names = {line.partition("=")[0] for line in known.splitlines()}
    missing = [f"{name}={value}\n" for name, value in keys.items() if name not in names]
    if missing:
        handle = os.open(DEMO_ENV, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w") as file:
            file.writelines(missing)
    DEMO_ENV.chmod(0o600)


def run(command, complaint):
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        sys.exit(complaint)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
