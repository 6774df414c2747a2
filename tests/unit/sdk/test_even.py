"""Signs that look the same are the same in the copy, and each of its signs knows where it stands in the text."""

import pytest

from binome.sdk.even import evened


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("plain text, 10-12.", "plain text, 10-12."),
        ("10\u00a0h\u202f30\t\u2013\u200920\u3000h", "10 h 30 - 20 h"),
        ("a·b•c。d", "a.b.c.d"),
        ("ＡＢ＠１２－３", "AB@12-3"),
        ("٤٢ ۴۲ 𝟒𝟚", "42 42 42"),
        *[(f"06{sign}12", "0612") for sign in "\u00ad\u061c\u180e\u200d\u2066\u206a\ufe00\ufeff\U000e0061\U000e0ffe"],
        ("é ï ç ß … « » 👍🏽 ½ ²", "é ï ç ß … « » 👍🏽 ½ ²"),
    ],
)
def test_one_sign_stands_for_those_that_look_like_it(text: str, copy: str):
    assert evened(text)[0] == copy


@pytest.mark.parametrize(
    "text", ["", "no sign", "so\u00adme\u200b unseen\ufeff", "1\ufe0f\u20e3 2\ufe0f\u20e3", "\u200b"]
)
def test_places_lead_from_the_copy_back_to_the_text(text: str):
    copy, places = evened(text)
    assert len(places) == len(copy) + 1
    assert "".join(text[place] for place in places[:-1]) == copy
    assert places[-1] == len(text)
    assert not set(copy) & set("\u00ad\u200b\ufeff\ufe0f\u20e3")
