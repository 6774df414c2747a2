"""Measures how well a team's habits are learned (which tag, which saved reply): python -m evals.habits [--data DIR].

A team has put eight tags, each on so many conversations, and closed others without one. New conversations come: some that it
would tag, as many that it would not, half of these about things that it had never met.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from binome.kit.intervals import wilson
from binome.understanding import topics
from binome.understanding.vocabulary import UNKNOWN
from evals.loading import DEFAULT, DataAbsent, customer_turns, part, rows

SCORECARD = Path(__file__).resolve().parents[1] / "docs" / "models" / "habits-scorecard.md"
DEMO = Path(__file__).resolve().parents[1] / "binome" / "console" / "demo" / "faq.yaml"
TAGS, DRAWS, ASKED = 8, 5, 160
"""Tags of a team, teams drawn, and new conversations that a team would tag, at most."""

EACH = (8, 20, 50)
"""Conversations that bear each tag."""

AGAINST = 3
"""Conversations closed without a tag for each that bears one, at most 600."""

Told = Sequence[tuple[str, float]]
Texts = Mapping[str, Sequence[str]]


@dataclass
class Counted:
    """What came of the new conversations of all teams."""

    tagged: int = 0
    others: int = 0
    right: int = 0
    wrong: int = 0
    """Told another tag than the team's, or one where it puts none."""

    def add(self, told: Told, truth: Sequence[str]) -> None:
        for (name, _chance), true in zip(told, truth, strict=True):
            self.tagged += true != UNKNOWN
            self.others += true == UNKNOWN
            self.right += name == true != UNKNOWN
            self.wrong += name not in (UNKNOWN, true)

    def row(self) -> str:
        told = self.right + self.wrong
        low, high = wilson(self.right, told) if told else (0.0, 1.0)
        found_low, found_high = wilson(self.right, self.tagged)
        shown = f"{self.right / told:.3f} [{low:.3f}, {high:.3f}] n={told}" if told else "nothing told"
        return f"{shown} | {self.right / self.tagged:.3f} [{found_low:.3f}, {found_high:.3f}]"


@dataclass
class Team:
    """What one team did, and what comes."""

    examples: list[tuple[str, str]] = field(default_factory=list)
    untagged: list[str] = field(default_factory=list)
    new: list[tuple[str, str]] = field(default_factory=list)


def main() -> int:
    """Measure each set, print, and write the scorecard."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=DEFAULT)
    folder, lines = arguments.parse_args().data, list(HEAD)
    try:
        for name, texts in _sets(folder):
            for each in EACH:
                lines += _measured(name, texts, each)
    except DataAbsent as missing:
        print(f"No evaluation data: {missing}. Give their folder with --data.")
        return 1
    SCORECARD.write_text("\n".join([*lines, ""]), "utf-8")
    return 0


HEAD = [
    "# What is learned of a team's habits: scorecard",
    "",
    "Written by `python -m evals.habits`: eight tags (or saved replies) drawn from the labels of each set, five teams drawn,",
    "each tag on so many conversations, three untagged for each tagged (600 at most). New conversations: as many that the team",
    "would tag as others, half of these about labels that it had never met. *Right when told*: of what is proposed, what the",
    "team would have done; *found*: of what it would have tagged, what is proposed rightly. 95 % intervals (Wilson); teams share",
    "texts, so they are a little too narrow. The neighbour (TF-IDF, cosine) takes its threshold by the same rule: four in five",
    "right on texts left out.",
    "",
    "| set | each tag | who | right when told | found |",
    "|---|--:|---|--:|--:|",
]


def _sets(folder: Path) -> Iterator[tuple[str, Texts]]:
    """Texts by label. No label is one that anything was trained on as such."""
    yield "fr demo wordings", _demo("fr")
    yield "en demo wordings", _demo("en")
    turns: dict[str, list[str]] = {}
    for turn in customer_turns(folder):
        turns.setdefault(f"{turn['domain']} {turn['intent']}", []).append(turn["text"])
    yield "en MultiDoGO", {label: texts for label, texts in turns.items() if len(texts) >= 30}
    for name, file in (("en Banking77", "en_intent_banking77"), ("en HWU64", "en_intent_hwu64")):
        found: dict[str, list[str]] = {}
        for row in rows(file, folder):
            found.setdefault(str(row.get("label", row.get("intent"))), []).append(row["text"])
        yield name, {label: texts for label, texts in found.items() if len(texts) >= 30}


def _demo(language: str) -> Texts:
    """Members' wordings of the demo's questions, by topic."""
    found: dict[str, list[str]] = {}
    for entry in yaml.safe_load(DEMO.read_text("utf-8")):
        if entry["language"] == language:
            found.setdefault(entry["topic"], []).extend([entry["question"], *entry["alternatives"]])
    return {label: texts for label, texts in found.items() if len(texts) >= 12}


def _measured(name: str, texts: Texts, each: int) -> list[str]:
    ours, neighbour = Counted(), Counted()
    for draw in range(DRAWS):
        team = _team(texts, each, draw)
        if team is None:
            return []
        new, truth = [text for text, _tag in team.new], [tag for _text, tag in team.new]
        ours.add(_learned(team, new), truth)
        neighbour.add(_nearest(team, new), truth)
    lines = [
        f"| {name} | {each} | {who} | {counted.row()} |"
        for who, counted in (("**ours**", ours), ("neighbour", neighbour))
    ]
    print("\n".join(lines), flush=True)
    return lines


def _team(texts: Texts, each: int, draw: int) -> Team | None:
    """Its tags, what they are on, and what comes; None where there are too few texts for that many."""
    labels = sorted(texts, key=lambda label: part(label, 10**9, f"tags {draw}"))
    tags, others = [label for label in labels if len(texts[label]) >= each + 4][:TAGS], []
    others = [label for label in labels if label not in tags]
    met, unmet = others[::2], others[1::2]
    if len(tags) < 3 or not met or not unmet:
        return None
    team = Team()
    for tag in tags:
        mixed = _mixed(texts[tag], f"texts {draw}")
        team.examples += [(text, tag) for text in mixed[:each]]
        team.new += [(text, tag) for text in mixed[each : each + max(1, ASKED // len(tags))]]
    known = _mixed([text for label in met for text in texts[label]], f"met {draw}")
    half = min(len(team.new) // 2, len(known) // 2)
    team.untagged = known[half:][: min(600, AGAINST * len(team.examples))]
    strange = _mixed([text for label in unmet for text in texts[label]], f"unmet {draw}")[: len(team.new) - half]
    team.new += [(text, UNKNOWN) for text in (*known[:half], *strange)]
    return team


def _mixed(texts: Sequence[str], salt: str) -> list[str]:
    return sorted(dict.fromkeys(texts), key=lambda text: part(text, 10**9, salt))


def _learned(team: Team, new: Sequence[str]) -> Told:
    """As `assistant.habits` learns tags."""
    texts, names = [text for text, _tag in team.examples], [tag for _text, tag in team.examples]
    seen = topics.seen_in([*texts, *team.untagged])
    learned = topics.learn(texts, names, seen[: len(texts)], seen[len(texts) :], set(names), fewest=1)
    if learned is None or not learned.told or learned.right < topics.RIGHT * learned.told:
        return [(UNKNOWN, 0.0)] * len(new)
    return learned.topics.tell(topics.seen_in(list(new)))


def _nearest(team: Team, new: Sequence[str]) -> Told:
    """The label of the nearest text, from the likeness on at which four in five were right among texts left out."""
    texts = [*(text for text, _tag in team.examples), *team.untagged]
    names = np.array([*(tag for _text, tag in team.examples), *[UNKNOWN] * len(team.untagged)])
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit(texts)
    known = words.transform(texts)
    among = (known @ known.T).toarray()
    np.fill_diagonal(among, -1.0)
    first = among.argmax(1)
    told = np.where(names[first] == UNKNOWN, -1.0, among.max(1))
    order = told.argsort()[::-1]
    order = order[told[order] > 0]
    shares = np.cumsum((names[first] == names)[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(shares >= topics.RIGHT)
    threshold = told[order[good[-1]]] if len(good) else 2.0
    alike = (words.transform(new) @ known.T).toarray()
    return [
        (str(names[at]), float(row[at])) if row[at] >= threshold else (UNKNOWN, 0.0)
        for row, at in zip(alike, alike.argmax(1), strict=True)
    ]


if __name__ == "__main__":
    raise SystemExit(main())
