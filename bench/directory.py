"""P2: the whole directory as one list, cold and warm.

python -m bench.directory
"""

import gzip

from bench import harness
from bench.pages import expect

# Every center of the seed's table, 176 rows.
LISTS = ["/vi/centers/?q=-", "/ja-simple/centers/?q=-"]
LARGEST = 40


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        harness.prepare_floor(servers)
        harness.heading()
        with harness.web(servers, "bench.floor.wsgi", "bench.floor.settings") as floor:
            for module, what, limit in (
                ("bench.cold", "cold", 1.25),
                ("cinga.wsgi", "warm", 0.10),
            ):
                with harness.web(servers, module, "cinga.settings") as portal:
                    for path in LISTS:
                        compare(servers, portal, floor, path, f"{path} {what}", limit)
            with harness.web(servers, "cinga.wsgi", "cinga.settings") as portal:
                for path in LISTS:
                    _status, _headers, html = expect(portal.get(path))
                    size = len(gzip.compress(html)) / 1024
                    harness.report("P2", f"{path} KB gzip", size, LARGEST)


def compare(servers, portal, floor, path, what, limit):
    ratio = harness.compare(
        lambda: expect(portal.get(path)),
        (portal.process, servers.postgres),
        lambda: expect(floor.get("/rows")),
        (floor.process, servers.postgres),
    )
    harness.report("P2", what, ratio.cpu, limit, detail=harness.in_detail(ratio))


if __name__ == "__main__":
    main()
