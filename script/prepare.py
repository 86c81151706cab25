"""Makes ready what script/server serves; prints the demo accounts on stdout, all else on stderr."""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the project's own folder comes first
from django.conf import settings  # noqa: E402
from django.contrib.staticfiles.finders import get_finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError  # noqa: E402


def main():
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {str(error).strip()}")
    call_command("load_reference_data", stdout=sys.stderr)
    collect_static_files()
    call_command("seed_demo")


def collect_static_files():
    """Collect and compress only when a file has changed: it is the slowest step of a start."""
    stamp = settings.VAR / "static.stamp"
    now = fingerprint_of_static_files()
    if settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=sys.stderr)
    stamp.write_text(now)


def fingerprint_of_static_files():
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
