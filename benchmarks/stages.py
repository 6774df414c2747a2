"""Messages read a second by all the local stages, in batches of 256: `python -m benchmarks.stages [--data DIR]`.

On one core, stage by stage (seconds of processor: others may be at work); then on two, by the clock: two processes with a
core each, and one process with two threads. Then how long after the start of a process its first message is read.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import tell
from benchmarks.installation import conditions
from benchmarks.short_messages import short_messages

BATCH, MESSAGES = 256, 12_000


def main() -> None:
    """Distinct messages; the first batch, which loads the models, is not counted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--first", action="store_true", help="only read one message, and end")
    given = options.parse_args()
    if given.first:
        _run(["Bonjour, à quelle heure ouvrez-vous demain ?"])
        return
    before = conditions()
    texts, origin = short_messages(given.data, MESSAGES)
    cores = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else [0, 1]
    [alone] = _read([(texts, cores[:1])])
    figures = {"texts": origin, "messages": len(texts) - BATCH, "one_core": _figures([alone])}
    figures["microseconds_of_processor_a_message"] = {
        name: round(1_000_000 * seconds / alone["count"], 1)
        for name, seconds in sorted(alone["spent"].items(), key=lambda one: -one[1])
    }
    figures["two_processes_a_core_each"] = _figures(_read([(texts[at::2], cores[at : at + 1]) for at in range(2)]))
    figures["one_process_two_threads"] = _figures(_read([(texts, cores)]))
    figures["seconds_to_the_first_message"] = round(min(_first() for _time in range(3)), 2)
    tell(before | figures)


def _read(shares: Sequence[tuple[Sequence[str], Sequence[int]]]) -> list[dict[str, Any]]:
    """Each share of the messages by a process of its own on its cores, all at once."""
    around = multiprocessing.get_context("fork")
    ready, answers = around.Barrier(len(shares)), around.SimpleQueue()
    processes = [around.Process(target=_reader, args=(*share, ready, answers)) for share in shares]
    for process in processes:
        process.start()
    told = [answers.get() for _process in processes]
    for process in processes:
        process.join()
    return told


def _reader(texts: Sequence[str], cores: Sequence[int], ready: Any, answers: Any) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    _run(texts[:BATCH])
    ready.wait()
    start, spent = time.perf_counter(), dict[str, float]()
    for first in range(BATCH, len(texts), BATCH):
        for name, seconds in _run(texts[first : first + BATCH]).items():
            spent[name] = spent.get(name, 0.0) + seconds
    seconds = time.perf_counter() - start
    ready.wait()  # memory is counted while all are there: what they share, once
    memory = psutil.Process().memory_full_info()
    answers.put({"count": len(texts) - BATCH, "seconds": seconds, "spent": spent, "pss": memory.pss, "peak": _peak()})
    ready.wait()


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _figures(told: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Of processes that read at once: messages a second by the clock and by the processor, and their memory."""
    count, spent = sum(one["count"] for one in told), sum(sum(one["spent"].values()) for one in told)
    return {
        "per_second": round(count / max(one["seconds"] for one in told)),
        "per_second_of_processor": round(count / spent),
        "memory_at_the_end_mb": round(sum(one["pss"] for one in told) / 2**20),
        "peak_of_the_largest_mb": round(max(one["peak"] for one in told) / 2**20),
    }


def _first() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "benchmarks.stages", "--first"], check=True)
    return time.perf_counter() - start


def _run(texts: Sequence[str]) -> dict[str, float]:
    """Seconds of processor by stage, each fed with those before it."""
    from binome.sdk.pipeline import stages
    from binome.sdk.stage import Annotation, Reading

    grown: list[dict[str, Annotation]] = [{} for _ in texts]
    readings = [Reading(text, annotations=own) for text, own in zip(texts, grown, strict=True)]
    spent = {}
    for stage in stages():
        if stage.cost != "LOCAL":
            continue
        started = time.process_time()
        said = stage.read(readings)
        spent[stage.name] = time.process_time() - started
        for own, annotation in zip(grown, said, strict=True):
            if annotation is not None:
                own[stage.name] = annotation
    return spent


if __name__ == "__main__":
    main()
