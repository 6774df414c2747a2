"""The mean of two runs of which one goes on from the other: steadier than either.

python -m training.understanding.average --earlier FILE --later FILE --output FILE [--share 0.35]
"""

import argparse
from pathlib import Path

import numpy as np

from training.understanding.export import read


def main() -> None:
    """Read both, weigh, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--earlier", type=Path, required=True)
    options.add_argument("--later", type=Path, required=True)
    options.add_argument("--output", type=Path, required=True)
    options.add_argument("--share", type=float, default=0.35, help="what the earlier one counts")
    given = options.parse_args()
    earlier, later = read(given.earlier), read(given.later)
    earlier["lex"] = _aligned(earlier, later)
    mean = {
        name: given.share * earlier[name] + (1 - given.share) * value
        for name, value in later.items()
        if name != "lex_pieces"
    }
    np.savez(
        given.output, **{name: value.astype(np.float32) for name, value in mean.items()}, lex_pieces=later["lex_pieces"]
    )


def _aligned(earlier: dict[str, np.ndarray], later: dict[str, np.ndarray]) -> np.ndarray:
    """The earlier table of pieces in the later one's order; pieces that only the later one has keep its rows."""
    place = {int(piece): at for at, piece in enumerate(earlier["lex_pieces"], start=1)}
    lex = later["lex"].copy()
    lex[0] = earlier["lex"][0]
    for at, piece in enumerate(later["lex_pieces"], start=1):
        if int(piece) in place:
            lex[at] = earlier["lex"][place[int(piece)]]
    return lex


if __name__ == "__main__":
    main()
