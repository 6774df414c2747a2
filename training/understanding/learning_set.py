"""What is learned from and what is kept for measuring: decided here once, for the training and for the evaluations beside it."""

from pathlib import Path

from training.understanding.drawing import split
from training.understanding.examples import Example
from training.understanding.sets import public
from training.understanding.templates import filled
from training.understanding.texts import is_whole, own

CUT = 0.42
"""Families of our own texts below are fitted, those from here to one half calibrate, the others are kept.

Twice that where nothing is kept."""


def to_learn_from(data: Path) -> tuple[list[Example], list[Example]]:
    """(to fit, to calibrate): no text that is kept for measuring, whatever set it comes back in."""
    fit, calibrate, measure = split(public(data))
    ours = list(own(kept=False))
    banned = {_key(example) for example in [*measure, *own(kept=True)]}
    fit += [*(example for example in ours if example.part < _cut(example)), *filled()]
    calibrate += [example for example in ours if example.part >= _cut(example)]
    return [one for one in fit if _key(one) not in banned], [one for one in calibrate if _key(one) not in banned]


def _cut(example: Example) -> float:
    return CUT * 2 if is_whole(example) else CUT


def _key(example: Example) -> str:
    return " ".join(example.text.lower().split())
