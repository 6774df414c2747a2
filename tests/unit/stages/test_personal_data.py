"""Personal data are found where they are, checked where they carry a check, and never repeated."""

import pytest

from binome.sdk.stage import Reading
from binome.stages.personal_data import STAGE, masked


def covered(text: str) -> str:
    return masked(text, STAGE.read([Reading(text)])[0].evidence.get("found", []))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon mail jean.dupont@example.org et tel 06 12 34 56 78", "mon mail [email] et tel [phone]"),
        ("jean (at) example.com", "[email]"),
        ("+33 6 12 34 56 78 ou 0033612345678", "[phone] ou [phone]"),
        ("call 555-123-4567 or (020) 7946 0958", "call [phone] or [phone]"),
        ("FR76 3000 6000 0112 3456 7890 189 merci", "[iban] merci"),
        ("carte 4539 1488 0343 6467 exp 12/27", "carte [card] exp 12/27"),
        ("nir 2 69 05 49 588 157 80", "nir [nir]"),
        ("j'habite 12 bis rue des Lilas, 69003 Lyon", "j'habite [address]"),
        ("I live at 221B Baker Street, London NW1 6XE", "I live at [address], London [postcode]"),
    ],
)
def test_what_is_personal_is_covered_by_its_kind(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FR76 3000 6000 0112 3456 7890 188",  # one figure off: the check digits do not hold
        "carte 4539 1488 0343 6468",
        "nir 2 69 05 49 588 157 81",
        "commande 202411230045 du 12/11/2026 à 14h30",
        "il y a 1 500 000 habitants",
        "we meet at noon.tomorrow",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str):
    assert covered(text) == text
    assert STAGE.read([Reading(text)])[0].label == "none"
