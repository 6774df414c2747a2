"""The same message as other people would have typed it: the label stays, the spelling changes."""

import random
import re
import unicodedata

from binome.kit.reader.disguise import rude_words

_WORD = re.compile(r"[^\W\d_]{4,}")
_MENTION = re.compile(r"(?<!\w)@\w+\s*")
_SIGNS = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7+"}
_BETWEEN = (" ", ".", "-", "_")
_OPENERS = ("@user ", "@user ", "@user @user ", "RT @user: ")


def retyped(text: str, chance: random.Random, rate: float = 0.4) -> str:
    """The text, changed at this rate by one or two of the ways below."""
    if chance.random() > rate:
        return text
    for way in chance.sample(_WAYS, 1 if chance.random() < 0.7 else 2):
        text = way(text, chance) or text
    return text


def regrouped(text: str, chance: random.Random) -> str:
    """The text about another group: what is said of people matters, not of whom."""
    for names in _GROUPS:
        if found := re.search(r"\b(?:" + "|".join(names) + r")\b", text, re.IGNORECASE):
            named = found[0].lower()
            other = chance.choice(names)
            said = other.capitalize() if found[0][0].isupper() and named[0] != found[0][0] else other
            return re.sub(rf"\b{re.escape(found[0])}\b", said, text)
    return text


def disguised(text: str, chance: random.Random) -> str:
    """The rude words of the text hidden as people hide them."""
    rude = rude_words()
    return re.sub(
        r"[^\W\d_]{3,}", lambda word: _hidden(word[0], chance) if word[0].casefold() in rude else word[0], text
    )


def _hidden(word: str, chance: random.Random) -> str:
    if chance.random() < 0.4:
        return word
    way = chance.randrange(6)
    inner = chance.randrange(1, len(word) - 1)
    if way == 0:
        return word[:inner] + chance.choice("**#.-@") + word[inner + 1 :]
    if way == 1:
        return "".join(chance.choice(_SIGNS[c]) if c in _SIGNS and chance.random() < 0.7 else c for c in word)
    if way == 2:
        return chance.choice(_BETWEEN).join(word)
    if way == 3:
        return word[0] + re.sub("[aeiouyéèêï]", chance.choice("**#"), word[1:])
    if way == 4 and len(word) > 4:
        return word[:inner] + word[inner + 1 :]
    return word[:inner] + word[inner] * chance.randint(1, 4) + word[inner + 1 :]


def _without_accents(text: str, _chance: random.Random) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _lower(text: str, _chance: random.Random) -> str:
    return text.lower()


def _upper(text: str, chance: random.Random) -> str:
    return text.upper() if chance.random() < 0.4 else text.lower()


def _typo(text: str, chance: random.Random) -> str:
    words = list(_WORD.finditer(text))
    for found in chance.sample(words, min(len(words), 1 + len(words) // 8)):
        at = chance.randrange(found.start() + 1, found.end() - 1)
        way = chance.randrange(3)
        swapped = (text[at + 1] + text[at], text[at] * 2 + text[at + 1], text[at + 1])[way]
        text = text[:at] + swapped + text[at + 2 :] if way != 2 else text[:at] + " "[:0] + text[at + 1 :]
        if way == 2:
            break
    return text


def _without_stops(text: str, _chance: random.Random) -> str:
    return re.sub(r"[.,;:!?…]+(?=\s|$)", "", text)


def _addressed(text: str, chance: random.Random) -> str:
    return _MENTION.sub("", text) if "@" in text and chance.random() < 0.6 else chance.choice(_OPENERS) + text


def _closed(text: str, chance: random.Random) -> str:
    return (
        text.rstrip(" .!") + chance.choice(("", ".", "!", " !", "…", "!!"))
        if chance.random() < 0.7
        else text + " https://t.co/Ab12Cd"
    )


def _stretched(text: str, chance: random.Random) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    end = chance.choice(words).end() - 1
    return text[:end] + text[end] * chance.randint(2, 5) + text[end + 1 :]


def _joined(text: str, chance: random.Random) -> str:
    """One or two spaces left out."""
    for _ in range(chance.randint(1, 2)):
        spaces = [at for at, sign in enumerate(text) if sign == " "]
        if len(spaces) < 2:
            break
        at = chance.choice(spaces)
        text = text[:at] + text[at + 1 :]
    return text


def _framed(text: str, chance: random.Random) -> str:
    return chance.choice(("Bonjour, ", "Hi, ", "Salut ", "hey ", "bon ", "so ")) + text


_GROUPS = (
    ("femmes", "lesbiennes", "musulmanes", "handicapées", "étrangères", "féministes"),
    (
        "musulmans",
        "arabes",
        "noirs",
        "juifs",
        "roms",
        "gitans",
        "asiatiques",
        "chinois",
        "migrants",
        "immigrés",
        "réfugiés",
        "homosexuels",
        "gays",
        "handicapés",
        "trans",
        "maghrébins",
        "africains",
        "étrangers",
        "vieux",
        "blancs",
        "chrétiens",
    ),
    (
        "women",
        "muslims",
        "arabs",
        "black people",
        "jews",
        "jewish people",
        "gypsies",
        "travellers",
        "asians",
        "chinese people",
        "immigrants",
        "migrants",
        "refugees",
        "gay people",
        "gays",
        "lesbians",
        "disabled people",
        "trans people",
        "mexicans",
        "africans",
        "foreigners",
        "old people",
        "white people",
        "christians",
    ),
)
_WAYS = (_without_accents, _lower, _upper, _typo, _without_stops, _addressed, _closed, _stretched, _framed, _joined)
