"""The particulars of a sentence, in one form whatever the spelling: amounts, durations, hours, dates, addresses, names.

A statement is no truer than its particulars: each of those in a draft has to be in what it quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from binome.kit.text import fold


@dataclass(frozen=True)
class Particular:
    """*kind*: money, percent, quantity, hour, date, link, email, number or name; *value*: in its one form."""

    kind: str
    value: str
    written: str


_NUMBERS = {
    word: value
    for value, words in {
        2: "deux two", 3: "trois three", 4: "quatre four", 5: "cinq five", 6: "six", 7: "sept seven", 8: "huit eight",
        9: "neuf nine", 10: "dix ten", 11: "onze eleven", 12: "douze twelve", 13: "treize thirteen", 14: "quatorze fourteen",
        15: "quinze fifteen", 16: "seize sixteen", 20: "vingt twenty", 24: "twenty-four vingt-quatre", 30: "trente thirty",
        40: "quarante forty", 48: "quarante-huit forty-eight", 50: "cinquante fifty", 60: "soixante sixty",
        72: "soixante-douze seventy-two", 90: "quatre-vingt-dix ninety", 100: "cent hundred",
    }.items()
    for word in words.split()
}  # fmt: skip
_WORDED = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b")

_UNITS = {
    unit: name
    for name, units in {
        "minute": "minute minutes min mn", "hour": "heure heures hour hours h hrs", "day": "jour jours day days j",
        "week": "semaine semaines week weeks", "month": "mois month months", "year": "an ans annee annees year years",
        "kilometre": "km kilometres kilometers", "kilo": "kg kilos", "gram": "g grammes grams", "metre": "m metres meters",
        "litre": "l litres liters", "place": "places spaces seats spots",
        "time": "fois times",
    }.items()
    for unit in units.split()
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier january jan", "fevrier february feb", "mars march", "avril april apr", "mai may", "juin june",
         "juillet july", "aout august aug", "septembre september sept", "octobre october oct", "novembre november nov",
         "decembre december dec"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAYS = {
    name: number
    for number, names in enumerate(
        ("lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday", "vendredi friday", "samedi saturday",
         "dimanche sunday"),
    )
    for name in names.split()
}  # fmt: skip
_SOON = {
    "aujourd'hui": "today", "today": "today", "demain": "tomorrow", "tomorrow": "tomorrow", "ce soir": "tonight",
    "tonight": "tonight", "immediatement": "at once", "immediately": "at once",
}  # fmt: skip

_N = r"\d+(?:[   ]\d{3})*(?:[.,]\d+)?"
_FINDERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("link", re.compile(r"https?://[^\s<>\"')]+|\bwww\.[^\s<>\"')]+")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("link", re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|fr|org|net|eu|be|ch|ca|uk|io|example)\b(?:/[^\s]*)?")),
    ("money", re.compile(rf"[€$£]\s?(?P<n>{_N})|(?P<m>{_N})\s?(?:€|\$|£|euros?\b|eur\b|dollars?\b|pounds?\b|livres\b|chf\b)")),
    ("percent", re.compile(rf"(?P<n>{_N})\s?(?:%|pour cent\b|percent\b)")),
    ("date", re.compile(rf"\b(?P<d>\d{{1,2}})(?:er|st|nd|rd|th)?\s(?:of\s)?(?P<mo>{_MONTH})\b(?:,?\s(?P<y>\d{{4}}))?")),
    ("date", re.compile(rf"\b(?P<mo>{_MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<y>\d{{4}}))?")),
    ("date", re.compile(r"\b(?P<d>\d{1,2})[/.](?P<mo>\d{1,2})[/.](?P<y>\d{4})\b")),
    ("hour", re.compile(r"\b(?P<h>\d{1,2})(?:[:.](?P<mi>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?")),
    ("clock", re.compile(r"\b(?P<h>\d{1,2})\s?(?:h|:)\s?(?P<mi>\d{2})\b")),
    ("quantity", re.compile(rf"(?<![\w.,])(?P<n>{_N})\s?(?:working\s|business\s|full\s)?(?P<u>{_UNIT})\b")),
    ("one", re.compile(r"\b(?:une?|an?|one)\s(?P<u>minute|heure|hour|jour|day|semaine|week|mois|month|an|annee|year)\b")),
    ("number", re.compile(rf"(?<![\w.,])(?P<n>{_N})(?!\w)")),
    ("month", re.compile(rf"\b(?:en|in|early|late|debut|fin)\s(?P<mo>{_MONTH})\b")),
    ("weekday", re.compile(rf"\b(?P<day>{'|'.join(_DAYS)})s?\b")),
    ("soon", re.compile(rf"\b(?:{'|'.join(_SOON)})\b")),
)  # fmt: skip


@lru_cache(maxsize=1_024)
def particulars(text: str) -> tuple[Particular, ...]:
    """Everything of the kind that a sentence holds, names apart."""
    folded = _with_figures(_plain(text))
    found: list[Particular] = []
    taken = [False] * len(folded)
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(folded):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                found.append(_normal(kind, match))
    return tuple(found)


def names_in(text: str) -> list[str]:
    """Words with a capital that do not begin a sentence, and who does something at its beginning: people, places, products."""
    inside = [match[0] for match in _CAPITAL.finditer(text) if not _BEGINS.search(text[: match.start()])]
    actor = _ACTOR.match(text.strip())
    first = [actor[1]] if actor and fold(actor[1]) not in _PRONOUNS else []
    return [word for word in first + inside if fold(word) not in _DAYS and fold(word) not in _MONTHS]


_CAPITAL = re.compile(r"(?<!\w)[A-ZÀ-Ý][\w-]+")
_BEGINS = re.compile(r"(?:^|[.!?…:\n«“\"•])[\s\u00a0\u202f]*$")
_ACTOR = re.compile(r"([A-ZÀ-Ý][\w-]+) (?:vous|te|va|will|can|is going)\b")
_PRONOUNS_TEXT = """
il elle ils elles on nous je tu vous cela ceci ca qui we i he she it they you this that there who ne se si if quand
when lorsque puis ensuite then alors sinon et and mais but ou or donc so comme as
"""
_PRONOUNS = frozenset(_PRONOUNS_TEXT.split())


def is_in(wanted: Particular, there: set[tuple[str, str]]) -> bool:
    """Whether a particular is among others, in any form in which it says the same."""
    if (wanted.kind, wanted.value) in there:
        return True
    if wanted.kind == "date":  # without its year
        return any(kind == "date" and value.startswith(f"{wanted.value}/") for kind, value in there)
    if wanted.kind == "number":  # a bare figure, whose unit is understood
        return any(value == wanted.value or value.split(" ")[0] == wanted.value for _kind, value in there)
    if wanted.kind == "month":
        return any(kind == "date" and f"/{wanted.value}" in value for kind, value in there)
    if wanted.kind == "quantity" and ("number", wanted.value.split()[0]) in there:
        return True
    if wanted.kind == "quantity" and wanted.value.endswith(" hour"):  # "18 h" is an hour of the day, or a duration
        return ("hour", f"{wanted.value.split()[0]}:00") in there
    if wanted.kind == "hour" and wanted.value.endswith(":00"):
        return ("quantity", f"{wanted.value[:-3]} hour") in there
    return False


def _plain(text: str) -> str:
    return fold(text.replace("\u202f", " ").replace("\u00a0", " "))


def _with_figures(folded: str) -> str:
    """Numbers in words as figures."""
    return _WORDED.sub(lambda match: str(_NUMBERS[match[0]]), folded)


def _normal(kind: str, match: re.Match[str]) -> Particular:
    groups, written = match.groupdict(), match[0]
    if kind in ("money", "percent", "number"):
        return Particular(kind, _figure(groups.get("n") or groups.get("m") or ""), written)
    if kind == "one":
        return Particular("quantity", f"1 {_UNITS[groups['u']]}", written)
    if kind == "quantity":
        return Particular(kind, f"{_figure(groups['n'])} {_UNITS[groups['u']]}", written)
    if kind == "date":
        month = groups["mo"]
        day = f"{int(groups['d'])}/{int(month) if month.isdigit() else _MONTHS[month]}"
        return Particular(kind, f"{day}/{groups['y']}" if groups.get("y") else day, written)
    if kind == "month":
        return Particular(kind, str(_MONTHS[groups["mo"]]), written)
    if kind == "hour":
        hour = int(groups["h"]) % 12 + 12 * (groups["half"] == "p")
        return Particular(kind, f"{hour}:{groups['mi'] or '00'}", written)
    if kind == "clock":
        return Particular("hour", f"{int(groups['h'])}:{groups['mi']}", written)
    if kind == "weekday":
        return Particular(kind, str(_DAYS[groups["day"]]), written)
    if kind == "soon":
        return Particular(kind, _SOON[written], written)
    return Particular(kind, written.removeprefix("https://").removeprefix("http://").rstrip("/.,;:!?"), written)


def _figure(written: str) -> str:
    """ "1 250,50" and "1250.5" are the same amount."""
    digits = re.sub(r"[   ]", "", written).replace(",", ".")
    return f"{float(digits):g}" if digits else ""


def all_of(texts: Iterator[str] | list[str]) -> set[tuple[str, str]]:
    """The particulars of several texts together."""
    return {(one.kind, one.value) for text in texts for one in particulars(text)}
