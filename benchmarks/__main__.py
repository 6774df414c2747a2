"""Runs every benchmark, each in a process of its own, one after the other: `make bench`.

A table to standard error; to standard output, one JSON object with the figures of each. Exit code 1 if one of them
could not be measured (a target missed is a figure, not a failure).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from benchmarks.figures import table

BENCHMARKS = ("encoder", "stages", "understanding", "answering", "memory", "inbound", "inbox", "arrivals")
PATIENCE = 1_800  # seconds for each


def main() -> int:
    wanted = sys.argv[1:] or list(BENCHMARKS)
    figures = {name: _run(name) for name in wanted}
    print(json.dumps(figures, indent=2))
    print("\n\n".join(f"== {name}\n{table(measured)}" for name, measured in figures.items()), file=sys.stderr)
    return int(any("could_not_run" in measured for measured in figures.values()))


def _run(name: str) -> dict[str, Any]:
    """The benchmark's own JSON (its lines, if it speaks only to people), or why there is none."""
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return {"could_not_run": f"not done in {PATIENCE} s"}
    if ran.returncode:
        return {"could_not_run": ((ran.stderr or ran.stdout).strip().splitlines() or ["no reason given"])[-1]}
    try:
        measured: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        measured = {"said": [line.strip() for line in ran.stdout.splitlines() if line.strip()]}
    return measured


if __name__ == "__main__":
    sys.exit(main())
