"""What engages the team: a threat of action, the press, an authority, a minor, somebody's health, money promised."""

from collections.abc import Sequence

from binome.sdk.insight import first_of, insights_of
from binome.sdk.stage import Annotation, Reading


class Legal:
    """action | press | authority | minor | health | money | none; evidence["words"]: those that weighed."""

    name, version, cost = "legal", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [first_of(insight, "legal") for insight in insights_of(readings)]


STAGE = Legal()
