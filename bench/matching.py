"""The match list of a request over a pool of two thousand, against the floor's list.

python -m bench.matching
"""

import json
import os

from bench import harness
from bench.pages import expect

POOL = int(os.environ.get("POOL", "2000"))
LIMIT = 2


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        harness.prepare_floor(servers, slots=POOL)
        harness.heading()
        code = f"from bench.inside_matching import fill; fill({POOL})"
        made = json.loads(harness.run_in_portal(servers, code))
        with (
            harness.web(servers, "bench.floor.wsgi", "bench.floor.settings") as floor,
            harness.web(servers, "cinga.wsgi", "cinga.settings") as portal,
        ):
            for what, page, rows in made["pages"]:
                status, _headers, html = portal.get(page, cookies=made["cookies"])
                shown = html.count(b'<th scope="row">')
                if status != 200 or shown != rows:  # noqa: PLR2004 the answer of a page
                    raise SystemExit(f"{page}: {status}, {shown} rows instead of {rows}")
                ratio = harness.compare(
                    lambda page=page: expect(portal.get(page, cookies=made["cookies"])),
                    (portal.process, servers.postgres),
                    lambda rows=rows: expect(floor.get(f"/rows?count={rows}")),
                    (floor.process, servers.postgres),
                )
                detail = harness.in_detail(ratio)
                harness.report("matching", what, ratio.cpu, LIMIT, detail=detail)


if __name__ == "__main__":
    main()
