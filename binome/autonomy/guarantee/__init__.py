"""The guarantee: when a lane may open, whether it may stay open, and when the past no longer counts.

Pure mathematics on numbers: no Django, no database, numpy alone. Each module states what is proved, under which
assumptions, and where it comes from; `python -m evals.guarantee` checks it by simulation.
"""

from binome.autonomy.guarantee.auditing import Draw, Signs, audits_to_notice, chance_of, floor_of
from binome.autonomy.guarantee.boundary import Boundary
from binome.autonomy.guarantee.estimating import Estimate, error_rate
from binome.autonomy.guarantee.exact import cases_without_mistake, interval, threshold_once
from binome.autonomy.guarantee.opening import Offer, Opening, Step
from binome.autonomy.guarantee.promise import Promise, believed_together
from binome.autonomy.guarantee.shift import (
    UNKNOWN,
    Basis,
    MixShift,
    Novelty,
    Territory,
    coin,
    mix_moved,
    mix_shift,
    thinned,
    unjudged,
    why_void,
)
from binome.autonomy.guarantee.thresholds import even_thresholds, thresholds_from
from binome.autonomy.guarantee.watching import Watch, Watched

__all__ = [
    "UNKNOWN",
    "Basis",
    "Boundary",
    "Draw",
    "Estimate",
    "MixShift",
    "Novelty",
    "Offer",
    "Opening",
    "Promise",
    "Signs",
    "Step",
    "Territory",
    "Watch",
    "Watched",
    "audits_to_notice",
    "believed_together",
    "cases_without_mistake",
    "chance_of",
    "coin",
    "error_rate",
    "even_thresholds",
    "floor_of",
    "interval",
    "mix_moved",
    "mix_shift",
    "thinned",
    "threshold_once",
    "thresholds_from",
    "unjudged",
    "why_void",
]
