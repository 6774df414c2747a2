"""Which personal data a message holds, and where: never the data themselves.

Numbers that carry a check (IBAN, payment card, French social security number) are reported only when it holds.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from binome.sdk.masking import covered
from binome.sdk.stage import Annotation, Reading

READ = 50_000
"""Characters that are looked at."""

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_IBAN_LENGTHS: Mapping[str, int] = _LISTS["iban"]

_MAIL_HOST = rf"(?:{'|'.join(_LISTS['mail']['hosts'])})"
_ENDING = r"(?:com|fr|org|net|eu|be|ch|ca|uk|io|de|es|it)"
_LOCAL = r"[\w.+-]{1,64}"
_DOT = r"\s?(?:\(dot\)|\[dot\]|\(point\)|\[point\])\s?|\sdot\s|\spoint\s"
_SPELLED_HOST = rf"[\w-]{{1,63}}(?:(?:\.|{_DOT})[\w-]{{1,63}}){{0,3}}(?:\.|{_DOT}){_ENDING}\b"
_EMAIL = re.compile(
    rf"{_LOCAL}@\s?[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,3}}\.[^\W\d_]{{2,24}}"
    rf"|{_LOCAL}\s@\s[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,3}}\.[^\W\d_]{{2,24}}"
    rf"|{_LOCAL}\s?@\s?{_MAIL_HOST}[.,]\s?[a-z]{{2,3}}\b"
    rf"|{_LOCAL}(?:\s?[(\[{{](?:at|a|arobase|arobas)[)\]}}]\s?|\sarobase?\s){_SPELLED_HOST}"
    rf"|(?:{_LOCAL}\sat\s(?:{_MAIL_HOST}(?:\.|{_DOT}){_ENDING}|[\w-]{{1,63}}\sdot\s(?:com|fr|org|net|ca|ch|eu))"
    rf"|[\w+-]{{1,40}}[._\d][\w.+-]{{0,24}}\sat\s[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,2}}\.{_ENDING})\b",
    re.IGNORECASE,
)
"""Written plainly, with spaces on both sides of the sign, with a comma at a host of mail, or with the sign and the dot in words.
A sign with a space before it only is a mention ("bravo @lou.martin")."""

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .\-\u00a0\u202f]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[0-2])\d{13}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"
    r"|(?:50|5[6-9]|6\d)\d{14,17}"
)
"""Beginnings and lengths of the numbers of the networks of cards."""

_DIGITS = re.compile(
    r"(?<![\w-])(?<!\d[.,])(?:\(?\+|\()?\d(?:[ .\-/()\u00a0\u202f]{0,3}\d|(?<=\d)[ .]?[ABab](?=[ .]?\d{2})){6,24}(?![\w])"
)
_GROUPED = re.compile(
    r"0[1-9](?:/\d{2}){4}"  # French, with strokes
    r"|0\d{1,3}/(?:\d{2,3}[ .]\d{2}[ .]\d{2}|\d{3}[ .]\d{3}|\d{6})"  # Belgian, a stroke after the area
    r"|0[1-9]\d?[ .-](?:\d{2}[ .-]\d{2}|\d{3})[ .-]\d{2}[ .-]\d{2}"  # Belgian of nine figures
    r"|1?[ .-]?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}|\([2-9]\d{2}\)\d{3}[ .-]?\d{4}"  # North American
)
_CALLED = re.compile(
    r"\b(?:t[ée]l(?:[ée]phone)?|cell(?:ulaire)?|mobile|portable|phone|whats ?app|appel\w*|rappel\w*|joi(?:ndre|gnable)|call|text)\b"
    r"[^\n\d]{0,15}$",
    re.IGNORECASE,
)
"""What stands before a number that is said to be called, so that it need not be in groups."""

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
_STREET = r"(?i:rue|avenue|av|bd|bld|boulevard|boul|rang|chemin|ch(?=\.)|impasse|all[ée]es?|faubourg|fbg|esplanade|ruelle|venelle)\b\.?"
"""Ways that are nothing else; those below are words of every day, too ("1 place pour samedi", "2 cours de danse")."""
_OPEN = r"(?i:place|pl|route|rte|quai|square|mont[ée]e|sentier|lotissement)\b\.?"
_OTHER = r"(?i:cours|passage|villa|r[ée]sidence)\b"
_NUMBER = r"\d{1,4}\s?(?i:bis|ter|quater|[a-d]\b)?,?\s+"
_NO_LINE = r"(?<!(?i:bus) )(?<!(?i:ligne) )(?<!(?i:tram) )(?<!(?i:m[ée]tro) )"
_NAMED = r"[A-ZÀ-Ý][a-zà-ÿ'’-][\w'’-]*"
_STREET_FR = (
    rf"\b{_NO_LINE}{_NUMBER}(?:"
    rf"{_STREET}\s+(?!J\.?-?C\b)(?:{_LINK}?{_PROPER}|{_LINK}{_LOWER}|{_LOWER}(?:\s+(?!{_BESIDE}\b){_WORD})?)"
    rf"|{_OPEN}\s+(?:{_LINK}?{_NAMED}(?:\s+{_LINK}?{_CAPITAL}){{0,4}}|{_ARTICLE}{_LOWER})"
    rf"|{_OTHER}\s+{_ARTICLE}?{_NAMED}(?:\s+{_LINK}?{_CAPITAL}){{0,4}}"
    rf"|(?:{_OPEN}|{_OTHER})\s+[^\n,;.!?\d]{{2,40}}(?={_TOWN})"
    rf"){_TOWN}?"
)
_STREET_BE = (
    rf"\b(?:{_STREET}|{_OPEN}|{_OTHER})\s+{_LINK}?{_PROPER},?\s+\d{{1,4}}[A-Za-z]?(?:\s?(?:bte|bo[iî]te)\s?\d+)?"
    r",?\s+\d{4}\s+[A-ZÀ-Ý][\w'’-]+"
)
"""The number after the name, as in Belgium and Switzerland, known by the town that follows."""

_UK = r"[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}"
_STREET_EN = (
    r"\b\d{1,5}[A-Za-z]?,?\s+(?:(?:[NSEW]\.?|North|South|East|West)\s+)?(?:[A-Z][\w'’-]+\s+){1,4}"
    r"(?:(?i:street|road|rd|avenue|ave|lane|ln|crescent|terrace|boulevard|blvd)|St|Drive|Dr|Close|Court|Ct|Square|Way|Place|"
    r"Gardens|Grove|Hill)\b"
    rf"(?:\.?(?:,?\s+[A-Z][\w'’-]+){{0,3}},?\s+(?:{_UK}|[A-Z]{{2}},?\s\d{{5}}))?"
)
_STREET_EN_PLAIN = (
    r"(?i:\b\d{1,5}[a-z]?\s+(?!(?:way|lane|new|more|other|free|big|long|miles?|km|hours?|minutes?|mins?)\s)(?:[a-z'’-]{3,}\s){1,2}"
    r"(?:street|road|avenue|lane|crescent|terrace|blvd|boulevard)\b"
    r"(?=\s*(?:$|[,.;:!?)\n]|(?:in|near|at|by|and|is|flat|apt|please|pls)\b|(?-i:[A-Z]))))"
)
_POSTCODE = re.compile(rf"\b(?:{_UK}|[ABCEGHJ-NPR-TVXY]\d[A-Z]\s\d[A-Z]\d)\b")
"""British and Canadian: a few doors each."""

_TOWN_CODE = re.compile(r"\b(?:0[1-9]|[1-8]\d|9[0-578])\d{3}\s+[A-ZÀ-Ý][\w'’-]{2,}(?:[ -][A-ZÀ-Ý][\w'’-]+){0,3}")
_LIVES = re.compile(r"\b(?:habit\w*|domicili\w*|r[ée]sid\w*|adresse|code postal|cp)\b[^\n\d]{0,30}$", re.IGNORECASE)
"""French codes are those of whole towns: personal beside a street, or where somebody is said to live."""

_AT_IN_WORDS = re.compile(
    r"\s(?:at\s[\w-]{1,63}(?:\s?[.(\[]|\sdot\s|\spoint\s)|arobase?\s)|[(\[{](?:at?|arobase?)[)\]}]"
)
"""What an address without its sign has somewhere, in lower case: quickly seen not to be there."""

_HAS_FIGURE = re.compile(r"\d")
_SURE = {"email": 0.99, "iban": 0.999, "card": 0.98, "nir": 0.995, "phone": 0.95, "address": 0.85, "postcode": 0.6}


@cache
def _streets() -> tuple[re.Pattern[str], ...]:
    """Made when the first figure is met: they take longer to make than to use."""
    return tuple(map(re.compile, (_STREET_FR, _STREET_BE, _STREET_EN, _STREET_EN_PLAIN)))


class PersonalData:
    """present | none; evidence["found"]: kind, start, end of each, in order."""

    name, version, cost = "personal_data", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text[:READ]) for reading in readings]


def masked(text: str, found: Iterable[Mapping[str, Any]]) -> str:
    """The text with each thing found replaced by its kind: "call me at [phone]"."""
    return covered(text, [(one["start"], one["end"], f"[{one['kind']}]") for one in found])


def _read(text: str) -> Annotation:
    found: list[dict[str, Any]] = []
    for kind, start, end in _looked_for(text):
        if not any(start < one["end"] and one["start"] < end for one in found):
            found.append({"kind": kind, "start": start, "end": end})
    if not found:
        return Annotation("none", 0.97)
    found.sort(key=lambda one: one["start"])
    return Annotation("present", max(_SURE[one["kind"]] for one in found), {"found": found})


def _looked_for(text: str) -> Iterator[tuple[str, int, int]]:
    """What is met, the surest kinds first: what they cover is not looked at again."""
    if "@" in text or _AT_IN_WORDS.search(text.lower()):
        yield from (("email", *match.span()) for match in _EMAIL.finditer(text))
    if not _HAS_FIGURE.search(text):
        return
    for match in _IBAN.finditer(text):
        if length := _iban_length(match[0]):
            yield "iban", match.start(), match.start() + length
    for match in _DIGITS.finditer(text):
        if kind := _kind_of_number(match[0], text[max(0, match.start() - 40) : match.start()]):
            yield kind, *match.span()
    streets = [match.span() for street in _streets() for match in street.finditer(text)]
    yield from (("address", *span) for span in streets)
    yield from (("postcode", *match.span()) for match in _POSTCODE.finditer(text))
    for match in _TOWN_CODE.finditer(text):
        if streets or _LIVES.search(text[max(0, match.start() - 60) : match.start()]):
            yield "postcode", *match.span()


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
    if not iban.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _kind_of_number(written: str, before: str) -> str:
    signs = "".join(sign for sign in written.upper() if sign.isalnum())
    if len(signs) == 15 and _is_nir(signs):
        return "nir"
    if not signs.isdecimal():
        return ""
    if "+" not in written and _CARD.fullmatch(signs) and _luhn(signs):
        return "card"
    return "phone" if _is_phone(written, signs, before) else ""


def _is_nir(signs: str) -> bool:
    """Sex, year, month, and the key of the French number (97 minus the rest; Corsica's 2A and 2B count as 19 and 18).

    Months above 12 stand for months that are not known.
    """
    body, control = signs[:13].replace("2A", "19").replace("2B", "18"), signs[13:]
    if not (body.isdecimal() and control.isdecimal() and signs[0] in "123478"):
        return False
    month = int(body[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) and 97 - int(body) % 97 == int(control)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_phone(written: str, digits: str, before: str) -> bool:
    """French (0 and nine figures), international (+ or 00), British, Swiss, Belgian and North American in their usual groups."""
    if written.startswith(("+", "(+")) or re.fullmatch(r"00[1-9]\d{8,12}", digits):
        return 8 <= len(digits) <= 15 and not re.fullmatch(
            r"\+\d{1,3}(?:[ .\u00a0\u202f]?000)+", written
        )  # "+2 000 000 views"
    if re.fullmatch(r"0[1-9]\d{8,9}", digits) and "/" not in written:
        return True
    if re.fullmatch(r"33[1-9]\d{8}", digits) or _GROUPED.fullmatch(written):
        return True
    return bool(re.fullmatch(r"1?[2-9]\d{2}[2-9]\d{6}", digits) and _CALLED.search(before))


STAGE = PersonalData()
