"""Rehearses real pasts: python -m evals.rehearsal [--data DIR] [--cases 6000] [--only NAME]."""

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from binome.assistant.foreseeing import vetoes_in
from binome.autonomy.guarantee import Promise, interval
from binome.knowledge.rehearsing import Item, PastCase, Rehearsal, RehearsedLane, Rules, again
from evals.loading import DEFAULT, DataAbsent, rows

PAGE = Path(__file__).resolve().parents[1] / "docs" / "models" / "rehearsals"
RISKS = (0.02, 0.05, 0.1)
DOUBT = 0.05
PASTS = {
    "CLINC150": "en_intent_clinc150",
    "Banking77-OOS": "en_intent_banking77_oos",
    "HWU64": "en_intent_hwu64",
    "Bitext": "en_intent_bitext_customer",
}
Row = dict[str, Any]


def main() -> int:
    """Rehearse every past in every order; 1 when an open lane was wrong significantly more often than promised."""
    arguments = _arguments()
    found: list[Row] = []
    try:
        for name, file in PASTS.items():
            if arguments.only.lower() in name.lower():
                for order, arrange in ORDERS.items():
                    found += rehearsed(name, order, arrange(_cases(file, arguments)))
                    print("\n".join(_line(row) for row in found[-len(RISKS) :]), flush=True)
    except DataAbsent as absent:
        print(f"No evaluation data: {absent}. Give their folder with --data.")
        return 1
    if not arguments.only:
        PAGE.with_suffix(".md").write_text(page(found), "utf-8")
        PAGE.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return int(any(lane["interval"][0] > row["risk"] for row in found for lane in row["lanes"]))


def rehearsed(name: str, order: str, cases: Sequence[PastCase]) -> list[Row]:
    """One past in one order, once guessed, under each risk."""
    started = time.perf_counter()
    items = list(Rehearsal(Rules(Promise(RISKS[0], DOUBT))).run(cases))
    seconds = time.perf_counter() - started
    return [_row(name, order, items, risk, seconds) for risk in RISKS]


def _row(name: str, order: str, items: Sequence[Item], risk: float, seconds: float) -> Row:
    decided, lanes = again(items, Promise(risk, DOUBT))
    above = [item for item in items if item.given is not None and item.confidence >= 0.9 and not item.case.veto]
    return {
        "past": name,
        "order": order,
        "cases": len(items),
        "risk": risk,
        "seconds": round(seconds),
        "coverage": _share(sum(item.alone for item in decided), len(items)),
        "best": _oracle(items, risk),
        "lanes": [_lane(one, lane) for one, lane in sorted(lanes.items()) if lane.alone],
        "above 0.9": {"wrong": sum(item.wrong for item in above), "alone": len(above)},
    }


def _lane(name: str, lane: RehearsedLane) -> Row:
    return {
        "lane": name,
        "opened_at": lane.opened_at,
        "alone": lane.alone,
        "wrong": lane.wrong,
        "interval": interval(lane.wrong, lane.alone),
        "fallen_back": lane.fallen_back,
    }


def _oracle(items: Sequence[Item], risk: float) -> float:
    """The largest coverage of one threshold chosen afterwards, with all outcomes known, for the whole of the past."""
    ranked = sorted((item for item in items if not item.case.veto), key=lambda item: -item.confidence)
    wrong = most = 0
    for place, item in enumerate(ranked, start=1):
        wrong += item.wrong
        most = place if wrong <= risk * place else most
    return _share(most, len(items))


def _cases(file: str, arguments: argparse.Namespace) -> list[PastCase]:
    """The set's texts once each, in a fixed random order; what is out of scope was left unanswered."""
    texts = {row["text"]: row["label"] for row in rows(file, arguments.data)}
    chosen = sorted(texts)
    random.Random(7).shuffle(chosen)
    chosen = chosen[: arguments.cases]
    return [
        PastCase(str(i), text, None if texts[text] == "oos" else texts[text], veto=veto)
        for i, (text, veto) in enumerate(zip(chosen, vetoes_in(chosen), strict=True))
    ]


def as_drawn(cases: list[PastCase]) -> list[PastCase]:
    """The order drawn."""
    return cases


def drifting(cases: list[PastCase]) -> list[PastCase]:
    """Topics come in one after the other; at two thirds of the time one answer in eight is replaced by a new one."""
    draw = random.Random(8)
    labels = sorted({case.answer or "" for case in cases})
    onset = {label: max(0.0, draw.uniform(-0.6, 0.6)) for label in labels}
    replaced = {label for label in labels if label and draw.random() < 0.125}
    timed = sorted((_when(onset[case.answer or ""], draw), place) for place, case in enumerate(cases))
    moved = [_changed(cases[place], when, replaced) for when, place in timed]
    return [replace(case, id=str(number)) for number, case in enumerate(moved)]


def _when(onset: float, draw: random.Random) -> float:
    return draw.uniform(onset, 1.0)


def _changed(case: PastCase, when: float, replaced: set[str]) -> PastCase:
    return replace(case, answer=f"{case.answer}, new") if when > 2 / 3 and case.answer in replaced else case


ORDERS: dict[str, Callable[[list[PastCase]], list[PastCase]]] = {"as drawn": as_drawn, "drifting": drifting}


def page(found: Sequence[Row]) -> str:
    """The table as Markdown."""
    head = (
        "# Rehearsals on real pasts\n\nWritten by `python -m evals.rehearsal`: `binome rehearse` without knowledge, learning from the "
        "past itself; δ = 5 %. *drifting*: topics come in over time, and at two thirds one answer in eight is replaced. "
        "*best*: the coverage of the best single threshold chosen with all outcomes known. Intervals are 95 % (Clopper and "
        "Pearson). “above 0.9” acts from the first case on with the same confidences.\n\n"
        "| past | order | cases | α | opened lanes: wrong / alone, interval, opened at, fallen back | coverage | best | above 0.9 |\n"
        + "|---" * 8
        + "|\n"
    )
    return head + "".join(f"{_line(row)}\n" for row in found)


def _line(row: Row) -> str:
    lanes = "; ".join(_told(lane) for lane in row["lanes"]) or "none"
    naive = row["above 0.9"]
    cells = [row["past"], row["order"], row["cases"], f"{row['risk']:.0%}", lanes, f"{row['coverage']:.3f}"]
    cells += [f"{row['best']:.3f}", _counted(naive["wrong"], naive["alone"])]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _told(lane: Row) -> str:
    when = ", ".join(lane["opened_at"])
    return f"{lane['lane']}: {_counted(lane['wrong'], lane['alone'])}, at {when}, {lane['fallen_back']}×"


def _counted(wrong: int, alone: int) -> str:
    low, high = interval(wrong, alone)
    return f"{wrong}/{alone} = {wrong / max(alone, 1):.3f} [{low:.3f}, {high:.3f}]"


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--only", default="", help="part of the name of the pasts to rehearse; nothing is written then")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
