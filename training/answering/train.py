"""Trains the networks that order and judge answers: python -m training.answering.train [--data DIR].

Only open-licence data and texts of the project are used. Prints the hash to write beside the weights.
"""

import argparse
import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np

from binome.knowledge.matching import Matcher
from binome.knowledge.matching.judgement import KINDS, WEIGHTS, Network, describe, rank, read_networks, seen_by
from binome.knowledge.matching.matcher import words_of
from binome.knowledge.matching.signals import Question, compare
from binome.knowledge.matching.statistics import CollectionStatistics
from evals.loading import DEFAULT
from training.answering.memory import RememberedEncoder
from training.answering.networks import fit_judge, fit_order
from training.answering.simulate import Simulation, Worlds, simulations

SIZES = {"plain": (4, 8, 30), "trained": (16, 8, 60), "drilled": (16, 8, 60)}
IMPORTANCE = {"brand": 6.0, "pages": 1.0}
JUDGED_IMPORTANCE = {"brand": 2.0, "pages": 1.0, "written": 1.0}
TRAINED_IMPORTANCE = {"pages": 4.0, "written": 2.0}
Seen = tuple[Question, np.ndarray, int, bool, CollectionStatistics, float, str]


def main() -> None:
    """Simulate, compare, fit, write."""
    arguments = _arguments()
    encode = RememberedEncoder(arguments.memory)
    worlds = Worlds(arguments.data, seed=7, held_out=not arguments.all)
    seen: dict[str, list[Seen]] = defaultdict(list)
    for simulation in simulations(worlds, arguments.rounds):
        if "plain" in arguments.kinds and len(arguments.kinds) == 1 and simulation.examples >= 3:
            continue
        kind, found = look(simulation, encode)
        seen[kind] += found
    encode.save()
    networks = dict(read_networks(arguments.output)) if arguments.output.exists() else {}
    for kind in arguments.kinds:
        networks |= fit(kind, seen[kind])
    write(networks, arguments.output)


def look(simulation: Simulation, encode: RememberedEncoder) -> tuple[str, list[Seen]]:
    """Compare every question of the simulation with its shortlist."""
    matcher = Matcher(simulation.entries, encode=encode)
    questions = matcher.prepare_questions([text for text, _ in simulation.asked])
    matcher.word_vectors.learn(words_of(questions))
    kind = matcher.statistics.kind
    found: list[Seen] = []
    for (question, shortlist, classified, nearest), (_, right) in zip(
        matcher.shortlists(questions), simulation.asked, strict=True
    ):
        if question.read.weights:
            signals = compare(question, shortlist, matcher.statistics, matcher.word_vectors, classified).signals
            at = next((i for i, known in enumerate(shortlist) if known.entry.id == right), -1)
            found.append(
                (question, seen_by(kind, signals), at, right is not None, matcher.statistics, nearest, simulation.name)
            )
    answerable = [s for s in found if s[3]]
    print(
        f"{simulation.name:32s} {kind:8s} {len(found):4d} asked, shortlisted {np.mean([s[2] >= 0 for s in answerable]):.3f}",
        flush=True,
    )
    return kind, found


def fit(kind: str, seen: list[Seen]) -> dict[str, Network]:
    """The two networks of one kind of collection: the second sees orders given by firsts that had not seen its questions."""
    hidden, judging, epochs = SIZES[kind]
    order = _fit_order(kind, seen, hidden, epochs)
    rows, right, weights = [], [], []
    for half in (0, 1):
        other = _fit_order(kind, [s for i, s in enumerate(seen) if i % 2 != half], hidden, epochs)
        for s in (s for i, s in enumerate(seen) if i % 2 == half):
            scores = rank(s[1], kind, other)
            ranked = np.argsort(-scores, kind="stable")
            rows.append(describe(s[0], s[1], scores, ranked, s[4], s[5]))
            right.append(float(ranked[0] == s[2]))
            weights.append(_judged_weight(kind, s))
    y = np.array(right, np.float32)
    judge = fit_judge(np.stack(rows), y, np.array(weights, np.float32), judging, epochs=epochs)
    p = 1 / (1 + np.exp(-judge(np.stack(rows))))
    print(f"{kind}: {len(y)} asked, right first {y.mean():.3f}; brier {np.mean((p - y) ** 2):.4f}")
    return {f"{kind}_rank": order, f"{kind}_judge": judge}


def _fit_order(kind: str, seen: list[Seen], hidden: int, epochs: int) -> Network:
    known = [s for s in seen if s[2] >= 0]
    return fit_order(
        [s[1] for s in known],
        [s[2] for s in known],
        np.array([_weight(kind, s) for s in known], np.float32),
        hidden,
        epochs=epochs,
    )


def _weight(kind: str, s: Seen) -> float:
    """In plain collections short FAQs asked by members count most; there, simulated intents least."""
    world = s[6].split()[0]
    return IMPORTANCE.get(world, 0.5) if kind == "plain" else TRAINED_IMPORTANCE.get(world, 1.0)


def _judged_weight(kind: str, s: Seen) -> float:
    """To refuse well, all worlds count about the same in plain collections."""
    return JUDGED_IMPORTANCE.get(s[6].split()[0], 1.0) if kind == "plain" else _weight(kind, s)


def write(networks: dict[str, Network], path: Path) -> None:
    """One file of plain arrays; prints its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{name}-{slot}": np.asarray(getattr(net, slot), np.float32)
        for name, net in networks.items()
        for slot in Network.__slots__
    }
    np.savez_compressed(path, **arrays)
    print(path, path.stat().st_size, "bytes", hashlib.sha256(path.read_bytes()).hexdigest())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--memory", type=Path, help="folder that keeps sentence vectors between runs")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="others stay as they are in the file")
    parser.add_argument("--all", action="store_true", help="also use the held-out fifth (for the shipped weights)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
