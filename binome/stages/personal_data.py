"""Which personal data a message holds, and where: never the data themselves.

Numbers that carry a check (IBAN, payment card, French social security number) are reported only when it holds. All is looked
for in a copy of the text whose spaces, dashes and signs are the plain ones.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from binome.sdk.even import evened
from binome.sdk.masking import covered
from binome.sdk.stage import Annotation, Reading

READ = 50_000
"""Characters that are looked at."""

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_IBAN_LENGTHS: Mapping[str, int] = _LISTS["iban"]

_MAIL_HOST = rf"(?:{'|'.join(_LISTS['mail']['hosts'])})"
_ENDING = r"(?:com|fr|org|net|eu|be|ch|ca|uk|io|de|es|it)"
_NO_WORD = r"(?:com|fr|org|net|eu|uk|io)"
"""Endings that begin no sentence, so that the dot before them may stand apart."""
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
_LOCAL = r"[\w.+-]++"
_DOT = r"\s?(?:\(dot\)|\[dot\]|\(point\)|\[point\])\s?|\sdot\s|\spoint\s"
_JOINED = rf"(?:(?:{_DOT}|\s(?:underscore|hyphen|dash|tiret)\s){_LOCAL}){{0,3}}"
_AT = r"(?:\s?[(\[{<](?:@|at|a|arobase|arobas)[)\]}>]\s?|\sarobase?\s)"
_SPELLED_ENDING = rf"(?:{_DOT}){_ENDING}(?<!\bde)"
"""At a host with a plain sign: "merci @sfr point de vente" is a mention."""
_SPELLED_HOST = rf"[\w-]{{1,63}}(?:(?:\.|{_DOT})[\w-]{{1,63}}){{0,3}}(?:\.|{_DOT}){_ENDING}\b"
_EMAIL = re.compile(
    rf"(?<![\w.+-])(?:{_LOCAL}{_JOINED}(?:"
    rf"(?:@\s?|\s@\s){_HOST}\.[^\W\d_]{{2,24}}"
    rf"|\s?@\s?{_MAIL_HOST}(?:(?:[.,]\s?|\s\.\s?)[a-z]{{2,3}}|{_SPELLED_ENDING})\b"
    rf"|(?:@\s?|\s@\s)(?:{_HOST}\s\.\s?{_NO_WORD}|[\w-]{{1,63}}(?:(?:\.|{_DOT})[\w-]{{1,63}}){{0,3}}{_SPELLED_ENDING})\b"
    rf"|{_AT}{_SPELLED_HOST}"
    rf"|\sat\s(?:{_MAIL_HOST}(?:\.|{_DOT}){_ENDING}|[\w-]{{1,63}}\sdot\s(?:com|fr|org|net|ca|ch|eu))\b)"
    rf"|(?=[\w+-]{{1,40}}[._\d]){_LOCAL}\sat\s[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,2}}\.{_ENDING}\b)",
    re.IGNORECASE,
)
"""Written plainly, with spaces on both sides of the sign, with a comma or a space by the dot, or with signs in words.
A sign with a space before it only is a mention ("bravo @lou.martin")."""

_SIGN_APART = r"(?:[ ._/-]{0,2}[A-Z0-9])"
_IBAN = re.compile(
    rf"(?:\b|(?<=IBAN))(?=((?:{'|'.join(_IBAN_LENGTHS)})[ ._-]?\d\d{_SIGN_APART}{{11,31}}))", re.IGNORECASE
)
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[0-2])\d{13}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"
    r"|(?:50|5[6-9]|6\d)\d{14,17}"
)
"""Beginnings and lengths of the numbers of the networks of cards."""

_FIGURES = re.compile(r"\d+")
_APART = r"[ ._/()-]{0,3}"
_RUN = re.compile(rf"\d(?:{_APART}\d){{7}}")
"""What every number that is personal has: it is quickly seen not to be there."""
_AFTER_FIGURE, _THEN_FIGURE = re.compile(rf"\d{_APART}$"), re.compile(rf"{_APART}\d")
_ALONE = r"(?<![^\W_])(?<!\d[.,])"
_MAY_BE_CARD = re.compile(rf"{_ALONE}(?<![+])(?=([2-6](?:{_APART}\d){{12,18}}))")
_MAY_BE_NIR = re.compile(
    rf"{_ALONE}(?=([1-478](?:{_APART}\d){{5}}{_APART}[\dAB](?:{_APART}\d){{8}})(?![^\W_]))", re.IGNORECASE
)

_GAP = r"(?:[ ._-]{1,2})"
_SIGNS = {
    "#": r"\d",
    "N": "[1-9]",
    "M": "[2-9]",
    " ": rf"(?:\)?{_GAP}|\))",
    "/": rf"(?:\)?{_GAP}|\)| ?/ ?)",
}


def _shape(written: str) -> str:
    """The expression of a shape of numbers."""
    return "".join(_SIGNS.get(sign, sign) for sign in written)


def _abroad(shape: str, codes: Iterable[int]) -> str:
    """With the code of the country: the nought of the inside may stay, and groups are as one likes."""
    rest = rf"{_shape(shape.rstrip('#'))}(?:{_APART}\d){{{shape.count('#')}}}"
    return rf"(?:{'|'.join(map(str, codes))}){_APART}(?:0{_APART})?{rest}"


_PAIRS = rf"0[1-9](?:{_GAP}| [./-] )\d\d(?:{_GAP}\d\d){{3}}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_PASSED = "|".join(
    [
        rf"{_DAY}(?P<in_full>[./ -]){_DAY}(?P=in_full)(?:19|20)\d\d",
        rf"{_DAY}(?P<short>[./-]){_DAY}(?P=short)[0-3]\d(?!(?P=short))",
        r"(?:19|20)\d\d(?P<iso>[./-])\d\d(?P=iso)\d\d",
        rf"{_DAY}/{_DAY}(?! ?/)",
        rf"{_DAY}(?=(?:{_GAP}| [./-] )0[1-9](?P<same>{_GAP})\d\d(?:(?P=same)\d\d){{3}}(?!(?:{_GAP}|/)?\d))",
        r"\+\d{1,3}(?:[ .]000)+",
    ]
)
"""Dates, a day that stands before a number, and round amounts ("+2 000 000 views"): what follows is looked at afresh."""
_KNOWN = "|".join(_abroad(shape, codes) for shape, codes in _LISTS["phones"]["abroad"].items())
_OTHER_COUNTRY = rf"(?!1)[1-9](?:{_APART}\d){{5}}(?:{_GAP}?\d)"
_ABROAD = rf"\(?(?:\+ ?\(?(?:{_KNOWN}|{_OTHER_COUNTRY}{{2,9}})|(?<![\w.,:])00 ?\(?(?:{_KNOWN}|{_OTHER_COUNTRY}{{3,7}}))"
_TEN = rf"(?<!\d[ ._/-])\(?0\)?{_GAP}?[1-9](?:(?:(?:\)|\)?{_GAP})(?=\d\d))?\d){{8}}(?!{_APART}\d)"
"""Ten figures and no more, in groups of two or more however they are: none stands alone, as those of an ISBN do."""
_NORTH_AMERICAN = (
    r"(?:1[ .-]?)?(?:\([2-9]\d\d\)[ ._-]{0,3}|[2-9]\d\d(?:[ ._/-]| [.-] ))(?:\d{3}(?:[ ._-]| [.-] )\d{4}|[2-9]\d{6})"
)
_PHONE = re.compile(
    rf"(?=[\d(+])(?<!\d)(?:(?P<passed>{_PASSED})"
    rf"|(?P<surely>{_PAIRS}|0[1-9](?:/\d\d){{4}}|0[1-9](?: [./-] \d\d){{4}}|(?<!\d[ ._-])0(?:[ ._-]\d){{9}}(?![ ._-]\d)"
    rf"|{_ABROAD})"
    rf"|(?P<grouped>{_TEN}|33{_GAP}?(?:\(0\) ?)?[1-9](?:(?:{_GAP}(?=\d\d))?\d){{8}}|{_NORTH_AMERICAN}"
    rf"|\(?(?:{'|'.join(map(_shape, _LISTS['phones']['national']))}))"
    r"|(?P<called>1?[2-9]\d{2}[2-9]\d{6}|0[1-9]\d{7}))(?!\d)"
)
_CALLED = re.compile(
    r"\b(?:t[ée]l(?:[ée]phone)?|cell(?:ulaire)?|mobile|portable|phone|whats ?app|sms|appel\w*|rappel\w*|joi(?:ndre|gnable)|call"
    r"|text|(?:my|mon) num(?:ber|[ée]ro)?)\b[^\n\d]{0,15}$",
    re.IGNORECASE,
)
"""What stands before a number that is said to be called, so that it need not be in groups."""
_CALLED_AT = re.compile(
    r"(?<![^\W\d_])(?:t[ée]l(?:[ée]phone)?|phone|port(?:able)?|mobile|gsm|num(?:[ée]ro)?|au|sms|whats ?app|appel(?:er|ez)|call|text)$",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(r"[a-zà-ÿ]{2,}(?!\w)")
"""Words that are written to a number of ten figures without a space ("au0612345678svp")."""
_NUMBER_OF = r"(?:n[°ºo]|num[ée]ro|number|no|id|ref|code|#)"
_NUMBERED = (
    r"(?:commande|client|colis|billet|contrat|adh[ée]rente?|abonn[ée]e?|carte|compte|customer|account|member(?:ship)?"
    r"|booking|case|parcel)"
)
_REFERENCE = re.compile(
    rf"\b(?:dossier|facture|r[ée]f(?:[ée]rence)?|ticket|order|tracking|invoice|serial|suivi|s[ée]rie|sn|{_NUMBERED}\s?{_NUMBER_OF}"
    rf"|{_NUMBER_OF}\s?(?:de\s|d['’]\s?)?{_NUMBERED})(?:\s?(?:est|is|:|=|{_NUMBER_OF}\.?)){{0,2}}\s?$",
    re.IGNORECASE,
)
"""What stands before figures in one piece that number something else than a telephone."""
_BOUND = re.compile(r"\w[-_]$|\d[.,]$")
"""Before what goes on a reference or a decimal number."""
_THOUSANDS = re.compile(r"\+?\d{1,3}(?:[ .]?\d{3})+")
_UNIT = re.compile(rf"\s?(?:{'|'.join(_LISTS['counted']['units'])})(?!\w)", re.IGNORECASE)
_MONTH = rf"(?:{'|'.join(_LISTS['counted']['months'])})"
_BEFORE_MONTH = re.compile(rf"(?:[ ,]{{1,2}}\d\d){{0,20}}\s?{_MONTH}\b", re.IGNORECASE)
_AFTER_MONTH = re.compile(rf"\b{_MONTH}\.?\s(?:\d\d[ ,]{{1,2}}){{0,20}}$", re.IGNORECASE)

_ARTICLE = r"(?i:de\s+la\s+|de\s+l['’]\s?|du\s+|des\s+)"
_LINK = rf"(?:{_ARTICLE}|(?i:de\s+|d['’]\s?|la\s+|le\s+|les\s+|l['’]\s?))"
_CAPITAL = r"[A-ZÀ-Ý](?:[\w'’-]|\.(?=[\s-]?[A-ZÀ-Ý]))*"
_PROPER = rf"{_CAPITAL}(?:\s+{_LINK}?{_CAPITAL}){{0,4}}"
_WORD = r"[^\W\d_][\w'’-]*"
_TITLE = (
    r"(?i:(?:saints?|stes?|st|sainte|docteur|dr|g[ée]n[ée]ral|mar[ée]chal|colonel|commandant|capitaine|pr[ée]sident|abb[ée]|"
    r"deux|trois|quatre|petite?s?|grande?s?|vieux|vieille|hauts?|haute)\s+)"
)
_BESIDE = r"(?i:et|ou|à|a|au|en|est|pour|quand|comment|c|je|on|il|y|svp|stp|merci|direction|vers)"
_LOWER = rf"{_TITLE}{{0,2}}{_WORD}(?:\s+{_LINK}{_WORD})?"
_TOWN = r"(?:,?\s+\d{4,5}\s+[A-ZÀ-Ý][\w'’-]+(?:[ -][A-ZÀ-Ý][\w'’-]+){0,3})"
_STREET, _OPEN, _OTHER, _SHORT = (
    rf"(?i:{'|'.join(_LISTS['ways'][kind])})\b" for kind in ("plain", "places", "words", "short")
)
_NUMBER = r"\d{1,4}(?:\s?[-/]\s?\d{1,4})?\s?(?i:bis|ter|quater|[a-d]\b)?,?\s+"
_NO_LINE = r"(?<!(?i:bus) )(?<!(?i:ligne) )(?<!(?i:tram) )(?<!(?i:m[ée]tro) )"
_NAMED = r"[A-ZÀ-Ý][a-zà-ÿ'’-][\w'’-]*"
_STREET_FR = (
    rf"\b{_NO_LINE}{_NUMBER}(?:"
    rf"(?:{_STREET}\.?|{_OPEN}\.?)\s+(?i:du\s+\d{{1,2}}(?:er)?\s{_MONTH})(?:\s(?:1[789]|20)\d\d\b)?"
    rf"|{_STREET}\.?\s+(?!J\.?-?C\b)(?:{_LINK}?{_PROPER}|{_LINK}{_LOWER}|{_LOWER}(?:\s+(?!{_BESIDE}\b){_WORD})?)"
    rf"|{_OPEN}\.?\s+(?:{_LINK}?{_NAMED}(?:\s+{_LINK}?{_CAPITAL}){{0,4}}|{_ARTICLE}{_LOWER})"
    rf"|(?:{_OTHER}|{_SHORT}\.)\s+{_ARTICLE}?{_NAMED}(?:\s+{_LINK}?{_CAPITAL}){{0,4}}"
    rf"|(?:{_OPEN}\.?|{_OTHER}|{_SHORT}\.?)\s+[^\n,;.!?\d]{{2,40}}(?={_TOWN})"
    rf"){_TOWN}?"
)
_NUMBER_LAST = r",?\s+(?i:n[°o]\s?)?\d{1,4}(?:\s?[-/]\s?\d{1,4})?\s?[A-Za-z]?(?:\s?(?:bte|bo[iî]te|bus)\s?\d+)?"
_THEN_TOWN = r",?\s+(?:[A-Z]{1,2}-)?\d{4,5}\s+(?:[A-Z]{2}\s+)?[A-ZÀ-Ý][\w'’-]+"
_NUMBER_AFTER = (
    rf"\b(?:(?:{_STREET}\.?|{_OPEN}\.?|{_OTHER})\s+{_LINK}?(?:{_PROPER}|{_LOWER})"
    r"|[A-ZÀ-Ý][\w'’-]{0,40}(?:stra(?:ss|ß)e|str\.|gasse|weg|platz|allee|straat|laan|plein|dreef|kaai))"
    rf"{_NUMBER_LAST}{_THEN_TOWN}"
)
"""The number after the name, as in Belgium and Switzerland, known by the town that follows."""

_UK = rf"(?:{'|'.join(_LISTS['postcodes']['british'])})\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{{2}}"
_CANADA = r"[ABCEGHJ-NPR-TVXY]\d[A-Z]\s?\d[A-Z]\d"
_TOWN_EN = rf"(?:\.?(?:,?\s+[A-Z][\w'’-]+){{0,3}},?\s+(?:(?i:{_UK}|{_CANADA})\b|[A-Z]{{2}},?\s\d{{5}}))"
_STREET_EN = (
    r"\b\d{1,5}(?:-\d{1,5})?[A-Za-z]?,?\s+(?:(?:[NSEW]\.?|North|South|East|West)\s+)?"
    r"(?:(?:[A-Z][\w'’-]+|\d{1,3}(?:st|nd|rd|th))\s+){1,4}(?:"
    rf"(?:(?i:street|road|rd|avenue|ave|lane|ln|crescent|terrace|boulevard|blvd)|St)\b{_TOWN_EN}?"
    rf"|(?:Drive|Dr|Close|Court|Ct|Square|Way|Place|Gardens|Grove|Hill)\b"
    rf"(?:{_TOWN_EN}|(?=\.?,\s+[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*\s*(?:[,.;!?\n]|$))))"
)
_STREET_EN_PLAIN = (
    r"(?i:\b\d{1,5}[a-z]?\s+(?!(?:way|lane|new|more|other|free|big|long|miles?|km|hours?|minutes?|mins?)\s)(?:[a-z'’-]{3,}\s){1,2}"
    r"(?:street|road|avenue|lane|crescent|terrace|blvd|boulevard)\b"
    r"(?=\s*(?:$|[,.;:!?)\n]|(?:in|near|at|by|and|is|flat|apt|please|pls)\b|(?-i:[A-Z]))))"
)
_YEAR = re.compile(r"(?:19|20)\d\d\s")
_PLACED = re.compile(rf"\b\d{{4,5}}\s+[A-ZÀ-Ý]|\b(?i:{_UK}|{_CANADA})$|\s\d{{5}}$")
_COMMA = re.compile(r",\s+[A-ZÀ-Ý\d]")
"""A number that may be a year is a door's where a town or a comma follows."""

_POSTCODE = re.compile(rf"(?<![\w/=])(?:{_UK}|{_CANADA})(?![\w/])", re.IGNORECASE)
"""British and Canadian, a few doors each: with capitals, or beside a street."""

_TOWN_CODE = re.compile(r"\b(?:0[1-9]|[1-8]\d|9[0-578])\d{3}\s+[A-ZÀ-Ý][\w'’-]{2,}(?:[ -][A-ZÀ-Ý][\w'’-]+){0,3}")
_CODE_AND_TOWN = re.compile(r"\d{4}\s+(?:[A-Z]{2}\s+)?[A-ZÀ-Ý]")
_LIVES = re.compile(r"\b(?:habit\w*|domicili\w*|r[ée]sid\w*|adresse|code postal|cp)\b[^\n\d]{0,30}$", re.IGNORECASE)
"""French codes are those of whole towns: personal beside a street, or where somebody is said to live."""

_AT_IN_WORDS = re.compile(
    r"\s(?:at\s[\w-]{1,63}(?:\s?[.(\[]|\sdot\s|\spoint\s)|arobase?\s)|[(\[{<](?:at?|arobase?)[)\]}>]"
)
"""What an address without its sign has somewhere, in lower case: quickly seen not to be there."""

_HAS_FIGURE = re.compile(r"\d")
_SURE = {"email": 0.99, "iban": 0.999, "card": 0.98, "nir": 0.995, "phone": 0.95, "address": 0.85, "postcode": 0.6}


_Found = tuple[str, int, int]


@cache
def _streets() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Each with whether a town must be there. Made when the first figure is met: they take longer to make than to use."""
    return (
        (re.compile(_STREET_FR), False),
        (re.compile(_NUMBER_AFTER), True),
        (re.compile(_STREET_EN), False),
        (re.compile(_STREET_EN_PLAIN), False),
    )


class PersonalData:
    """present | none; evidence["found"]: kind, start, end of each, in order."""

    name, version, cost = "personal_data", "4", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text[:READ]) for reading in readings]


def masked(text: str, found: Iterable[Mapping[str, Any]]) -> str:
    """The text with each thing found replaced by its kind: "call me at [phone]"."""
    return covered(text, [(one["start"], one["end"], f"[{one['kind']}]") for one in found])


def _read(text: str) -> Annotation:
    found = _looked_for(text)
    if not found:
        return Annotation("none", 0.97)
    told = [{"kind": kind, "start": start, "end": end} for kind, start, end in found]
    return Annotation("present", max(_SURE[kind] for kind, _start, _end in found), {"found": told})


def _looked_for(text: str) -> list[_Found]:
    """What is met, in order; the surest kinds are looked for first, and what they cover is not looked at again."""
    spelled = "@" in text or "＠" in text or _AT_IN_WORDS.search(text.lower())
    figures = _HAS_FIGURE.search(text)
    if not spelled and not figures:
        return []
    seen, places = evened(text)
    found: list[_Found] = []
    for finder in (
        *([_emails] if spelled else []),
        *([_ibans, _nirs, _cards, _phones] if figures and _RUN.search(seen) else []),
        *([_addresses] if figures else []),
    ):
        met = list(finder(seen))
        seen = _without(seen, met)
        found += met
    return [(kind, places[start], places[end]) for kind, start, end in sorted(found, key=itemgetter(1))]


def _without(text: str, found: Iterable[_Found]) -> str:
    """The text with a sign that is part of nothing in the place of each sign that was found."""
    for _kind, start, end in found:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _emails(text: str) -> Iterator[_Found]:
    for match in _EMAIL.finditer(text):
        yield "email", *match.span()


def _ibans(text: str) -> Iterator[_Found]:
    last = 0
    for match in _IBAN.finditer(text):
        if match.start() >= last and (length := _iban_length(match[1])):
            last = match.start() + length
            yield "iban", match.start(), last


def _iban_length(written: str) -> int:
    """How many characters of this are an IBAN of the length of its country whose check digits hold (ISO 7064), 0 if none."""
    wanted = _IBAN_LENGTHS.get(written[:2].upper(), 0)
    places = [place for place, sign in enumerate(written) if sign.isalnum()]
    if not wanted or len(places) < wanted:
        return 0
    end = places[wanted - 1] + 1
    goes_on = end < len(written) and written[end].isalnum()
    return 0 if goes_on or not _checks("".join(written[place] for place in places[:wanted]).upper()) else end


def _checks(iban: str) -> bool:
    """Words after a country's letters may check by chance: at least half of the signs are figures."""
    if not iban.isascii() or 2 * sum(map(str.isdecimal, iban)) < len(iban):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _nirs(text: str) -> Iterator[_Found]:
    for match in _MAY_BE_NIR.finditer(text):
        if _is_nir("".join(filter(str.isalnum, match[1].upper()))):
            yield "nir", *match.span(1)


def _is_nir(signs: str) -> bool:
    """Sex, year, month, and the key of the French number (97 minus the rest; Corsica's 2A and 2B count as 19 and 18).

    Months above 12 stand for months that are not known.
    """
    body, control = signs[:13].replace("2A", "19").replace("2B", "18"), signs[13:]
    if not (body.isdecimal() and control.isdecimal() and signs[0] in "123478"):
        return False
    month = int(body[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) and 97 - int(body) % 97 == int(control)


def _cards(text: str) -> Iterator[_Found]:
    last = 0
    for match in _MAY_BE_CARD.finditer(text):
        if match.start() >= last and (end := _card_end(text, *match.span(1))):
            last = end
            yield "card", match.start(), end


def _card_end(text: str, start: int, end: int) -> int:
    """Where the longest card ends of which these are the first groups, 0 if there is none.

    Where other numbers stand beside it, it begins with four figures and goes on with three or more.
    """
    digits, found = "", 0
    begins, usual = not _AFTER_FIGURE.search(text[max(0, start - 4) : start]), True
    for group in _FIGURES.finditer(text, start, end):
        usual = usual and len(group[0]) > 2 + (not digits)
        if not (usual or begins):
            break
        digits += group[0]
        if _CARD.fullmatch(digits) and (usual or not _THEN_FIGURE.match(text, group.end())):
            found = group.end() if _luhn(digits) and not text[group.end() : group.end() + 1].isalnum() else found
    return found


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _phones(text: str) -> Iterator[_Found]:
    last = 0
    for match in _PHONE.finditer(text):
        kind, (start, end) = match.lastgroup, match.span()
        if kind == "surely" or (kind in {"grouped", "called"} and _stands_alone(text, start, end, last)):
            if kind == "called" and not _CALLED.search(text[max(0, start - 40) : start]):
                continue
            if not _is_counted(match[0], text[max(0, start - 80) : start], text[end : end + 80]):
                last = end
                yield "phone", start, end


def _stands_alone(text: str, start: int, end: int, last: int) -> bool:
    """Whether it is no part of a word, a reference or a decimal number; it may follow another phone (which ends at *last*)."""
    before = text[max(0, start - 40) : start]
    if text[end : end + 1].isalnum() and not _WORD_AFTER.match(text, end):
        return False
    if before[-1:].isalnum() and not _CALLED_AT.search(before):
        return False
    if text[start:end].isdecimal() and _REFERENCE.search(before):
        return False
    return last == start - 1 or not _BOUND.search(before) or bool(_CALLED.search(before))


def _is_counted(written: str, before: str, after: str) -> bool:
    """Whether these are an amount in thousands with what it counts, or the days of a month."""
    if _THOUSANDS.fullmatch(written) and _UNIT.match(after):
        return True
    pairs = _FIGURES.findall(written)
    if any(len(pair) > 2 for pair in pairs) or not all(one < other <= "31" for one, other in pairwise(pairs)):
        return False
    return bool(_BEFORE_MONTH.match(after) or _AFTER_MONTH.search(before))


def _addresses(text: str) -> Iterator[_Found]:
    town = _CODE_AND_TOWN.search(text)
    streets = False
    for street, by_town in _streets():
        if by_town and not town:
            continue
        met = [("address", *match.span()) for match in street.finditer(text) if _is_door(text, match)]
        yield from met
        text, streets = _without(text, met), streets or bool(met)
    for match in _POSTCODE.finditer(text):
        if streets or match[0].isupper():
            yield "postcode", *match.span()
    for match in _TOWN_CODE.finditer(text) if town else ():
        if streets or _LIVES.search(text[max(0, match.start() - 60) : match.start()]):
            yield "postcode", *match.span()


def _is_door(text: str, match: re.Match[str]) -> bool:
    if not _YEAR.match(match[0]):
        return True
    return bool(_PLACED.search(match[0], 5) or _COMMA.match(text, match.end()))


STAGE = PersonalData()
