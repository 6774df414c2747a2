"""The questions kept for reporting must be whole and fair, or every figure drawn from them is wrong."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "evals" / "data"
Row = dict[str, str | list[str] | None]


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


PROBES, OUT_OF_SCOPE = _rows("fr_faq_probes.jsonl"), _rows("fr_faq_out_of_scope.jsonl")
ENTRIES, MESSAGES = _rows("brand_bots_faq.jsonl"), _rows("brand_bots_messages.jsonl")
LANGUAGE_OF_BRAND = {"brontaline": "en", "penniwick": "en", "quaverlune": "en", "mirabelot": "fr"}
REFUSED = {"near_topic", "off_topic", "chit_chat", "insult", "complaint", "asks_person", "rant"}
KINDS_OUT_OF_SCOPE = {
    "near_domain",
    "local",
    "small_talk",
    "thanks",
    "insult",
    "complaint",
    "irony",
    "wrong_place",
    "injection",
    "gibberish",
}
PAIRS = [
    ("plain", "situation"),
    ("situation", "noisy"),
    ("noisy", "sms"),
    ("sms", "english"),
    ("english", "plain"),
    ("plain", "noisy"),
    ("situation", "sms"),
    ("noisy", "english"),
    ("sms", "plain"),
    ("english", "situation"),
]
ENGLISH = frozenset(
    re.findall(
        r"\S+",
        "the is are my i i've i'm you your do does did it can how what when where who why to of for and with that "
        "this have has from need want get am don't there",
    )
)
FRENCH = frozenset(
    re.findall(
        r"\S+",
        "le la les un une des du je j'ai jai tu vous mon ma mes et est sont que qui quoi pour pr dans avec c'est c "
        "pas pa il elle ça ca ce se si au aux par sur comment cmt jve jpe où faut fo koi kel",
    )
)


def _text(row: Row) -> str:
    text = row["text"]
    assert isinstance(text, str)
    return text


def _reads_as(text: str) -> str | None:
    """The language whose small words are the more numerous, or None when neither wins."""
    words = re.findall(r"[\w'’]+", text.lower())
    english, french = (sum(word in small for word in words) for small in (ENGLISH, FRENCH))
    return None if english == french else "en" if english > french else "fr"


@pytest.mark.parametrize(
    ("rows", "required", "optional"),
    [
        (PROBES, {"entry_id", "text", "kind"}, {"also"}),
        (OUT_OF_SCOPE, {"text", "kind", "language"}, set()),
        (ENTRIES, {"brand", "id", "question", "answer"}, set()),
        (MESSAGES, {"brand", "text", "answer_id", "kind"}, set()),
    ],
    ids=["probes", "out of scope", "brand entries", "brand messages"],
)
def test_each_row_has_its_fields_and_no_other(rows: list[Row], required: set[str], optional: set[str]) -> None:
    assert [row for row in rows if not required <= set(row) <= required | optional] == []


@pytest.mark.parametrize("rows", [PROBES, OUT_OF_SCOPE, MESSAGES], ids=["probes", "out of scope", "messages"])
def test_no_text_is_empty_padded_or_written_twice(rows: list[Row]) -> None:
    texts = [_text(row) for row in rows]
    assert [text for text in texts if not text or text != text.strip()] == []
    assert [text for text, count in Counter(text.casefold() for text in texts).items() if count > 1] == []


def test_no_question_is_both_answered_and_out_of_scope() -> None:
    assert {_text(row).casefold() for row in PROBES} & {_text(row).casefold() for row in OUT_OF_SCOPE} == set()


def test_each_page_is_asked_twice_in_a_row_in_the_kinds_of_its_turn() -> None:
    pairs = [(first, second) for first, second in zip(PROBES[::2], PROBES[1::2], strict=True)]
    assert len(pairs) == len({row["entry_id"] for row in PROBES}) == 225
    assert [first["entry_id"] for first, _ in pairs] == [second["entry_id"] for _, second in pairs]
    expected = [PAIRS[turn % len(PAIRS)] for turn in range(225)]
    assert [(first["kind"], second["kind"]) for first, second in pairs] == expected


def test_probes_name_pages_by_their_identifier_and_never_the_page_itself_as_another() -> None:
    for row in PROBES:
        entry, also = row["entry_id"], row.get("also", ["F0"])
        assert isinstance(entry, str)
        assert isinstance(also, list)
        assert also
        assert all(re.fullmatch(r"F\d+", name) for name in [entry, *also])
        assert len({entry, *also}) == 1 + len(also)


def test_probes_are_as_long_as_what_people_write() -> None:
    lengths = [len(_text(row).split()) for row in PROBES]
    assert [length for length in lengths if length < 4 or length > 30] == []
    assert sum(length > 25 for length in lengths) <= len(lengths) // 20


def test_probes_marked_english_read_as_english_and_the_others_do_not() -> None:
    assert [row for row in PROBES if row["kind"] == "english" and _reads_as(_text(row)) != "en"] == []
    assert [row for row in PROBES if row["kind"] != "english" and _reads_as(_text(row)) == "en"] == []


def test_noisy_probes_lack_the_marks_that_careful_writers_put() -> None:
    """A noisy text may keep an accent here and there; as a whole these have far fewer than the plain ones."""
    accents = Counter[str]()
    for row in PROBES:
        accents[str(row["kind"])] += len(re.findall(r"[àâçèêëîïôùûœ]|[a-zà-ÿ]['’]", _text(row)))
    assert accents["noisy"] * 10 < accents["plain"]


def test_out_of_scope_covers_every_kind_in_both_languages() -> None:
    assert {row["kind"] for row in OUT_OF_SCOPE} == KINDS_OUT_OF_SCOPE
    languages = Counter(row["language"] for row in OUT_OF_SCOPE)
    assert languages == {"fr": 168, "en": 51}
    in_english = {row["kind"] for row in OUT_OF_SCOPE if row["language"] == "en"}
    assert in_english == KINDS_OUT_OF_SCOPE


def test_out_of_scope_rows_read_as_the_language_they_name() -> None:
    wrong = [row for row in OUT_OF_SCOPE if _reads_as(_text(row)) not in {row["language"], None}]
    assert wrong == []


def test_each_brand_has_its_entries_once() -> None:
    assert len({(row["brand"], row["id"]) for row in ENTRIES}) == len(ENTRIES)
    assert Counter(row["brand"] for row in ENTRIES) == {
        "brontaline": 32,
        "penniwick": 35,
        "mirabelot": 36,
        "quaverlune": 36,
    }


def test_half_of_each_brands_messages_have_an_answer_and_half_must_be_refused() -> None:
    answered: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in MESSAGES:
        answered[str(row["brand"])][row["answer_id"] is None] += 1
    assert set(answered) == set(LANGUAGE_OF_BRAND)
    assert [counts for counts in answered.values() if sum(counts) < 70 or abs(counts[0] - counts[1]) > 1] == []


def test_every_answer_named_exists_for_that_brand_and_every_entry_is_asked() -> None:
    named = {(row["brand"], row["answer_id"]) for row in MESSAGES if row["answer_id"] is not None}
    assert named == {(row["brand"], row["id"]) for row in ENTRIES}


def test_a_message_has_an_answer_exactly_when_it_paraphrases_an_entry() -> None:
    assert [row for row in MESSAGES if (row["answer_id"] is None) != (row["kind"] != "paraphrase")] == []
    for brand in LANGUAGE_OF_BRAND:
        kinds = {row["kind"] for row in MESSAGES if row["brand"] == brand}
        assert kinds == REFUSED | {"paraphrase"}


def test_no_message_repeats_the_question_of_its_entry() -> None:
    asked = {(row["brand"], row["id"]): set(re.findall(r"\w+", str(row["question"]).lower())) for row in ENTRIES}
    for row in MESSAGES:
        if row["answer_id"] is not None:
            words = set(re.findall(r"\w+", _text(row).lower()))
            assert words != asked[row["brand"], row["answer_id"]], row


def test_each_brand_speaks_its_language() -> None:
    for row in ENTRIES:
        assert _reads_as(f"{row['question']} {row['answer']}") == LANGUAGE_OF_BRAND[str(row["brand"])], row
    for row in MESSAGES:
        assert _reads_as(_text(row)) in {LANGUAGE_OF_BRAND[str(row["brand"])], None}, row


def test_the_read_me_counts_the_rows_that_there_are() -> None:
    counted = dict(
        re.findall(r"^\| `([\w.]+\.jsonl)` \| (\d+) \|", (DATA / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    files = {path.name: str(len(_rows(path.name))) for path in sorted(DATA.glob("*.jsonl"))}
    assert counted == files
