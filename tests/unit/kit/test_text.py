"""Text folded and cleaned, whatever the script."""

import sys
import unicodedata

from binome.kit.text import clean, fold


def test_no_mark_of_unicode_is_left_by_folding_and_nothing_else_is_lost():
    every = "".join(f"a{chr(code)} " for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    spelt = every.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae").replace("’", "'")
    kept = (one for one in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(one))
    assert fold(every) == "".join(kept).casefold()


def test_plain_letters_fold_as_others_do():
    plain = "".join(map(chr, range(128)))
    assert fold(plain) == plain.casefold()
    assert fold("Crème BRÛLÉE, œuf ; l’Été") == "creme brulee, oeuf ; l'ete"


def test_control_characters_are_cleaned_away_but_for_tabs_and_new_lines():
    every = "".join(map(chr, range(32))) + "\x7f"
    assert clean(f"a{every}b") == "a\t\nb"
    assert clean(" e\u0301\ud800 ") == "é"
