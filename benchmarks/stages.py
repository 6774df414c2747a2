"""Messages read a second by the stages, each and all together, on one core: python -m benchmarks.stages [--data DIR]."""

import argparse
import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import resource
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.short_messages import short_messages
from binome.sdk.pipeline import stages
from binome.sdk.stage import Annotation, Reading

BATCH, MESSAGES = 256, 12_000


def main() -> None:
    """Distinct messages in batches of 256; the first batch, which loads the models, is timed apart."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    texts, origin = short_messages(options.parse_args().data, MESSAGES)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"first batch of {BATCH}, models loaded: {sum(_run(texts[:BATCH]).values()):.2f} s")
    spent: dict[str, float] = {}
    for start in range(BATCH, len(texts), BATCH):
        for name, seconds in _run(texts[start : start + BATCH]).items():
            spent[name] = spent.get(name, 0.0) + seconds
    count = len(texts) - BATCH
    for name, seconds in spent.items():
        print(f"{name:<16}{count / seconds:>10,.0f} messages/s")
    print(f"{'all together':<16}{count / sum(spent.values()):>10,.0f} messages/s ({count} {origin} messages)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _run(texts: Sequence[str]) -> dict[str, float]:
    """Seconds of processor by stage (not of the clock: others may be at work), each fed with those before it."""
    grown: list[dict[str, Annotation]] = [{} for _ in texts]
    readings = [Reading(text, annotations=own) for text, own in zip(texts, grown, strict=True)]
    spent = {}
    for stage in stages():
        started = time.process_time()
        said = stage.read(readings)
        spent[stage.name] = time.process_time() - started
        for own, annotation in zip(grown, said, strict=True):
            if annotation is not None:
                own[stage.name] = annotation
    return spent


if __name__ == "__main__":
    main()
