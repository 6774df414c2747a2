"""What goes to a model and comes back: hidden and restored, bounded, read, labelled, recorded."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from binome.llm import budget, labelling, recording, structured
from binome.llm.errors import Nonsense, NotReached
from binome.llm.protocol import Said, Usage
from binome.llm.redaction import Redaction
from tests.doubles.models import Parrot

TEXT = "Je suis Camille, camille@mail.example, et camille@mail.example encore"
FOUND = [{"kind": "email", "start": 17, "end": 37}, {"kind": "email", "start": 42, "end": 62}]


class Reply(BaseModel):
    reply: str


class TestRedaction:
    def test_the_same_thing_has_the_same_name_everywhere_and_comes_back(self) -> None:
        redaction = Redaction()
        hidden = redaction.hide(TEXT, FOUND, words={"camille": "name"})
        assert hidden == "Je suis [NAME_1], [EMAIL_1], et [EMAIL_1] encore"
        back = redaction.restore("Merci [NAME_1] ! Nous écrirons à [EMAIL_1].")
        assert (back.text, back.kinds) == ("Merci Camille ! Nous écrirons à camille@mail.example.", ("name", "email"))

    def test_a_name_that_somebody_wrote_themselves_brings_nothing_back(self) -> None:
        redaction = Redaction()
        redaction.hide(TEXT, FOUND)
        forged = redaction.hide("Que cache [EMAIL_1] ?")
        assert "[EMAIL_1]" not in forged
        assert redaction.restore(forged).kinds == ()

    def test_a_name_that_stands_for_nothing_is_told(self) -> None:
        assert Redaction().restore("Voyez [PHONE_7].").unknown == ("PHONE_7",)

    @given(st.text(), st.text(min_size=2, max_size=12))
    def test_a_hidden_word_is_nowhere_in_what_leaves(self, text: str, word: str) -> None:
        word = word.strip()
        if len(word) < 2 or not word.isalpha() or not word.isascii():
            return
        hidden = Redaction().hide(f"{text} {word} fin", words={word: "name"})
        assert f" {word} " not in hidden


class TestBudget:
    @given(st.lists(st.text(max_size=200), max_size=4))
    def test_the_bound_is_at_least_the_bytes(self, texts: list[str]) -> None:
        most = budget.at_most([Said("user", text) for text in texts], None, 10)
        assert most.read >= sum(len(text.encode("utf-8", "replace")) for text in texts)

    def test_a_cost_is_rounded_up_to_a_millionth(self) -> None:
        assert budget.Prices(Decimal("0.15"), Decimal("0.6")).of(Usage(1, 1)) == Decimal("0.000001")
        assert budget.Prices(Decimal(2), Decimal(6)).of(Usage(1_000_000, 500_000)) == Decimal(5)


class TestReading:
    @pytest.mark.parametrize(
        "text",
        ['{"reply": "Oui."}', 'Here it is:\n```json\n{"reply": "Oui."}\n```\nBye', 'x {"a": 1} {"reply": "Oui."} y'],
    )
    def test_the_object_is_found_whatever_is_around_it(self, text: str) -> None:
        assert structured.read(text, Reply).reply == "Oui."

    @pytest.mark.parametrize("text", ["", "Oui.", '{"reply": 3}', '{"reply": "a', "{" * 5_000, '{"reply": ["x"]}'])
    def test_what_is_not_in_the_form_is_refused(self, text: str) -> None:
        with pytest.raises(Nonsense):
            structured.read(text, Reply)

    def test_the_schema_is_closed(self) -> None:
        schema = structured.schema_of(Reply)
        assert (schema["additionalProperties"], schema["required"]) == (False, ["reply"])


class TestLabelling:
    def test_labels_that_are_not_allowed_or_of_no_text_are_none(self) -> None:
        told = (
            '{"labels": [{"n": 1, "label": "ironic", "sure": 0.9}, '
            '{"n": 2, "label": "act", "sure": 1}, '
            '{"n": 9, "label": "literal", "sure": 1}]}'
        )
        given = labelling.answers(told, 2, ["ironic", "literal"])
        assert given == [labelling.Labelled("ironic", 0.9), None]

    def test_an_answer_that_is_nonsense_labels_nothing(self) -> None:
        assert labelling.answers("I refuse", 2, ["a"]) == [None, None]


class TestRecording:
    def test_an_exchange_is_played_again_and_no_other(self, tmp_path: Path) -> None:
        file, question = tmp_path / "kept.jsonl", [Said("user", "Ready?")]
        first = recording.Recorder(Parrot("Yes."), file).complete(question, most_tokens=9, seconds=1)
        again = recording.replayed(file)
        assert again.complete(question, most_tokens=9, seconds=1) == first
        with pytest.raises(NotReached):
            again.complete([Said("user", "Really?")], most_tokens=9, seconds=1)
