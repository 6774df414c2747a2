"""The words of the place are found however they are spelled, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binome.sdk.stage import Annotation, Reading
from binome.understanding.lexicon import Lexicon, Meant, ruled

HERE = Lexicon((Meant("Code rouge", "urgent"), Meant("Idiot", "harmless"), Meant("brouette", "means", "vélo-cargo")))


def words(text: str) -> list[str]:
    return [text[term.start : term.end] for term in HERE.found(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CODE ROUGE !", ["CODE ROUGE"]),
        ("un côde-rouge ici", ["côde-rouge"]),
        ("le code n’est pas rouge", []),
        ("deux idiots et trois Brouettes", ["idiots", "Brouettes"]),
        ("des codes rouges", ["codes rouges"]),
        ("idiotie, idiote, embrouettes, brouetter", []),
        ("ﬁn œuf Idiot 👏 idiot", ["Idiot", "idiot"]),
        ("", []),
    ],
)
def test_words_are_found_where_they_stand(text, found):
    assert words(text) == found


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("client", "clients cliente clientes"), ("bijou", "bijoux"), ("cheval", "chevaux"), ("cadeau", "cadeaux"),
        ("chèques cadeaux", "chèque cadeau"), ("bon", "bons bonne bonnes"), ("heureux", "heureuse heureuses"),
        ("actif", "actifs active actives"), ("vendeur", "vendeuse vendeuses"), ("animateur", "animatrice animatrices"),
        ("premier", "premiers première premières"), ("party", "parties"), ("box", "boxes"), ("refund", "refunds"),
        ("tueries", "tuerie"), ("journaux", "journal"), ("jeu", "jeux"),
    ],
)  # fmt: skip
def test_a_word_is_met_in_its_plural_and_its_feminine(word, forms):
    here = Lexicon((Meant(word, "topic", "x"),))
    met = [forms] if " " in word else forms.split()
    assert [form for form in met if not here.found(f"voilà {form} !")] == []


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("bus", "bu"), ("parcours", "parcour"), ("rue", "rues2 ruer"), ("ami", "amitié tsunami"), ("4G", "4Gs"), ("as", "asse"),
        ("tuerie", "tueriez"), ("art", "artiste smart"),
    ],
)  # fmt: skip
def test_other_words_are_not_met(word, others):
    here = Lexicon((Meant(word, "topic", "x"),))
    assert [other for other in others.split() if here.found(f"voilà {other} !")] == []


def test_a_form_that_is_another_term_is_that_term():
    here = Lexicon((Meant("client", "topic", "buyers"), Meant("cliente", "topic", "ladies"), Meant("code", "urgent")))
    assert [(term.text, term.value) for term in here.found("client, clients, cliente")] == [
        ("client", "buyers"), ("client", "buyers"), ("cliente", "ladies"),
    ]  # fmt: skip
    longer = Lexicon((Meant("code", "urgent"), Meant("code rouge", "topic", "fire")))
    assert [term.text for term in longer.found("codes rouges, code")] == ["code rouge", "code"]


def test_a_word_is_put_plainly_and_the_rest_of_the_message_stays():
    text = "La brouette, l’Idiot, espèce d’idiote : code rouge"
    assert Reading(text, lexicon=HERE.found(text)).plain == "La vélo-cargo, l’Canal, espèce d’idiote : code rouge"


def test_a_code_word_replaces_what_the_stage_said_and_tells_why():
    text = "code rouge"
    reading = Reading(text, annotations={"urgency": Annotation("normal", 0.9)}, lexicon=HERE.found(text))
    said = ruled(reading).annotations
    assert said["urgency"] == Annotation("urgent", 0.99, {"lexicon": ["Code rouge"]})
    assert said["lexicon"].evidence == {"terms": [{"text": "Code rouge", "meaning": "urgent", "value": ""}]}


def test_a_message_without_them_is_left_alone():
    reading = Reading("bonjour", lexicon=HERE.found("bonjour"))
    assert ruled(reading) is reading


@given(st.text())
def test_any_text_is_looked_through_and_what_is_found_stands_in_it(text):
    for term in HERE.found(text):
        assert 0 <= term.start < term.end <= len(text)
    assert isinstance(Reading(text, lexicon=HERE.found(text)).plain, str)
