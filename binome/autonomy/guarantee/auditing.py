"""Which acts done alone a person is to look at: the chance of each, fixed before anything is known of its outcome."""

from dataclasses import dataclass
from math import log, log1p

from binome.autonomy.guarantee.promise import Promise, share_of
from binome.autonomy.guarantee.watching import start_cost

_WORRYING, _ALARMING = 3.0, 10.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What makes a lane suspect now, all known before the next case: the watch's *wealth*; *complaints* and
    *reversals* of its acts not yet settled; *novelty*: wealth of the bet that cases are no longer like before;
    *volume*: acts now over acts usual in as long; *mix_moved*: topics come in another mix than they used to."""

    wealth: float = 1.0
    complaints: int = 0
    reversals: int = 0
    novelty: float = 1.0
    volume: float = 1.0
    mix_moved: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """The chance of an audit (*probability*) and the lowest that any act has just now (*floor*); keep both."""

    probability: float
    floor: float


def floor_of(rate: float, signs: Signs) -> float:
    """The lowest chance of an audit now: the usual *rate*, ×2 for each doubtful sign, ×4 for a grave one, at most 1.

    It depends on the past alone, never on the case at hand, which is what `Watch.audited` asks of it.
    """
    times = _times(signs.wealth) * _times(signs.novelty)
    times *= 2.0 ** min(signs.complaints, 3) * 2.0 ** min(signs.reversals, 3)
    times *= 2.0 if signs.mix_moved else 1.0
    times *= 2.0 if signs.volume >= 2 or signs.volume <= 0.5 else 1.0
    return min(1.0, share_of("a rate of audits", rate) * times)


def chance_of(rate: float, signs: Signs, confidence: float, threshold: float) -> Draw:
    """The chance of an audit of an act of this confidence: up to three times the floor just above the threshold."""
    floor = floor_of(rate, signs)
    room = max(1 - threshold, 1e-9)
    nearness = 1 - min(max((confidence - threshold) / room, 0.0), 1.0)
    return Draw(min(1.0, floor * (1 + 2 * nearness)), floor)


def audits_to_notice(promise: Promise, times: float = 2.0, audits_before: int = 0) -> int:
    """About how many audits pass before a lane whose risk rises to *times* α is closed.

    What has to be won, ln(1/δ) and the price of the start, over what an audit wins on average: KL(times α ‖ α).
    """
    risk = promise.risk
    now = min(times * risk, 0.999)
    won = now * log(now / risk) + (1 - now) * (log1p(-now) - log1p(-risk))
    return round((log(1 / promise.doubt) + start_cost(promise, audits_before)) / won)


def _times(wealth: float) -> float:
    return 4.0 if wealth >= _ALARMING else 2.0 if wealth >= _WORRYING else 1.0
