"""P6: a thousand notices against a million.

python -m bench.scale
"""

import json

from bench import harness

FEW, MANY = 1_000, 1_000_000


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        figures = {}
        for rows in (FEW, MANY):
            figures[rows] = json.loads(
                harness.run_in_portal(servers, f"from bench.inside import look; look({rows})")
            )
        few, many = figures[FEW], figures[MANY]
        harness.heading()
        harness.report(
            "P6",
            "due sweep, buffers, 1 M : 1 k",
            many["buffers"] / few["buffers"],
            1.2,
            detail=f"{few['buffers']} and {many['buffers']} buffers with 20 rows due",
        )
        harness.report("P6", "idle claim at 1 M, ms", many["idle_ms"], 1)
        for name, limit in (("list", 1.3), ("insert", 1.15)):
            harness.report(
                "P6",
                f"{name}, 1 M : 1 k",
                many[f"{name}_ms"] / few[f"{name}_ms"],
                limit,
                detail=f"{few[f'{name}_ms']:.2f} and {many[f'{name}_ms']:.2f} ms",
            )


if __name__ == "__main__":
    main()
