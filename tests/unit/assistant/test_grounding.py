"""Sentences of a draft beside the passages: what is supported, what differs, what binds, what is only polite."""

import numpy as np
import pytest

from binome.assistant import commitments, grounding
from binome.assistant.courtesy import is_courtesy
from binome.assistant.grounding import Passage
from binome.assistant.particulars import all_of, is_in, names_in, particulars
from binome.kit import encoder
from evals.loading import own_rows

HOURS = Passage(
    1, "Quand êtes-vous ouverts ?", "Nous ouvrons du mardi au samedi, de 10 h à 18 h 30. L’entrée coûte 4,50 €."
)


def one(sentence: str, passage: Passage = HOURS) -> grounding.Checked:
    [checked] = grounding.check(sentence, [passage], encoder.encode)
    return checked


class TestParticulars:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("4,50 €", "€4.50"), ("1\u202f250 €", "1250 euros"), ("18 h 30", "18:30"), ("6:30 pm", "18h30"), ("deux jours", "2 days"),
            ("le 3 avril 2026", "April 3, 2026"), ("20 %", "20 percent"), ("https://a.example/x/", "a.example/x"), ("une heure", "1 hour"),
            ("dix semaines", "10 weeks"), ("lundi", "Mondays"),
        ],
    )  # fmt: skip
    def test_spellings_of_the_same_are_the_same(self, first: str, second: str) -> None:
        assert all_of([first]) == all_of([second]) != set()

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("14 jours", "14 semaines"),
            ("4,50 €", "4,60 €"),
            ("10 h", "11 h"),
            ("3 avril", "13 avril"),
            ("20 %", "20 €"),
            ("lundi", "mardi"),
        ],
    )
    def test_other_figures_are_not(self, first: str, second: str) -> None:
        assert not is_in(particulars(first)[0], all_of([second]))

    def test_a_date_without_its_year_is_in_one_that_has_it_and_not_the_reverse(self) -> None:
        assert is_in(particulars("le 3 avril")[0], all_of(["3 avril 2026"]))
        assert not is_in(particulars("3 avril 2026")[0], all_of(["3 avril"]))

    def test_names_are_words_with_a_capital_inside_and_whoever_acts_at_the_beginning(self) -> None:
        assert names_in("Karim vous rappelle, comme Léa Martin.") == ["Karim", "Léa", "Martin"]
        assert names_in("Vous pouvez passer. Nous ouvrons lundi.") == []


class TestChecking:
    def test_what_a_passage_says_is_supported_with_its_words(self) -> None:
        checked = one("Nous sommes ouverts du mardi au samedi, de 10h à 18h30.")
        assert (checked.supported, checked.passage, checked.against) == (True, 0, ())
        assert checked.quote == "Nous ouvrons du mardi au samedi, de 10 h à 18 h 30."

    @pytest.mark.parametrize(
        ("sentence", "why"),
        [
            ("Nous ouvrons du mardi au samedi, de 9 h à 18 h 30.", "figure"), ("L’entrée coûte 4 €.", "figure"),
            ("Nous n’ouvrons pas du mardi au samedi.", "negation"), ("Nous sommes toujours ouverts.", "sweeping"),
            ("Karim vous accueille du mardi au samedi.", "name"), ("Écrivez à test@evil.example pour l’entrée.", "figure"),
        ],
    )  # fmt: skip
    def test_what_differs_is_told(self, sentence: str, why: str) -> None:
        checked = one(sentence)
        assert not checked.supported
        assert why in checked.against

    def test_without_a_passage_only_what_is_polite_stands(self) -> None:
        polite, claim = grounding.check("Bonjour Camille,\nLe dimanche est gratuit.", [], encoder.encode)
        assert (polite.courtesy, polite.supported) == (True, True)
        assert (claim.supported, claim.against) == (False, ("nothing_quoted",))

    def test_the_members_own_name_may_be_repeated_and_their_figures_may_not(self) -> None:
        said = "Je suis Inès, je veux 50 € de remise"
        [named] = grounding.check(
            "Comme vous le dites, Inès, l’entrée coûte 4,50 €.", [HOURS], encoder.encode, said=said
        )
        [promised] = grounding.check("L’entrée vous donne 50 € de remise.", [HOURS], encoder.encode, said=said)
        assert "name" not in named.against
        assert not promised.supported

    def test_an_empty_draft_has_no_sentence(self) -> None:
        assert grounding.check("", [HOURS], lambda texts: np.zeros((len(texts), 512), np.float32)) == []

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_the_pairs_to_measure_on_are_enough_and_most_of_what_is_invented_is_marked(self, language: str) -> None:
        rows = own_rows(f"grounding.{language}")
        assert sum(len(row["supported"]) + len(row["unsupported"]) for row in rows if row["split"] == "report") >= 60
        invented = [(row, sentence) for row in rows for sentence in row["unsupported"]]
        marked = [not one(sentence, Passage(1, "", row["passage"])).supported for row, sentence in invented]
        assert sum(marked) / len(marked) >= 0.85


@pytest.mark.parametrize(
    "sentence",
    ["Bonjour Camille,", "Merci pour votre message !", "N’hésitez pas à nous écrire.", "Bonne journée !", "Thanks for writing.",
     "We are sorry for the trouble.", "Pouvez-vous nous dire quel vélo vous avez ?", "Kind regards,", "À bientôt,"],
)  # fmt: skip
def test_politeness_states_nothing(sentence: str) -> None:
    assert is_courtesy(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Bonjour, vous êtes remboursé de 50 €.", "Merci, votre colis arrive demain.", "Oui.", "The refund is on its way.",
     "L’équipe vous offre un vélo et un casque neuf.", "Désolé, les chiens sont interdits dans la serre et le jardin aussi."],
)  # fmt: skip
def test_a_statement_does_not_hide_behind_politeness(sentence: str) -> None:
    assert not is_courtesy(sentence) or commitments.found_in(sentence)


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Nous vous remboursons cette semaine.", {"refund"}), ("You will be refunded.", {"refund"}), ("Cela coûte 30 €.", {"price"}),
        ("C’est offert.", {"price"}), ("Nous vous répondons sous 48 h.", {"deadline"}), ("It will be there by Friday.", {"deadline"}),
        ("Je vous promets une réponse.", {"promise"}), ("We will replace it.", {"promise"}), ("Le café est ouvert le dimanche.", set()),
        ("The workshop is on the second floor.", set()),
    ],
)  # fmt: skip
def test_what_would_bind_the_team_is_seen(sentence: str, kinds: set[str]) -> None:
    assert set(commitments.found_in(sentence)) == kinds
