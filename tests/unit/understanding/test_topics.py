"""Topics are told when they are, and "unknown" is said when they are not."""

import numpy as np

from binome.understanding import topics

HOURS = ["Quels sont vos horaires ?", "À quelle heure ouvrez-vous ?", "Vous êtes ouverts le dimanche ?", "Fermez-vous à midi ?",
         "C'est ouvert quand ?", "Vous ouvrez à 9 h ?", "Jusqu'à quelle heure êtes-vous ouverts ?", "Ouvert demain ?"]  # fmt: skip
PRICES = ["Combien coûte l'adhésion ?", "C'est quoi le prix ?", "Quel est le tarif étudiant ?", "Est-ce gratuit ?",
          "Combien ça coûte ?", "Y a-t-il une réduction ?", "Quel est votre tarif ?", "Le prix pour deux ?"]  # fmt: skip
OTHERS = [
    "Bravo pour hier soir",
    "Mon chat dort",
    "Il pleut encore",
    "Je cherche un coloc",
    "Belle photo !",
    "lol",
    "mdr",
]


def learned():
    texts, names = HOURS + PRICES, ["horaires"] * len(HOURS) + ["prix"] * len(PRICES)
    seen = topics.seen_in(texts + OTHERS)
    return topics.learn(texts, names, seen[: len(texts)], seen[len(texts) :])


def test_topics_are_told_and_the_rest_is_unknown():
    found = learned()
    assert found is not None
    asked = ["Vous ouvrez à quelle heure le samedi ?", "Quel prix pour une adhésion ?", "Mon chien adore la plage"]
    told = [name for name, _chance in found.topics.tell(topics.seen_in(asked))]
    assert told == ["horaires", "prix", "unknown"]
    assert found.right >= topics.RIGHT * found.told > 0


def test_one_topic_alone_or_two_texts_teach_nothing():
    vectors = np.zeros((4, 512 + topics.LETTERS))
    assert topics.learn(HOURS[:4], ["horaires"] * 4, vectors, vectors[:0]) is None
    assert topics.learn(HOURS[:2] + PRICES[:2], ["horaires"] * 2 + ["prix"] * 2, vectors, vectors[:0]) is None


def test_a_doubtful_name_that_says_nothing_of_its_texts_is_dropped():
    texts = HOURS + PRICES
    names = ["divers" if at % 2 else name for at, name in enumerate(["horaires"] * len(HOURS) + ["prix"] * len(PRICES))]
    seen = topics.seen_in(texts + OTHERS)
    told = topics.learn(texts, names, seen[: len(texts)], seen[len(texts) :], {"divers"})
    assert told is not None
    assert told.topics.names == ("horaires", "prix")


def test_with_fewer_texts_than_features_what_is_fitted_is_the_same():
    seen, truth = topics.seen_in(HOURS + PRICES + OTHERS), np.array([0] * 8 + [1] * 8 + [2] * 7)
    whole = topics.LogisticRegression(C=topics._STRENGTH, max_iter=300, tol=1e-3).fit(seen, truth).predict_proba(seen)
    assert np.abs(topics._chances(topics._fitted(seen, truth, 3), seen) - whole).max() < 0.01
