"""What a question to a model may cost at most, before it is asked, and what it cost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from binome.llm.protocol import Said, Schema, Usage

FRAME = 32
"""Tokens that servers put around each turn, and around the whole, at most."""

MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Prices:
    """Money for a million tokens read, and for a million written."""

    read: Decimal
    written: Decimal

    def of(self, usage: Usage) -> Decimal:
        """The cost, rounded up to a millionth."""
        cost = (self.read * usage.read + self.written * usage.written) / MILLION
        return cost.quantize(Decimal("0.000001"), ROUND_UP)


def at_most(messages: Sequence[Said], schema: Schema | None, most_tokens: int) -> Usage:
    """A bound that no tokeniser exceeds: a token stands for at least one byte, so there are no more of them than bytes."""
    written = json.dumps(dict(schema)) if schema else ""
    read = sum(len(one.text.encode("utf-8", "replace")) + FRAME for one in messages) + len(written) * 2 + FRAME
    return Usage(read, most_tokens)
