"""Words written so that a filter misses them, read as they are meant: c0nn4rd, p u t e, f*ck, іdiоt.

Rules only: figures and signs among letters are letters, letters apart are a word, letters of other alphabets are those
they look like. A word hidden by stars is filled in from a short list, and only if one word alone fits.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from binome.kit.unseen import ALONE, UNSEEN

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕвкмнтАЕОРСУХІЈЅВКМНТԁԛԝɡαορτυνικΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑоｅ",
    "aeopcyxijsbkmhtAEOPCYXIJSBKMHTdqwgaoptuvikABEZHIKMNOPTYXaoe",
)
_SIGNS = str.maketrans(
    {
        "0": "o",
        "1": "i",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "8": "b",
        "@": "a",
        "$": "s",
        "!": "i",
        "€": "e",
        "|": "i",
        "+": "t",
        "(": "c",
    }
)
_SIGNS_L = _SIGNS | str.maketrans("1|!", "lll")
_LATIN = "a-zA-Z\u00c0-\u024f"
_UNSEEN = re.compile(f"(?<=[{_LATIN}])[{UNSEEN}]+(?=[{_LATIN}])|[{ALONE}]+")
"""What emoji are made of too is nothing only where it stands between letters."""
_STYLED = re.compile("[\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f130-\U0001f189]")
_FOREIGN = re.compile("[\u0370-\u052f\u0250-\u02af]")
_MAY_DECEIVE = re.compile(f"[{UNSEEN}{_STYLED.pattern[1:-1]}{_FOREIGN.pattern[1:-1]}]")
_MIXED = re.compile(
    r"[^\W\d_]{0,40}(?:[a-zA-Z][\u0370-\u052f\u0250-\u02af]|[\u0370-\u052f\u0250-\u02af][a-zA-Z])[^\W\d_]{0,40}"
)
_LEET = re.compile(
    r"(?<![\w@#$€/.+])(?:@\$\$|[+@$0134578](?=[^\W\d_]))?(?:[^\W\d_]+[0134578@$€|!+]+)+[^\W\d_]+[0134578$+]{0,3}(?![\w@/])"
    r"|(?<![\w@/])@\$\$\w*|(?<![\w@#$€/.+])[^\W\d_]+(?:[013457$]+[^\W\d_]*){1,4}(?<=[\w$]{4})(?![\w@/])"
    r"|(?<![\w@#$€/.+])[+@$0134578][^\W\d_]{2,}(?:[0134578@$]+[^\W\d_]*){0,4}(?![\w@/])"
)
_SIGN = re.compile(r"[0134578@$€|!+]")
_HAS_SIGN = re.compile(r"[^\W\d_][0134578@$€|!+]+[^\W\d_]|@\$\$|[^\W\d_][0134578$]|[+@$0134578][^\W\d_]{2}")
_NUMBER = re.compile(r"8|(\d)(?!\1)\d")
"""Figures that are no letters but in a rude word: several that differ (iphone14pro), an eight (gr8, sk8)."""
_APART = re.compile(r"(?<![^\W_])(?:[^\W\d_]([ .\-_*/·•])(?:[^\W_]\1){1,20}[^\W\d_])(?![^\W_])")
_AMONG_LETTERS = re.compile("[a-zA-ZÀ-ÿ]+(?:[\\d$€]{1,2}[a-zA-ZÀ-ÿ]+)+")
_STARRED = re.compile(
    r"(?<![\w*])[^\W\d_](?:[^\W\d_]{0,9}[*#%]{1,6}){1,5}[^\W\d_]{0,9}(?![*\w])"
    r"|(?<![\w*])[^\W\d_]{1,8}[@_.\-]{1,6}[^\W\d_]{1,9}(?![*\w])"
)
_HAS_STAR = re.compile(r"[*#%]|[@_.\-][^\W\d_]")
_MEASURE = re.compile(
    r"\d+(?:h|km|kg|mn|min|s|th|st|nd|rd|e|er|ème|eme|x|k|m|go|mo|gb|g|p|am|pm|cm|mm|ml|cl|w|kw|kwh|v|c|a|ans?)?\d*",
    re.IGNORECASE,
)


def undisguised(text: str) -> tuple[str, dict[str, str]]:
    """The text as it is meant, and what was read otherwise than written: {written: meant}."""
    text, changed = as_seen(text)

    def put(written: str, meant: str) -> str:
        if meant != written:
            changed[written] = meant
        return meant

    if _SIGN.search(text) and _HAS_SIGN.search(text):
        text = _LEET.sub(lambda found: put(found[0], _plain(found[0])), text)
    text = _APART.sub(lambda found: put(found[0], _together(found[0], found[1])), text)
    if _HAS_STAR.search(text):
        text = _STARRED.sub(lambda found: put(found[0], _filled(found[0])), text)
    return text, changed


def as_seen(text: str) -> tuple[str, dict[str, str]]:
    """The text as the eye sees it, without signs that show nothing and each word in one alphabet; {written: seen} of these."""
    changed: dict[str, str] = {}
    if text.isascii() or not _MAY_DECEIVE.search(text):
        return text, changed

    def put(found: re.Match[str]) -> str:
        seen = found[0].translate(_LOOKALIKES)
        if seen != found[0]:
            changed[found[0]] = seen
        return seen

    text = _STYLED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _UNSEEN.sub("", text))
    if _FOREIGN.search(text):
        text = _MIXED.sub(put, text)
    return text, changed


def _plain(word: str) -> str:
    """The word with its signs read as letters: a rude one whatever they are; another only if single figures stand among Latin
    letters (well!Much and Meet+Greet are two words without a space)."""
    end = word[-1] if word[-1] in "!(+|" else ""
    kernel = word[: len(word) - len(end)]
    for whole, tail in ((word, ""), (kernel, end)):
        for signs in (_SIGNS, _SIGNS_L):
            if (meant := whole.translate(signs)).casefold() in rude_words():
                return meant + tail
    few = sum(map(str.isdigit, kernel)) * 2 <= len(kernel) and len(kernel) > 3 and not _NUMBER.search(kernel)
    if few and not kernel.isupper() and not _MEASURE.fullmatch(kernel) and _AMONG_LETTERS.fullmatch(kernel):
        return kernel.translate(_SIGNS) + end
    return word


def _together(word: str, between: str) -> str:
    """Letters apart made one word; few letters only if they are a rude word (S.N.C.F. is none)."""
    joined = word.replace(between, "")
    if len(joined) < 5 and joined.casefold() not in rude_words():
        return word
    return joined.translate(_SIGNS) if any(map(str.isdigit, joined)) else joined


@lru_cache(maxsize=4_096)
def _filled(word: str) -> str:
    """What one rude word alone can be, or the word as it stands. Of one letter only the usual words are made (f***, but not C#,
    nor Madame de T***)."""
    if all(sign in ".-_" for sign in word if not sign.isalpha()):
        squeezed = "".join(filter(str.isalpha, word))
        return squeezed if squeezed.casefold() in rude_words() and len(squeezed) > 3 else word
    pattern = "".join(letter if letter.isalpha() else "." for letter in word.casefold())
    shown, hidden = sum(map(str.isalpha, word)), pattern.count(".")
    known = rude_words() if shown > 1 else _usual()
    same = [rude for rude in known if len(rude) == len(pattern) and re.fullmatch(pattern, rude)]
    if same or shown < 2 or shown + hidden < 4:
        return same[0] if same else word
    loose = re.compile(re.sub(r"\.+", lambda run: f".{{1,{len(run[0]) + 2}}}", pattern))
    return next((rude for rude in known if loose.fullmatch(rude)), word)


@cache
def _lists() -> Mapping[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("rude.toml").read_text("utf-8"))


@cache
def _usual() -> Sequence[str]:
    return _lists()["usual"]


@cache
def rude_words() -> Mapping[str, str]:
    """Rude words by themselves, the commonest first; what they say of whom is not told here."""
    return {word: language for language in ("en", "fr") for word in _lists()[language]}
