"""Which personal data a message holds, and where: never the data themselves.

Numbers that carry a check (IBAN, payment card, French social security number) are reported only when it holds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from binome.sdk.masking import covered
from binome.sdk.stage import Annotation, Reading

READ = 50_000
"""Characters that are looked at."""

_EMAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]| at )\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![\w.,-])[+(]?\d(?:[ .\-/()\u00a0\u202f]{0,3}\d|(?<=\d)[ .]?[ABab](?=[ .]?\d{2})){6,24}(?![\w])"
)
_STREET_FR = re.compile(
    r"\b\d{1,4}\s?(?:bis|ter|quater)?,?\s+(?:rue|avenue|av|bd|bld|boulevard|place|pl|chemin|impasse|allee|allée|quai|"
    r"route|rte|cours|square|passage|sentier|villa|lotissement|résidence|residence|faubourg|fbg|esplanade|montée|ruelle)"
    r"\b\.?\s+[^\n,;.!?]{2,60}(?:[,\s]+\d{5}\s+[A-ZÀ-Ý][\w'’-]+(?:[ -][A-ZÀ-Ý][\w'’-]+){0,3})?",
    re.IGNORECASE,
)
_STREET_EN = re.compile(
    r"\b\d{1,5}[a-z]?,?\s+(?:[A-Z][\w'’-]+\s+){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|square|"
    r"crescent|terrace|way|place|boulevard|blvd|gardens|grove|hill)\b\.?(?:,?\s+[A-Z][\w'’ -]{2,30})?"
    r"(?:,?\s+(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]{2}\s\d{5}))?",
)
_STREET_EN_PLAIN = re.compile(
    r"\b\d{1,5}[a-z]?\s+(?:[a-z'’-]{3,}\s){1,2}(?:street|road|avenue|lane|crescent|terrace|blvd|boulevard)\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"\b(?:\d{5}\s+[A-ZÀ-Ý][\w'’-]{2,}(?:[ -][A-ZÀ-Ý][\w'’-]+){0,3}|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})\b"
)
_SURE = {"email": 0.99, "iban": 0.999, "card": 0.98, "nir": 0.995, "phone": 0.95, "address": 0.85, "postcode": 0.6}


class PersonalData:
    """present | none; evidence["found"]: kind, start, end of each, in order."""

    name, version, cost = "personal_data", "1", "LOCAL"
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
    if "@" in text or "at" in text.lower():
        yield from (("email", *match.span()) for match in _EMAIL.finditer(text) if _is_address(match[0]))
    if not re.search(r"\d", text):
        return
    for match in _IBAN.finditer(text):
        if length := _iban_length(match[0]):
            yield "iban", match.start(), match.start() + length
    for match in _DIGITS.finditer(text):
        if kind := _kind_of_number(match[0]):
            yield kind, *match.span()
    for street in (_STREET_FR, _STREET_EN, _STREET_EN_PLAIN):
        yield from (("address", *match.span()) for match in street.finditer(text))
    yield from (("postcode", *match.span()) for match in _POSTCODE.finditer(text))


def _is_address(written: str) -> bool:
    """ "meet at noon.tomorrow" is not one: a spelled-out at must be followed by a known kind of ending."""
    return "@" in written or bool(
        re.search(r"\.(?:com|fr|org|net|eu|be|ch|ca|uk|io|de|es|it)$", written, re.IGNORECASE)
    )


def _iban_length(written: str) -> int:
    """How many characters of this are an IBAN whose check digits hold (ISO 7064), 0 if none."""
    for end in range(len(written), 14, -1):
        compact = re.sub(r"[ .-]", "", written[:end]).upper()
        if 15 <= len(compact) <= 34 and written[end - 1].isalnum() and _checks(compact):
            return end
    return 0


def _checks(iban: str) -> bool:
    if not iban.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _kind_of_number(written: str) -> str:
    signs = "".join(sign for sign in written.upper() if sign.isalnum())
    if len(signs) == 15 and _is_nir(signs):
        return "nir"
    if not signs.isdecimal():
        return ""
    if 13 <= len(signs) <= 19 and signs[0] in "23456" and _luhn(signs):
        return "card"
    return "phone" if _is_phone(written, signs) else ""


def _is_nir(signs: str) -> bool:
    """Sex, year, month, and the key of the French number (97 minus the rest; Corsica's 2A and 2B count as 19 and 18)."""
    body, control = signs[:13].replace("2A", "19").replace("2B", "18"), signs[13:]
    if not (body.isdecimal() and control.isdecimal() and signs[0] in "123478"):
        return False
    return 97 - int(body) % 97 == int(control)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_phone(written: str, digits: str) -> bool:
    """French (0 and nine figures), international (+ or 00), North American and British in their usual groups."""
    if written.startswith("+") or (digits.startswith("00") and len(digits) >= 11):
        return 8 <= len(digits) <= 15
    if re.fullmatch(r"0[1-9]\d{8}", digits) or re.fullmatch(r"0[1-9]\d{9}", digits):
        return "/" not in written
    if re.fullmatch(r"33[1-9]\d{8}", digits):
        return True
    return bool(re.fullmatch(r"1?[ .-]?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}", written))


STAGE = PersonalData()
