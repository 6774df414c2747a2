"""What is learned from verdicts: something when there is something to learn, nothing when there is not."""

import numpy as np

from binome.understanding.learning import Layer, compare, learn, softmax, spread

CHANCE = np.random.default_rng(3)


def cases(count: int, lean: float):
    """Vectors whose first number decides, and what a stage said without seeing it (*lean*: how far it matters)."""
    vectors = CHANCE.normal(size=(count, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    right = (CHANCE.random(count) < 1 / (1 + np.exp(-lean * vectors[:, 0]))).astype(int)
    said = np.array([spread(("no", "yes"), "no", 0.6)] * count)
    return said, vectors, right, np.ones(count)


def test_what_people_know_and_the_stage_does_not_is_learned():
    said, vectors, right, weights = cases(600, lean=12)
    layer = learn(said[:400], vectors[:400], right[:400], weights[:400])
    tried = compare(said[400:], layer.chances(said[400:], vectors[400:]), right[400:], weights[400:])
    assert tried.better
    assert tried.after > tried.before + 0.15


def test_noise_is_not_called_better():
    kept = 0
    for _ in range(10):
        said, vectors, right, weights = cases(160, lean=0)
        layer = learn(said[:100], vectors[:100], right[:100], weights[:100])
        kept += compare(said[100:], layer.chances(said[100:], vectors[100:]), right[100:], weights[100:]).better
    assert kept <= 2


def test_without_weights_a_layer_changes_nothing():
    said = softmax(CHANCE.normal(size=(5, 3)))
    nothing = Layer(0.0, np.zeros((3, 16)), np.zeros(3))
    assert np.allclose(nothing.chances(said, CHANCE.normal(size=(5, 16))), said, atol=1e-6)


def test_a_layer_is_the_same_once_packed():
    layer = Layer(0.25, CHANCE.normal(size=(3, 16)), CHANCE.normal(size=3))
    again = Layer.unpack(layer.pack(), 3)
    assert np.allclose(again.vector, layer.vector, atol=1e-6)
    assert (again.scale, np.allclose(again.shift, layer.shift, atol=1e-6)) == (0.25, True)


def test_a_drawn_case_counts_by_its_weight():
    before, after = np.array([[0.9, 0.1], [0.1, 0.9]]), np.array([[0.1, 0.9], [0.1, 0.9]])
    tried = compare(before, after, np.array([0, 1]), np.array([9.0, 1.0]))
    assert (tried.before, tried.after, tried.better) == (1.0, 0.1, False)


def test_the_copies_of_a_text_are_one_case_of_chance():
    """Four texts in five gain: often by chance, hardly ever if each of their twenty copies were a case of its own."""
    texts = np.repeat(np.arange(5), 20)
    right = (texts == 4).astype(int)
    before, after = np.full((100, 2), 0.5), np.tile([0.7, 0.3], (100, 1))
    assert compare(before, after, right, np.ones(100)).better
    assert not compare(before, after, right, np.ones(100), texts).better
