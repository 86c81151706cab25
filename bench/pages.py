"""P1 and P8: what a public page costs, and what a first visit weighs.

python -m bench.pages
"""

import gzip
import re

from bench import harness

PUBLIC_PAGES = ["/vi/", "/vi/consultations/", "/vi/danger/"]
BOOKING_PAGES = ["/vi/consultations/book/", "/my/consultations/book/", "/ur/consultations/book/"]
LARGEST = 40 * 1024
MOST_REQUESTS = 6


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        harness.prepare_floor(servers)
        seed_days(servers)
        with (
            harness.web(servers, "cinga.wsgi", "cinga.settings") as portal,
            harness.web(servers, "bench.floor.wsgi", "bench.floor.settings") as floor,
        ):
            harness.heading()
            for path in PUBLIC_PAGES:
                ratio = harness.compare(
                    lambda path=path: expect(portal.get(path)),
                    (portal.process, servers.postgres),
                    lambda: expect(floor.get("/page")),
                    (floor.process, servers.postgres),
                )
                harness.report("P1", path, ratio.cpu, 1.5, detail=harness.in_detail(ratio))
            for path in BOOKING_PAGES:
                weigh(portal, path)


def seed_days(servers):
    harness.run_in_portal(
        servers,
        """
import pathlib, tempfile
from django.utils import timezone
from cinga.demo import seed
with tempfile.TemporaryDirectory() as folder:
    seed(now=timezone.now(), passwords_file=pathlib.Path(folder) / "accounts.json")
""",
    )


def expect(answer, status=200):
    if answer[0] != status:
        raise AssertionError(f"status {answer[0]}, not {status}")
    return answer


def weigh(portal, path):
    """The bytes and requests of somebody who comes for the first time."""
    _status, _headers, html = expect(portal.get(path))
    files = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', html.decode())
    wire = len(gzip.compress(html)) + sum(
        len(gzip.compress(expect(portal.get(file))[2])) for file in files
    )
    harness.report("P8", f"{path} KB", wire / 1024, LARGEST / 1024)
    harness.report("P8", f"{path} requests", 1 + len(files), MOST_REQUESTS)


if __name__ == "__main__":
    main()
