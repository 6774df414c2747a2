"""What is trained on is apart from what is measured on, and the network trained is the one that ships."""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evals import functional
from training.understanding.augment import disguised, retyped
from training.understanding.drawing import split, weighed
from training.understanding.examples import IN_THREAD, SEVERAL, TASKS, Example
from training.understanding.templates import filled
from training.understanding.texts import FOLDER, WHOLLY, own

TRAINED, KEPT = list(own(kept=False)), list(own(kept=True))


def test_no_family_is_both_trained_on_and_kept() -> None:
    assert {one.family or one.text for one in TRAINED} & {one.family or one.text for one in KEPT} == set()


def test_about_half_of_each_file_is_kept_and_nothing_of_those_wholly_learned_from() -> None:
    trained, kept = (Counter(one.source for one in some) for some in (TRAINED, KEPT))
    parts = {source: kept[source] / (kept[source] + trained[source]) for source in trained | kept}
    whole = {source for source in parts if source.partition("_own_")[2] in WHOLLY}
    assert {parts[source] for source in whole} == {0}
    assert {source for source in parts.keys() - whole if not 0.35 < parts[source] < 0.65} == set()


def test_every_label_is_known() -> None:
    for example in [*TRAINED, *KEPT]:
        for task, label in example.labels.items():
            assert set(label) <= set(TASKS[task]) if task in SEVERAL else label in TASKS[task]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.name)
def test_no_row_is_there_twice(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    met = Counter((row["text"], tuple(row.get("context") or ())) for row in rows)
    assert [row for row, count in met.items() if count > 1] == []


def test_classes_of_a_task_weigh_alike() -> None:
    examples = [Example(f"texte {i}", "fr", "x", {"irony": "ironic" if i % 3 == 0 else "literal"}) for i in range(90)]
    mass: Counter[str] = Counter()
    for row in weighed(examples):
        mass[str(row.example.labels["irony"])] += row.weights["irony"]
    assert mass["ironic"] == pytest.approx(mass["literal"])


def test_a_family_stays_on_one_side_of_the_cut() -> None:
    examples = [Example(f"texte {i}", "fr", "x", {}, family=f"f{i % 20}") for i in range(200)]
    parts = [{one.family for one in part} for part in split(examples)]
    assert sum(map(len, parts)) == 20


def test_retyping_keeps_most_letters() -> None:
    chance = random.Random(4)
    text = "Votre livreur a encore oublié mon colis, c'est la troisième fois !"
    for _ in range(200):
        assert len(retyped(text, chance, 1.0)) > 0.7 * len(text)


def test_only_rude_words_are_disguised() -> None:
    chance = random.Random(4)
    seen = {disguised("quel connard ce livreur", chance) for _ in range(100)}
    assert len(seen) > 10
    assert all(text.startswith("quel ") and text.endswith(" ce livreur") for text in seen)


def test_the_network_that_ships_is_the_one_that_was_trained(tmp_path: Path) -> None:
    jax = pytest.importorskip("jax", reason="training needs jax (the dependency group training)")
    from binome.kit.encoder import shared
    from binome.kit.reader.engine import Message, Reader
    from training.understanding.batches import Batches
    from training.understanding.export import write
    from training.understanding.network import fresh, logits, vectors
    from training.understanding.train import tables

    weights, _rows, tokenizer = shared()
    texts = ["Bonjour, ma commande n'est pas arrivée !", "you f*cking m0r0n", "Merci 😊", "Les horaires ?"]
    pieces = np.unique([one for ids in tokenizer(texts) for one in ids])
    counts = np.full(len(weights.table), 0)
    counts[:40_000] = 9
    counts[pieces] = 9
    vocabulary, frozen, lex = tables(weights, counts)
    parameters = fresh(weights, len(lex) + 1, TASKS, IN_THREAD, 1)
    batch = Batches(tokenizer, vocabulary, 1).texts(texts, 32)
    whole = vectors(parameters, frozen, batch, jax.random.key(0), 0.0)
    said = logits(parameters, whole, 0 * whole, tuple(TASKS), IN_THREAD)

    arrays = {name: np.asarray(value) for part in parameters.values() for name, value in part.items()} | {
        "lex_pieces": lex
    }
    about = {
        task: {"classes": names, "several": task in SEVERAL, "slope": [1.0] * len(names), "shift": [0.0] * len(names)}
        for task, names in TASKS.items()
    }
    write(arrays, about, tmp_path / "weights.npz")
    ours = Reader(tmp_path / "weights.npz", words=None).raw([Message(text) for text in texts])
    for task in TASKS:
        assert np.corrcoef(ours[task].ravel(), np.asarray(said[task]).ravel())[0, 1] > 0.99, task  # but for the bytes


def test_attacks_on_what_people_do_are_no_hate_and_those_on_things_no_abuse() -> None:
    said = {(one.family.split("-")[2], one.labels["hate"], one.labels["toxicity"]) for one in filled()}
    assert said == {
        ("ok", "ok", "ok"),
        ("hate", "hate", "toxic"),
        ("slur", "hate", "toxic"),
        ("others", "ok", "toxic"),
        ("things", "ok", "ok"),
    }


def test_no_filled_sentence_is_measured_on() -> None:
    measured = {case.text.lower() for language in functional.LANGUAGES for case in functional.cases(language)}
    assert [one.text for one in filled() if one.text.lower() in measured] == []
