"""What a person wrote now, apart from the history that their mail program quotes and the signature that it adds."""

import re
from collections.abc import Sequence

SEPARATOR = re.compile(
    r"(?i)^\s*(?:[-_=]{2,}\s*(?:original (?:message|appointment)|message (?:d.origine|original|initial)"
    r"|forwarded (?:message|by)|message (?:transf[eé]r[eé]|r[eé]exp[eé]di[eé])|courriel original|reply message)"
    r"\b[^\n]{0,60}|(?:begin forwarded message|d[eé]but du message (?:r[eé]exp[eé]di[eé]|transf[eé]r[eé]))\s*:)\s*$"
)
ATTRIBUTION = re.compile(
    r"(?i)^\s*(?:(?:on|le|el|em|am|il|op)\b.{5,300}?"
    r"(?:wrote|a [eé]crit|a r[eé]pondu|escribi[oó]|escreveu|schrieb|ha scritto|schreef)"
    r".{0,120}|.{2,120}(?:wrote on|a [eé]crit le|a [eé]crit\s*\().{4,80})\s*:\s*$"
)
DATED = re.compile(r"\d{1,2}\s?[:hH.]\s?\d{2}|\d{4}|@")
FIRST_FIELD = re.compile(r"(?i)^[\s*]*(?:from|de|exp[eé]diteur|von)\s*\*?\s*:")
OTHER_FIELD = re.compile(
    r"(?i)^[\s*]*(?:sent|date|envoy[eé](?: le)?|to|[àa]|pour|destinataire|subject|objet|sujet|cc|copie)\s*\*?\s*:"
)
QUOTE = re.compile(r"^\s{0,3}>")
SIGNATURE = re.compile(r"^--\s*$")
PROGRAM = re.compile(
    r"(?i)^\s*(?:sent (?:from|with|via) |get outlook for|envoy[eé]e? (?:de(?:puis)?|avec|[àa] partir de|via) "
    r"|(?:obtenir|obtenez|t[eé]l[eé]charge[rz]) outlook pour|provenance\s*: courrier|from my (?:iphone|android))"
)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\ufeff\u2060"))
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " ")
WRAPPED_OVER = 3
"""Lines over which "On … wrote:" may be wrapped."""


def new_text(text: str) -> str:
    """What is new in it; the whole when nothing would remain (a mail that is only forwarded)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = [line.translate(SPACES).translate(INVISIBLE) for line in lines]
    kept = _without_quotes(plain)
    kept = _without_signature(kept, plain)
    found = "\n".join(lines[index] for index in kept).strip()
    return re.sub(r"\n{3,}", "\n\n", found) or text.strip()


def _without_quotes(plain: Sequence[str]) -> list[int]:
    """The lines that are neither quoted, nor say who is quoted, nor come after the point where the history begins."""
    kept: list[int] = []
    index = 0
    while index < len(plain):
        length = _attribution(plain, index)
        if length and _quote_follows(plain, index + length):
            index += length
        elif length or SEPARATOR.match(plain[index]) or _is_field_block(plain, index):
            break
        elif QUOTE.match(plain[index]):
            index += 1
        else:
            kept.append(index)
            index += 1
    return kept


def _attribution(plain: Sequence[str], index: int) -> int:
    """How many lines, from this one, say who is quoted and when; 0 for none."""
    if not plain[index].strip() or QUOTE.match(plain[index]):
        return 0
    joined = ""
    for length, line in enumerate(plain[index : index + WRAPPED_OVER], start=1):
        joined = f"{joined} {line.strip()}".strip()[:500]
        if not line.strip() or QUOTE.match(line):
            return 0
        if ATTRIBUTION.match(joined):
            dated = DATED.search(joined) or _quote_follows(plain, index + length)
            return length if dated else 0
    return 0


def _quote_follows(plain: Sequence[str], index: int) -> bool:
    following = next((line for line in plain[index : index + 3] if line.strip()), "")
    return QUOTE.match(following) is not None


def _is_field_block(plain: Sequence[str], index: int) -> bool:
    """From:, then at least two other fields close by: how Outlook begins what it quotes."""
    if not FIRST_FIELD.match(plain[index]):
        return False
    return sum(1 for line in plain[index + 1 : index + 7] if OTHER_FIELD.match(line)) >= 2


def _without_signature(kept: list[int], plain: Sequence[str]) -> list[int]:
    """Cut at "-- ", or at the line of advertisement that a telephone adds; and at a rule left dangling at the end."""
    for position, index in enumerate(kept):
        if SIGNATURE.match(plain[index]) or (PROGRAM.match(plain[index]) and len(plain[index]) < 90):
            kept = kept[:position]
            break
    while kept and not plain[kept[-1]].strip(" _-*"):
        kept = kept[:-1]
    return kept
