"""What the stages rely on: the network that reads messages, its memory, its parameters."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from binome.kit.encoder import WeightsAltered, shared
from binome.kit.reader import Message, insights
from binome.kit.reader.disguise import as_seen, undisguised
from binome.kit.reader.elongated import sober, spellings
from binome.kit.reader.engine import EXPLAINED, QUIET, Reader
from binome.kit.reader.grams import BUCKETS, bags_of, grams_of
from binome.kit.reader.heads import hidden, scores
from binome.kit.reader.prepare import prepared
from binome.kit.reader.style import STYLES, styles_of
from binome.kit.reader.weights import FILE, SHA256, load

TEXTS = [
    "Bonjour, mon colis n'est pas arrivé !",
    "you are a disgrace",
    "merci 😊",
    "",
    "مرحبا",
    "a" * 9_000,
    "\ud83d ?",
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_every_task_has_chances_that_make_one(reader: Reader) -> None:
    for insight in reader([Message(text) for text in TEXTS]):
        for task, head in reader.parameters.heads.items():
            chances = insight.chances[task]
            assert list(chances) == list(head.classes)
            assert head.several or sum(chances.values()) == pytest.approx(1, abs=0.01)


def test_a_message_is_read_alike_alone_and_among_others(reader: Reader) -> None:
    fresh = Reader()
    together = reader.raw([Message(text) for text in TEXTS])
    for at, text in enumerate(TEXTS):
        alone = fresh.raw([Message(text)])
        for task, rows in together.items():
            assert np.allclose(alone[task][0], rows[at], atol=1e-3), (task, text)


def test_the_same_message_is_computed_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    first = reader([Message("une phrase que personne n'a écrite")])
    monkeypatch.setattr(reader, "_compute", lambda _messages: pytest.fail("computed again"))
    assert reader([Message("une phrase que personne n'a écrite")]) == first


def test_what_was_said_before_may_change_irony_and_not_sentiment(reader: Reader) -> None:
    alone, after = reader(
        [
            Message("Bravo, quelle rapidité"),
            Message("Bravo, quelle rapidité", ("Le réseau est en panne depuis mardi.",)),
        ]
    )
    assert alone.chances["sentiment"] == after.chances["sentiment"]
    assert alone.chances["irony"] != after.chances["irony"]


def test_only_what_stands_out_is_explained_by_words_of_the_message(reader: Reader) -> None:
    text = "Votre service est une honte, je suis furieuse et dégoûtée"
    insight = reader([Message(text)])[0]
    assert set(insight.words) <= EXPLAINED
    for task, words in insight.words.items():
        assert max(insight.chances[task], key=lambda label: insight.chances[task][label]) not in QUIET
        assert len(words) <= 3
        assert all(word in text for word in words)
    assert insight.words["sentiment"]


def test_a_bag_has_each_gram_once_and_is_of_length_one() -> None:
    bags = bags_of(grams_of(["gagnez gagnez", "", "gagnez"]), 3)
    assert bags.shape == (3, BUCKETS)
    assert np.allclose(np.sqrt(bags.multiply(bags).sum(1)).ravel(), [1, 0, 1])
    assert (bags[0] != bags[2]).nnz == 0


def test_letters_add_to_the_last_class_of_their_task_alone(reader: Reader) -> None:
    head = replace(reader.parameters.heads["spam"], beside=slice(reader.parameters.width, reader.parameters.width + 1))
    vectors = np.ones((2, reader.parameters.width + 1), np.float32)
    layer = hidden(head, vectors, np.zeros_like(vectors))
    without = scores(replace(head, beside=None), vectors, layer)
    assert (scores(head, vectors, layer) - without).tolist() == [[0, 1], [0, 1]]


def test_no_message_gives_no_insight() -> None:
    assert insights([]) == []


def test_altered_parameters_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(b"something else")
    monkeypatch.setattr("binome.kit.reader.weights.SHA256", {path: SHA256[FILE]})
    with pytest.raises(WeightsAltered):
        load(shared()[0], path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("espèce de c0nn4rd", "espèce de connard"),
        ("tu es une p u t e", "tu es une pute"),
        ("sale b.o.u.f.f.o.n", "sale bouffon"),
        ("f*ck off", "fuck off"),
        ("qu'il aille se faire f*utre", "qu'il aille se faire foutre"),
        ("quel іdiоt", "quel idiot"),
        ("you m0r0n!", "you moron!"),
        ("sale 3nculé", "sale enculé"),
        ("tous ces imm1grés", "tous ces immigrés"),
        ("oh s***", "oh shit"),
        ("s1ut", "slut"),
        ("zero\u200bwidth", "zerowidth"),
        ("sal\u200d\u00adaud", "salaud"),
        *[(f"sal{sign}aud", "salaud") for sign in "\u061c\u180c\u180e\u2066\ufe00\ufeff\U000e0061\U000e0ffe"],
    ],
)
def test_a_disguised_word_is_read_as_it_is_meant(written: str, meant: str) -> None:
    assert undisguised(written)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "la S.N.C.F. et les U.S.A.",
        "le 4x4 à 10h30 au 3e étage",
        "mp3, B2B, 50€, 4G",
        "c'est-à-dire un porte-monnaie",
        "lou.martin@example.org",
        "etc. etc.",
        "5 * 3 = 15",
        "C#, F#, B* et un iphone12mini",
        "Merci!Bonne soirée, Cinéma+Resto|dodo, ok!!à+",
        "Madame de R***, M. P**** et le bus H*",
        "écris via@machin",
        "gr8 sk8ers",
    ],
)
def test_what_is_no_disguise_stays(text: str) -> None:
    assert undisguised(text) == (text, {})


_ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize("text", ["👨\u200d👩\u200d👧 et ❤\ufe0f", f"a{_ENGLAND}b", "κόσμε", "привет", "œuvre naïve ½"])
def test_signs_of_emoji_and_words_of_other_alphabets_stay(text: str) -> None:
    assert as_seen(text) == (text, {})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("soooo goood", "so good"),
        ("je suis désoléééée", "je suis désolée"),
        ("hellllo, c'est diffficile, sorrrry", "hello, c'est difficile, sorry"),
        ("a looong weeek", "a long week"),
        ("quel salllaud", "quel salaud"),
        ("youuu bassstard", "you bastard"),
        ("MERCIIII", "MERCI"),
        ("Louis XVIII, Henri VIII et Napoléon III", "Louis XVIII, Henri VIII et Napoléon III"),
        ("AAA batteries on www.example.org", "AAA batteries on www.example.org"),
        ("chaque année réelle", "chaque année réelle"),
    ],
)
def test_what_is_drawn_out_is_written_soberly(written: str, meant: str) -> None:
    assert sober(written) == meant


def test_a_word_drawn_out_has_two_spellings_a_letter_and_never_too_many() -> None:
    assert spellings("belllle") == ("bele", "belle")
    assert spellings("belle") == ("belle",)
    assert len(spellings("aaabbbcccdddeeefffggg")) == 16
    assert spellings("aaab" * 30) == ("ab" * 30,)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("@marque voyez https://t.co/xyz", "@user voyez http"),
        ("merci 🙂🙂🙂🙂", "merci slightly smiling face slightly smiling face"),
        ("#PasContent du tout", "Pas Content du tout"),
        ("C'EST UNE HONTE ABSOLUE", "c'est une honte absolue"),
        ("RT @user: bonjour :)", "bonjour slightly smiling face"),
        ("&lt;3 merci", "❤ merci"),
        ("sooo goood", "so god"),
    ],
)
def test_a_message_is_prepared_for_the_network(text: str, read: str) -> None:
    assert prepared(text) == read.replace("❤", "heavy black heart")


def test_grams_depend_on_the_word_alone() -> None:
    bucket, word, text_of = grams_of(["quel connard de merde", "connard"])
    assert list(text_of) == [0, 0, 0, 0, 1]
    assert sorted(bucket[word == 1]) == sorted(bucket[word == 4])
    assert bucket.max() < BUCKETS


def test_texts_without_a_word_have_no_gram() -> None:
    bucket, word, text_of = grams_of(["", "!!!"])
    assert (len(bucket), len(word), len(text_of)) == (0, 0, 0)


def test_style_is_a_row_of_small_numbers_for_any_text() -> None:
    styles = styles_of([*TEXTS, "!" * 3_000])
    assert styles.shape == (len(TEXTS) + 1, STYLES)
    assert np.abs(styles).max() < 6
