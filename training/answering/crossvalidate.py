"""Measures the plain networks on short FAQs that they have not seen: python -m training.answering.crossvalidate [--data DIR].

Every second FAQ of `texts/brands.txt` is left out in turn: networks trained on all else order and judge its messages.
"""

import argparse
from pathlib import Path

import numpy as np

from binome.knowledge.matching import judgement
from binome.knowledge.matching.judgement import Network, describe, rank
from evals.loading import DEFAULT
from evals.measures import auroc, share
from training.answering.memory import RememberedEncoder
from training.answering.simulate import Simulation, Worlds, simulations
from training.answering.train import Seen, fit, look

THRESHOLDS = (0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2)


def main() -> None:
    """Collect once, then print the shipped networks' figures (which saw these FAQs) and those of networks that did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--memory", type=Path, help="folder that keeps sentence vectors between runs")
    arguments = parser.parse_args()
    encode = RememberedEncoder(arguments.memory)
    worlds = Worlds(arguments.data, seed=7)
    seen = [s for simulation in simulations(worlds, 2) if _plain(simulation) for s in look(simulation, encode)[1]]
    names = [brand.name for brand in worlds.brands]
    judged: list[tuple[bool, bool, float]] = []
    for out in (names[::2], names[1::2]):
        networks = fit("plain", [s for s in seen if _brand(s) not in out])
        judged += [judge_with(networks, s) for s in seen if _brand(s) in out]
    report("left out", judged)
    report("shipped", [judge_with(judgement.networks(), s) for s in seen if _brand(s)])


def judge_with(networks: dict[str, Network], s: Seen) -> tuple[bool, bool, float]:
    """Whether the first is right, whether there is an answer at all, the confidence."""
    scores = rank(s[1], "plain", networks["plain_rank"])
    order = np.argsort(-scores, kind="stable")
    odds = networks["plain_judge"](describe(s[0], s[1], scores, order, s[4], s[5])[None])[0]
    return bool(order[0] == s[2]), s[3], float(1 / (1 + np.exp(-odds)))


def report(name: str, judged: list[tuple[bool, bool, float]]) -> None:
    """Recall, AUROC, and at each strictness the right answers given, the refusals, and their mean."""
    right, has, sure = (np.array(column) for column in zip(*judged, strict=True))
    print(f"{name}: recall@1 {share(right[has])}, AUROC {auroc(sure[has], sure[~has])}")
    for least in THRESHOLDS:
        given, refused = (right & (sure >= least))[has].mean(), (sure < least)[~has].mean()
        print(f"  strictness {least}: given {given:.3f}, refused {refused:.3f}, balanced {(given + refused) / 2:.3f}")


def _plain(simulation: Simulation) -> bool:
    return sum(len(entry.texts) for entry in simulation.entries) < 3 * len(simulation.entries)


def _brand(s: Seen) -> str:
    world, name, *_ = s[6].split()
    return name if world == "brand" else ""


if __name__ == "__main__":
    main()
