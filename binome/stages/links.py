"""Where the links of a message lead: nowhere, to a plain site, through a shortener, or somewhere suspicious."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from binome.sdk.stage import Annotation, Reading

READ, MOST = 5_000, 5
"""Characters that are looked at; hosts that are told."""

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_SHORTENERS, _ENDINGS, _CONTACTS, _BAIT = (
    frozenset(_LISTS[name]) for name in ("shorteners", "endings", "contacts", "bait")
)
_LINK = re.compile(r"(?:https?|hxxps?)\s?:\s?/\s?/\s?[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}(?:/[^\s<>\"')\]]*)?(?![\w@-])", re.IGNORECASE)
_SPELLED = re.compile(
    r"\b[\w-]{2,40}\s?(?:\(|\[|\s)\s?(?:dot|point)\s?(?:\)|\]|\s)\s?(?:com|fr|net|org|info|xyz)\b", re.IGNORECASE
)
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_KNOWN_ENDINGS = frozenset(_LISTS["usual"]) | _ENDINGS


class Links:
    """suspicious | shortener | link | none; evidence: "hosts" and, of what is suspicious, "why"."""

    name, version, cost = "links", "1", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text[:READ]) for reading in readings]


def _read(text: str) -> Annotation:
    if "." not in text and not _SPELLED.search(text):
        return Annotation("none", 0.99)
    found = list(_addresses(text))
    hosts = list(dict.fromkeys(host for host, _address in found if host))[:MOST]
    why = list(dict.fromkeys(reason for host, address in found for reason in _suspicious(host, address)))
    if _SPELLED.search(text):
        why.append("spelled")
    if why:
        return Annotation("suspicious", 0.7 if len(why) == 1 else 0.85, {"hosts": hosts, "why": why})
    if any(host in _SHORTENERS for host in hosts):
        return Annotation("shortener", 0.97, {"hosts": hosts})
    return Annotation("link", 0.97, {"hosts": hosts}) if found else Annotation("none", 0.99)


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    """(host, whole address) of each link; a bare name counts if its ending is a known one."""
    for link in _LINK.findall(text):
        whole = re.sub(r"\s", "", link)
        yield _host(whole if "//" in whole else f"//{whole}"), whole.lower()
    for bare in _BARE.findall(_LINK.sub(" ", text)):
        host = _host(f"//{bare}")
        if host.rpartition(".")[2] in _KNOWN_ENDINGS and not host.replace(".", "").isdigit():
            yield host, bare.lower()


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
    if "xn--" in host or not host.isascii():
        yield "lookalike"
    if "@" in address.partition("//")[2].partition("/")[0]:
        yield "hidden_host"
    if ending in _ENDINGS:
        yield "ending"
    if host in _CONTACTS:
        yield "private_chat"
    if name.count("-") >= 3 or any(word in name for word in _BAIT):
        yield "bait"
    if re.search(r"\.(?:apk|exe|scr|zip|js)(?:$|[?#])", address):
        yield "file"


STAGE = Links()
