"""The page of figures over fifty thousand bookings, on PostgreSQL and on SQLite.

python -m bench.figures

The floor is one plain count of every table it reads, in the same process and run.
"""

import json
import os
import tempfile
from pathlib import Path

from bench import harness

BOOKINGS = int(os.environ.get("BOOKINGS", "50000"))
LIMIT = 40


def main():
    harness.heading()
    with harness.servers() as servers:
        look_at("PostgreSQL", servers)
        with tempfile.TemporaryDirectory() as folder:
            servers.database_url = f"sqlite:///{Path(folder) / 'figures.sqlite3'}"
            look_at("SQLite", servers)


def look_at(name, servers):
    harness.prepare_portal(servers)
    code = f"from bench.inside_figures import look; look({BOOKINGS})"
    for period, figures in json.loads(harness.run_in_portal(servers, code)).items():
        harness.report(
            "figures",
            f"{name}, {period}: page to plain counts",
            figures["page_ms"] / figures["floor_ms"],
            LIMIT,
            detail=f"{figures['page_ms']:.0f} ms in {figures['queries']} queries, of which SQL "
            f"{figures['sql_ms']:.0f} ms; floor {figures['floor_ms']:.1f} ms",
        )


if __name__ == "__main__":
    main()
