"""Remembers sentence vectors between runs of the training, since simulated collections share their texts."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from binome.kit.encoder import encode


class RememberedEncoder:
    """Encodes each text once; keeps the vectors in a folder when one is given."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._rows: dict[str, int] = {}
        self._parts: list[np.ndarray] = [np.zeros((0, 512), np.float32)]
        if folder and (folder / "texts.json").exists():
            texts = json.loads((folder / "texts.json").read_text("utf-8"))
            self._rows = {text: i for i, text in enumerate(texts)}
            self._parts = [np.load(folder / "vectors.npy", allow_pickle=False)]

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of the texts, (n, 512)."""
        new = list(dict.fromkeys(text for text in texts if text not in self._rows))
        if new:
            first = len(self._rows)
            self._rows.update((text, first + i) for i, text in enumerate(new))
            self._parts.append(encode(new))
        if len(self._parts) > 50:
            self._parts = [np.concatenate(self._parts)]
        starts = np.cumsum([0, *(len(part) for part in self._parts)])
        rows = np.array([self._rows[text] for text in texts], np.int64)
        where = np.searchsorted(starts, rows, side="right") - 1
        out = np.empty((len(texts), 512), np.float32)
        for part in np.unique(where):
            chosen = where == part
            out[chosen] = self._parts[part][rows[chosen] - starts[part]]
        return out

    def save(self) -> None:
        """Write what is remembered."""
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            np.save(self._folder / "vectors.npy", np.concatenate(self._parts))
            (self._folder / "texts.json").write_text(json.dumps(list(self._rows)), "utf-8")
