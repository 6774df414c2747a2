"""What the network makes of a message, whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Insight:
    """What the network makes of one message: chances by task and label, and the words that weighed where one stands out."""

    chances: Mapping[str, Mapping[str, float]]
    words: Mapping[str, tuple[str, ...]]
