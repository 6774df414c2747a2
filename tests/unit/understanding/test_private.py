"""What is personal is hidden from models where it stands, whatever signs it is written with."""

import pytest

from binome.llm.redaction import Redaction
from binome.understanding.private import personal_in


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Le 14 07\u202f98\u202f76\u202f54\u202f32, merci", "Le 14 [PHONE_1], merci"),
        ("ring 07911\u2011123456 24/7 or an\u200bna＠club.be", "ring [PHONE_1] 24/7 or [EMAIL_1]"),
        ("👍🏽 carte 5105\u20131051\u20130510\u20135100 08/27", "👍🏽 carte [CARD_1] 08/27"),
    ],
)
def test_what_is_personal_is_hidden_and_put_back_as_it_was_written(text: str, hidden: str):
    redaction = Redaction()
    (spans,) = personal_in([text])
    assert redaction.hide(text, spans) == hidden
    assert redaction.restore(hidden).text == text
