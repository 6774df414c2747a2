"""What is loaded once for all who compute with the encoder's first layers: the weights, the rows of tokens, the tokenizer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock

from binome.kit.encoder.token_rows import TokenRows
from binome.kit.encoder.tokens import Tokenizer
from binome.kit.encoder.weights import Weights, load_weights

_loading = Lock()


def shared() -> tuple[Weights, TokenRows, Tokenizer]:
    """The one set of this process; raises WeightsAltered."""
    with _loading:
        return _loaded()


@cache
def _loaded() -> tuple[Weights, TokenRows, Tokenizer]:
    with ThreadPoolExecutor(1) as beside:
        tokenizer = beside.submit(Tokenizer)
        weights = load_weights()
        return weights, TokenRows(weights), tokenizer.result()


def forget() -> None:
    """After a fork: locks of the parent's other threads would never open."""
    global _loading
    _loading = Lock()
    _loaded.cache_clear()
