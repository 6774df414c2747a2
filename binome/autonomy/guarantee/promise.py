"""What is promised: at most a share of wrong acts, and the chance of ever being mistaken about it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite

_FIRST_LIFE = 0.8


@dataclass(frozen=True, slots=True)
class Promise:
    """At most a share *risk* (α) of what is done alone is wrong, but for a chance *doubt* (δ) of being mistaken.

    The doubt is that of one process: of opening a lane that should not open, or of closing one that behaves.
    """

    risk: float
    doubt: float

    def __post_init__(self) -> None:
        for value in (self.risk, self.doubt):
            if not (isfinite(value) and 0 < value < 1):
                raise ValueError(f"a share strictly between 0 and 1 was expected, not {value}")

    @property
    def wealth_asked(self) -> float:
        """The wealth at which a process is believed: 1/δ."""
        return 1 / self.doubt

    def of_life(self, life: int) -> "Promise":
        """The promise of a lane's *life*-th opening (1, 2, …): 4δ/5 for the first, δ/(5 (k − 1) k) for the k-th.

        The sum over all lives is δ, so a lane that is opened again and again is wrongly opened *once in all its
        lives* with probability ≤ δ: a union bound, which holds however the later lives depend on the earlier ones.
        Most lanes have one life: it has most of the doubt.
        """
        if life < 1:
            raise ValueError(f"lives are counted from 1, not {life}")
        part = _FIRST_LIFE if life == 1 else (1 - _FIRST_LIFE) / ((life - 1) * life)
        return replace(self, doubt=self.doubt * part)

    def shared_by(self, lanes: int) -> "Promise":
        """The promise of each of *lanes* lanes so that it holds for all of them together: δ/L (union bound)."""
        if lanes < 1:
            raise ValueError(f"lanes are counted from 1, not {lanes}")
        return replace(self, doubt=self.doubt / lanes)


def believed_together(wealths: Iterable[float], doubt: float) -> list[int]:
    """Positions of the lanes believed so that the expected share of false ones among them is ≤ *doubt*: e-BH.

    Whatever the dependence between lanes: the r largest e-values are taken for the largest r with r·e_(r) ≥ L/δ.
    R. Wang and A. Ramdas, "False discovery rate control with e-values", JRSS B 84 (2022).
    """
    values = list(wealths)
    order = sorted(range(len(values)), key=lambda i: -values[i])
    most = max((r for r in range(1, len(order) + 1) if r * values[order[r - 1]] * doubt >= len(order)), default=0)
    return sorted(order[:most])


def share_of(name: str, value: float) -> float:
    """The value, when it is a number from 0 to 1; anything else, NaN included, is refused."""
    if not (isfinite(value) and 0 <= value <= 1):
        raise ValueError(f"{name} is {value}: a number from 0 to 1 was expected")
    return float(value)
