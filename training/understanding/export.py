"""The parameters as they ship: small tables and heads in bytes with a scale a column, the rest in half precision, no pickle."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from binome.kit.reader.weights import arrays_of
from training.understanding.examples import SEVERAL, TASKS


def write(arrays: Mapping[str, np.ndarray], described: Mapping[str, object], path: Path) -> str:
    """Write the file; its SHA-256, to be put beside the code that reads it."""
    kept: dict[str, np.ndarray] = {"described": np.frombuffer(json.dumps(described).encode(), np.uint8)}
    for name, value in arrays.items():
        if name == "lex_pieces":
            kept[name] = value.astype(np.int32)
        elif name in {"lex", "gram"} or name.endswith((".hidden", ".context", ".both", ".letters")):
            scale = (np.abs(value).max(0, keepdims=True) / 127 + 1e-12).astype(np.float32)
            kept[name], kept[f"{name}:scale"] = np.rint(value / scale).astype(np.int8), scale
        else:
            kept[name] = value.astype(np.float16 if value.ndim == 2 else np.float32)
    np.savez_compressed(path, **kept)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_words(words: Sequence[bytes], rated: np.ndarray, out: np.ndarray, bias: np.ndarray, path: Path) -> str:
    """Write rated words and what follows from them; the file's SHA-256."""
    scale = np.abs(rated).max() / 127
    np.savez_compressed(
        path,
        words=np.frombuffer(b"\n".join(words), np.uint8),
        rated=np.rint(rated / scale).astype(np.int8),
        scale=np.float32(scale),
        out=out.astype(np.float32),
        bias=bias.astype(np.float32),
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def about(task: str, slope: float, shift: np.ndarray) -> dict[str, object]:
    """What the file tells of a task beside its arrays."""
    classes = TASKS[task]
    return {
        "classes": classes,
        "several": task in SEVERAL,
        "slope": [round(slope, 4)] * len(classes),
        "shift": [round(float(one), 4) for one in shift],
    }


def read(parameters: Path) -> dict[str, np.ndarray]:
    """The arrays of a training run."""
    with np.load(parameters, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def reopened(shipped: Path, path: Path) -> Path:
    """What ships, written as a training run would have: to go on from where only that is left of a run."""
    arrays = {name: value for name, value in arrays_of(shipped).items() if name != "described"}
    np.savez(path, **arrays)
    return path


def written_plain(parameters: Path) -> Path:
    """A file as it would ship, beside that of the training run, with chances as they come."""
    path = parameters.with_name(f"{parameters.stem}-plain.npz")
    write(read(parameters), {task: about(task, 1.0, np.zeros(len(classes))) for task, classes in TASKS.items()}, path)
    return path
