"""Did the team promise something, and by when? Of use on what was answered before as on what comes in."""

import re
from collections.abc import Sequence

from binome.sdk.insight import Insight, insights_of, with_words
from binome.sdk.stage import Annotation, Reading

READ = 5_000

_DAY = r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_UNIT = (
    r"(?:heures?|h|jours?|semaines?|mois|minutes?|min|hours?|days?|weeks?|months?|working days?|jours? ouvrés?|ouvrés)"
)
_NUMBER = r"(?:\d{1,3}|une?|deux|trois|quelques|a|an|one|two|three|a few|few)"
_BEFORE = r"(?:d['’]ici|avant|sous|dans|pour|within|in|by|before|until|on|ce|this|next|dès)"
_THE = r"(?:la fin de |le |la |les |the |end of |the end of )*"
_MOMENT = rf"{_DAY}|demain|ce soir|tomorrow|tonight|today|aujourd['’]hui|semaine|week|mois|month|journée|day|midi|noon"
_PART = r"(?:prochaine?|next|matin|soir|midi|morning|evening)"
_WHEN = re.compile(
    rf"\b(?:{_BEFORE}\s+{_THE}(?:{_NUMBER}\s+{_UNIT}(?:\s+ouvrés)?|{_MOMENT})(?:\s+{_PART})?"
    rf"|(?:demain|tomorrow)(?:\s+{_PART})?|ce soir|tonight|(?:{_DAY})\s+{_PART})\b",
    re.IGNORECASE,
)


class Commitment:
    """promise | none; evidence: "when", as it was said, and "words"."""

    name, version, cost = "commitment", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(*each) for each in zip(readings, insights_of(readings), strict=True)]


def _read(reading: Reading, insight: Insight) -> Annotation:
    chance = insight.chances["commitment"]["promise"]
    if chance < 0.5:
        return Annotation("none", round(1 - chance, 3))
    when = _WHEN.search(reading.text[:READ])
    evidence = {"when": " ".join(when[0].split())} if when else {}
    return Annotation("promise", round(chance, 3), with_words(insight, "commitment", evidence))


STAGE = Commitment()
