"""The work of script/lock, and the check that each lock was made from the .in file beside it."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each lock, and what it is made from.
LOCKS = {
    "requirements.txt": ["requirements.in"],
    "requirements-dev.txt": ["requirements-dev.in", "requirements.txt"],
}
UV = ROOT / "var" / "uv"
MARK = "# Made by script/lock from "


def main():
    if not (UV / "bin" / "uv").exists():
        print("Installing uv into var/uv.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(UV)], check=True)
        subprocess.run([str(UV / "bin" / "python"), "-m", "pip", "install", "-q", "uv"], check=True)
    for lock, sources in LOCKS.items():
        command = [str(UV / "bin" / "uv"), "pip", "compile", "--quiet", "--no-header"]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
        command += [sources[0], "--output-file", lock, *sys.argv[1:]]
        subprocess.run(command, cwd=ROOT, check=True)
        lines = (ROOT / lock).read_text().splitlines(keepends=True)
        body = "".join(line for line in lines if not line.startswith(MARK))
        (ROOT / lock).write_text(header(sources) + body)


def header(sources):
    """Which state of its sources a lock was made from."""
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in sources)).hexdigest()
    return f"{MARK}{' and '.join(sources)} (sha256 {digest}).\n"


def stale_locks():
    return [
        lock
        for lock, sources in LOCKS.items()
        if not (ROOT / lock).read_text().startswith(header(sources))
    ]


if __name__ == "__main__":
    main()
