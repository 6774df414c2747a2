"""Proves the guarantee by simulation: python -m evals.guarantee [--lanes 1000] [--only opening|watching|several|missing]."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from binome.autonomy.guarantee import Boundary, Promise, audits_to_notice, cases_without_mistake, interval
from evals.guarantee_lanes import (
    BEFORE,
    NEVER,
    daily_z,
    open_lanes,
    place_thresholds,
    single_look,
    three_bands,
    told_where,
    watch_lanes,
)
from evals.guarantee_worlds import Truth, World, at_the_limit, just_above, worlds

PAGE = Path(__file__).resolve().parents[1] / "docs" / "models" / "guarantee-simulations"
RISKS, DOUBTS = (0.01, 0.02, 0.05, 0.1), (0.05, 0.1)
VERDICTS = 1000
Row = dict[str, Any]


def main() -> int:
    """Simulate, print and write the tables; 1 when a promise is broken significantly more often than δ."""
    arguments = _arguments()
    parts = {"floor": floor, "opening": opening, "watching": watching, "several": several, "missing": missing}
    tables, started = {}, time.perf_counter()
    for name, part in parts.items():
        if arguments.only in ("", name):
            tables[name] = part(arguments.lanes)
            print(f"{name}: {len(tables[name])} rows, {time.perf_counter() - started:.0f} s", flush=True)
    text = page(tables, arguments.lanes)
    print(text)
    if not arguments.only:
        PAGE.with_suffix(".md").write_text(text, "utf-8")
        PAGE.with_suffix(".json").write_text(json.dumps({"lanes": arguments.lanes, **tables}, indent=1) + "\n", "utf-8")
    return int(any(broken_promise(row) for rows in tables.values() for row in rows))


def broken_promise(row: Row) -> bool:
    """Whether the share that must stay below δ is above it beyond chance (lower end of its 99.9 % interval)."""
    return "of" in row and interval(row["broken"], row["of"], 0.001)[0] > row["doubt"]


def floor(_lanes: int) -> list[Row]:
    """Verdicts that opening takes without a mistake, beside the floor of a single look."""
    return [
        {
            "risk": risk,
            "doubt": doubt,
            "a single look": cases_without_mistake(Promise(risk, doubt)),
            **{f"{k} mistakes": int(Boundary.of(risk, doubt).cases_at[k]) for k in (0, 1, 2, 5, 10)},
        }
        for risk in RISKS
        for doubt in DOUBTS
    ]


def opening(lanes: int) -> list[Row]:
    """Every world, risk and doubt: broken promises, verdicts to open, coverage, beside the rivals."""
    rows = []
    for place, world in enumerate([None, None, *worlds()]):
        for risk in RISKS:
            its = world or (at_the_limit(risk), just_above(risk))[place]
            truth = its.truth()
            rows += [open_world(its, truth, Promise(risk, doubt), lanes, seed=place) for doubt in DOUBTS]
    return rows


def open_world(world: World, truth: Truth, promise: Promise, lanes: int, seed: int, verdicts: int = VERDICTS) -> Row:
    """Lanes of one world, looked at after every verdict."""
    random = np.random.default_rng(seed)
    thresholds = place_thresholds(promise, world.draw(random, (lanes, BEFORE)))
    sure, wrong = world.cases(random, (lanes, verdicts))
    opened = open_lanes(promise, thresholds, sure, wrong)
    oracle = truth.oracle(promise.risk * (1 - 1e-9))
    rivals = {
        "a single look": single_look(promise, thresholds, sure, wrong),
        "above 0.9": np.full(lanes, 0.9),
        "three bands": three_bands(promise.risk, sure, wrong),
        "daily z-test": daily_z(promise, thresholds, sure, wrong),
    }
    when = opened.opened_at[opened.opened_at < NEVER]
    row: Row = {"world": world.name, "risk": promise.risk, "doubt": promise.doubt, "of": lanes}
    row |= {"broken": _broken(truth, opened.threshold, promise.risk), "opened": len(when)}
    row |= {"verdicts to open": int(np.median(when)) if len(when) else None}
    row |= {"coverage": _coverage(truth, opened.threshold), "oracle": oracle}
    row |= {"told where": round(told_where(promise, truth, verdicts), 4)}
    for name, threshold in rivals.items():
        row[f"{name}: broken"] = _broken(truth, threshold, promise.risk)
        row[f"{name}: coverage"] = _coverage(truth, threshold)
    return row


def watching(lanes: int) -> list[Row]:
    """Lanes that behave, for life, and lanes that get worse at a moment nobody knows, by rate of audits."""
    rows = []
    for risk in RISKS:
        for doubt in DOUBTS:
            promise = Promise(risk, doubt)
            rows += [_behaving(promise, share, lanes) for share in (0.5, 1.0)]
            rows += [_seasonal(promise, lanes)]
            if doubt == DOUBTS[0]:
                rows += [_worsening(promise, times, kind, lanes) for times in (2, 4) for kind in ("step", "slope")]
    return rows


def _behaving(promise: Promise, share: float, lanes: int) -> Row:
    random = np.random.default_rng(int(share * 10))
    closed = watch_lanes(promise, random.random((lanes, 3000)) < share * promise.risk)
    return _life(promise, f"{share:g} α, 3,000 audits", closed, lanes)


def _seasonal(promise: Promise, lanes: int) -> Row:
    """The risk swings between 0 and α with the seasons: it never exceeds the promise."""
    random = np.random.default_rng(5)
    swing = promise.risk * (1 + np.sin(np.arange(3000) * 2 * np.pi / 250)) / 2
    return _life(promise, "0 … α by season", watch_lanes(promise, random.random((lanes, 3000)) < swing), lanes)


def _life(promise: Promise, name: str, closed: np.ndarray, lanes: int) -> Row:
    false = int((closed < NEVER).sum())
    return {"world": name, "risk": promise.risk, "doubt": promise.doubt, "of": lanes, "broken": false}


def _worsening(promise: Promise, times: int, kind: str, lanes: int) -> Row:
    """From α/2 to *times* α after 20 to 300 audits: at once, or within 100 audits. Delays by rate of audits in acts."""
    random = np.random.default_rng(times)
    length = 300 + 12 * audits_to_notice(promise, times, 300)
    change = random.integers(20, 301, lanes)
    since = np.arange(length)[None, :] - change[:, None]
    grown = (since >= 0) if kind == "step" else np.clip(since / 100, 0, 1)
    chance = promise.risk * (0.5 + (times - 0.5) * grown)
    closed = watch_lanes(promise, random.random(chance.shape) < chance)
    delay = np.where(closed < NEVER, closed - change, length)
    late = delay[delay > 0]
    row: Row = {"world": f"α/2 to {times} α, {kind}", "risk": promise.risk, "doubt": promise.doubt, "lanes": lanes}
    row |= {"found": int((closed < NEVER).sum()), "closed before": int((delay <= 0).sum())}
    row |= {"audits, median": int(np.median(late)), "audits, 9 in 10": int(np.quantile(late, 0.9))}
    for rate in (0.02, 0.05, 0.1, 0.2):
        row[f"acts at {rate:.0%} audits"] = int(np.median(late) / rate)
    return row


def several(lanes: int) -> list[Row]:
    """Many lanes at exactly α, all looked at after every verdict: is any of them ever opened? δ each, and δ shared."""
    rows = []
    for count in (1, 10, 50, 200):
        groups = max(100, min(lanes, 20_000 // count))
        for shared in (False, True):
            promise = Promise(0.05, 0.05).shared_by(count if shared else 1)
            boundary = Boundary.of(promise.risk, promise.doubt)
            any_opened = 0
            for group in range(groups):
                wrong = np.random.default_rng([count, group]).random((count, VERDICTS)) < promise.risk
                cases = np.broadcast_to(np.arange(1, VERDICTS + 1), wrong.shape)
                any_opened += bool(boundary.few_enough(cases, wrong.cumsum(axis=1)).any())
            row: Row = {"world": f"{count} lanes, δ {'shared' if shared else 'each'}", "risk": 0.05, "doubt": 0.05}
            promised = shared or count == 1
            rows.append(row | {"of" if promised else "groups": groups, "broken": any_opened})
    return rows


def missing(lanes: int) -> list[Row]:
    """Verdicts that never come: at random; wrong suggestions ignored more often, left out or counted as wrong."""
    promise, random = Promise(0.05, 0.05), np.random.default_rng(8)
    shape = (lanes, VERDICTS)
    wrong = random.random(shape) < promise.risk
    absent = {
        "3 in 10 at random, left out": (random.random(shape) < 0.3, False),
        "ignored: 1 right in 10, 5 wrong in 10; left out": (random.random(shape) < np.where(wrong, 0.5, 0.1), False),
        "the same, counted as wrong": (random.random(shape) < np.where(wrong, 0.5, 0.1), True),
    }
    boundary = Boundary.of(promise.risk, promise.doubt)
    rows = []
    for name, (gone, counted) in absent.items():
        judged = np.ones(shape, bool) if counted else ~gone
        losses = ((wrong | gone) if counted else wrong & ~gone).cumsum(axis=1)
        opened = boundary.few_enough(judged.cumsum(axis=1), losses).any(axis=1)
        row: Row = {"world": name, "risk": promise.risk, "doubt": promise.doubt, "broken": int(opened.sum())}
        rows.append(row | {"groups" if "5 wrong" in name else "of": lanes})
    return rows


def page(tables: dict[str, list[Row]], lanes: int) -> str:
    """The tables as Markdown."""
    titles = {
        "floor": "Verdicts to open, by the number of mistakes (looked at after every verdict)",
        "opening": f"Opening: {lanes} lanes a row, {VERDICTS} verdicts, looked at after every one",
        "watching": "Staying open: false closings of lanes that behave; delays for lanes that get worse",
        "several": "Several lanes at exactly α: groups in which any lane was ever opened",
        "missing": "Missing verdicts, lanes at exactly α (only a random absence, or counting it as wrong, keeps the promise)",
    }
    out = ["# The guarantee: simulations", "", "Written by `python -m evals.guarantee`.", ""]
    explained = (
        "*broken*: lanes that were ever offered a threshold whose true risk exceeds α, or, among lanes that behave, that were "
        "ever closed; its 95 % interval (Clopper and Pearson) stands beside δ. *coverage*: mean over all lanes, those not opened "
        "counting 0, beside that of an oracle who knows the true risk. "
        "*a single look* tests once, exactly, after the last verdict: the price of looking whenever one likes is the gap to it. "
        "*told where* knows in advance at which threshold to test, and tests once, exactly, after the last verdict: no test that "
        "errs with at most δ opens that threshold more often, so its gap to the oracle is the price of having seen no more than that."
    )
    out.append(explained)
    for name, rows in tables.items():
        kinds: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            kinds.setdefault(tuple(row), []).append(row)
        out += ["", f"## {titles[name]}"]
        for columns, its in kinds.items():
            out += ["", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
            out += ["| " + " | ".join(_cell(row, column) for column in columns) + " |" for row in its]
    return "\n".join(out) + "\n"


def _cell(row: Row, column: str) -> str:
    value = row[column]
    if column.endswith("broken"):
        of = row.get("of") or row.get("groups") or 1
        low, high = interval(value, of)
        return f"{value / of:.3f} [{low:.3f}, {high:.3f}]"
    return "–" if value is None else f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _broken(truth: Truth, threshold: np.ndarray, risk: float) -> int:
    acting = ~np.isnan(threshold)
    return int((truth.risk(threshold[acting]) > risk * (1 - 1e-9)).sum())


def _coverage(truth: Truth, threshold: np.ndarray) -> float:
    acting = ~np.isnan(threshold)
    return round(float(truth.coverage(threshold[acting]).sum() / len(threshold)), 4)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lanes", type=int, default=1000)
    parser.add_argument("--only", default="", help="one of the tables; nothing is written then")
    parser.add_argument("--data", help="not used: the simulations need no data")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
