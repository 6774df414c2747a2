"""Where the links of a message lead: nowhere, to a plain site, through a shortener, or somewhere suspicious."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from binome.sdk.stage import Annotation, Reading

READ, MOST = 5_000, 5
"""Characters that are looked at; hosts that are told."""

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_SHORTENERS, _ENDINGS, _CONTACTS, _BAIT, _HALF_BAIT, _IMITATED, _WORDS = (
    frozenset(_LISTS[name]) for name in ("shorteners", "endings", "contacts", "bait", "half_bait", "imitated", "words")
)
_LINK = re.compile(r"(?:https?|hxxps?)\s?:\s?/\s?/\s?[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}(?:/[^\s<>\"')\]]*)?(?![\w@-])", re.IGNORECASE)
_MAY_LEAD = re.compile(r"[\w-]\.[^\s.]|:\s?/\s?/")
"""What every link has somewhere."""

_SPELLED = re.compile(
    rf"\b(?!(?:{'|'.join(_LISTS['before_dot'])})\s)[\w-]{{2,40}}"
    r"(?:\s?[(\[]\s?(?:dot|point)\s?[)\]]\s?(?:com|fr|net|org|info|xyz)|\s(?:dot|point)\s(?:com|fr|net|org|xyz))\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d+")
_DIGITS_FOR_LETTERS = (str.maketrans("0135", "oles"), str.maketrans("0135", "oies"))
_LATIN_LETTERS = frozenset("œæøßåłđ")
"""Letters of European languages that are none of ASCII with an accent."""

_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LATIN")
"""Scripts some of whose letters pass for those of ASCII."""
_KNOWN_ENDINGS = frozenset(_LISTS["usual"]) | _ENDINGS


class Links:
    """suspicious | shortener | link | none; evidence: "hosts" and, of what is suspicious, "why"."""

    name, version, cost = "links", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text[:READ]) for reading in readings]


def _read(text: str) -> Annotation:
    spelled = _is_spelled(text)
    if "." not in text and "/" not in text and not spelled:
        return Annotation("none", 0.99)
    found = list(_addresses(text))
    hosts = list(dict.fromkeys(host for host, _address in found if host))[:MOST]
    why = list(dict.fromkeys(reason for host, address in found for reason in _suspicious(host, address)))
    if spelled:
        why.append("spelled")
    if why:
        return Annotation("suspicious", 0.7 if len(why) == 1 else 0.85, {"hosts": hosts, "why": why})
    if any(host in _SHORTENERS for host in hosts):
        return Annotation("shortener", 0.97, {"hosts": hosts})
    return Annotation("link", 0.97, {"hosts": hosts}) if found else Annotation("none", 0.99)


def _is_spelled(text: str) -> bool:
    """Whether an address is said in words; few texts have the words, which is seen much faster."""
    low = text.lower()
    return ("dot" in low or "point" in low) and bool(_SPELLED.search(text))


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    """(host, whole address) of each link; a bare name counts if its ending is a known one."""
    if not _MAY_LEAD.search(text):
        return
    for link in _LINK.findall(text):
        whole = re.sub(r"\s", "", link)
        host = _host(whole if "//" in whole else f"//{whole}")
        if host or "//[" in whole:  # else it was cut ("https://…")
            yield host, whole.lower()
    for bare in _BARE.findall(_LINK.sub(" ", text)):
        host = _host(f"//{bare}")
        if _is_address(host, bare):
            yield host, bare.lower()


def _is_address(host: str, bare: str) -> bool:
    """Whether a name without http or www is an address rather than two sentences without a space between them."""
    name, _dot, ending = host.rpartition(".")
    if ending not in _KNOWN_ENDINGS or host.replace(".", "").isdigit():
        return False
    return ending not in _WORDS or "/" in bare or "-" in name or any(map(str.isdigit, name))


def _host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
    return host if re.fullmatch(r"[\w.-]{1,100}", host) else ""


def _suspicious(host: str, address: str) -> Iterator[str]:
    name, _dot, ending = host.rpartition(".")
    if address.startswith("hxxp"):
        yield "broken"
    if not host or _NUMBERS.fullmatch(host):
        yield "no_name"
    if _is_lookalike(host):
        yield "lookalike"
    if "@" in address.partition("//")[2].partition("/")[0]:
        yield "hidden_host"
    if ending in _ENDINGS:
        yield "ending"
    if host in _CONTACTS:
        yield "private_chat"
    if any(word in name for word in _BAIT) or sum(word in _bought(name) for word in _HALF_BAIT) >= 2:
        yield "bait"
    if re.search(r"\.(?:apk|exe|scr|zip|js)(?:$|[?#])", address):
        yield "file"


def _bought(name: str) -> str:
    """The part of a name that somebody bought: "colis-suivi" of "www.colis-suivi.com"; what stands before it is free."""
    parts = name.split(".")
    return parts[-2] if len(parts) > 1 and parts[-1] in {"co", "com", "org", "gouv", "gov", "ac"} else parts[-1]


def _is_lookalike(host: str) -> bool:
    """Whether the name passes for another: letters of other alphabets (accents are none), figures in the name of a known house."""
    try:
        shown = ".".join(part.encode().decode("idna") if part.startswith("xn--") else part for part in host.split("."))
    except UnicodeError:
        return True
    if shown.isascii():
        said = [shown.translate(table) for table in _DIGITS_FOR_LETTERS]
        return any(name in one and name not in shown for name in _IMITATED for one in said)
    ending = shown.rpartition(".")[2]
    return ending.isascii() and any(_passes_for_another(letter) for letter in shown)


def _passes_for_another(letter: str) -> bool:
    if letter.isascii() or letter in _LATIN_LETTERS or unicodedata.normalize("NFD", letter)[0].isascii():
        return False
    return unicodedata.name(letter, "").startswith(_ALIKE)


STAGE = Links()
