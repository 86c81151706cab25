"""Searching 100,000 articles on PostgreSQL, as a multiple of fetching one by its key.

python -m bench.search
"""

import json
import os

from bench import harness

ARTICLES = int(os.environ.get("ARTICLES", "100000"))


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        code = f"from bench.inside_search import fill, look; fill({ARTICLES}); look()"
        figures = json.loads(harness.run_in_portal(servers, code))
    key = figures.pop("key")
    print(f"{ARTICLES:,} articles; one by its key: p95 {key['p95']:.2f} ms\n")
    print("| looked for | queries | found, median | p50, ms | p95, ms | p95 to a key's |")
    print("|---|---|---|---|---|---|")
    for what, row in figures.items():
        print(
            f"| {what} | {row['queries']} | {row['found']:,} | {row['p50']:.1f} "
            f"| {row['p95']:.1f} | {row['p95'] / key['p95']:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
