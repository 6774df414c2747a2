"""Where the links of a message lead: nowhere, to a plain site, through a shortener, or somewhere suspicious."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from binome.sdk.even import UNSEEN
from binome.sdk.stage import Annotation, Reading

READ, MOST, LONGEST = 5_000, 5, 253
"""Characters that are looked at; hosts that are told; characters of a host (RFC 1035)."""

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_SHORTENERS, _ENDINGS, _CONTACTS, _BAIT, _HALF_BAIT, _IMITATED, _USUAL, _WORDS, _OPENINGS, _WITH_PATH = (
    frozenset(_LISTS[name])
    for name in (
        "shorteners", "endings", "contacts", "bait", "half_bait", "imitated", "usual", "words", "openings", "with_path",
    )
)  # fmt: skip
_KNOWN_ENDINGS, _LISTED = _USUAL | _ENDINGS, _SHORTENERS | _CONTACTS

_AFTER_HOST, _CLOSING = "/:?#\\", ".,;:!?…)]}»”’'*_~|`&"
"""What goes on with an address after its host; what ends the sentence, the quotation or the emphasis around one."""

_NO_MAIL = r"(?<!@\s)(?<!at[)\]])(?<!at[)\]]\s)(?<!arobase\s)"
"""What stands before the host of an e-mail address stands before none here."""

_NAME = r"\w\u0300-\u036f\u0900-\u109f-"
"""What names are made of: the vowels of Indian scripts are no letters to `re`."""

_SCHEME = re.compile(r"h(?:tt|xx|\*\*)ps?\s?\[?:\]?(?:\s?[/\\]){2,4}\]?", re.IGNORECASE)
_LINK = re.compile(
    rf"(?P<before>{_SCHEME.pattern}(?:\s(?=[\w-]+\.\w))?(?:[^\s/?#<>\"]*@)?|\bwww\.(?:[^\s/?#<>\"@]{{0,99}}@)?)"
    rf"(?P<host>[.{_NAME}]*)(?P<rest>[^\s<>\"]*)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![^\W_]|[@.-]){_NO_MAIL}(?P<host>(?:[{_NAME}]{{1,63}}\.){{1,8}}[a-z]{{2,12}})(?![^\W_]|[@-])"
    r"(?P<rest>(?:/[^\s<>\"]*)?)",
    re.IGNORECASE,
)
_DOT_WITHIN = re.compile(r"\.(?<=[\w-]\.)[^\s.]")
_SLASH_AFTER = re.compile(r":(?:(?<=[PSps]:)|(?<=[PSps]\s:))\s?[/\\]")
"""Every link has one of these somewhere; both begin with the rare character, which is looked for much faster."""

_UNSEEN = re.compile(f"[{UNSEEN}]")
_STOPS = re.compile("[。．｡]")
"""What browsers take for the dot of a host."""

_SENTENCE = re.compile(r"(?<=[a-z\d])\.[A-ZÀ-Þ][a-zß-ÿ]*$")
_COUNT = re.compile(r"\d+\D?\d*")
"""A year, an hour: "18h" of "18h.de"."""

_SPELLED = re.compile(
    rf"(?<![@\w.-]){_NO_MAIL}(?!(?:{'|'.join(_LISTS['before_dot'])})\s)[\w.-]{{1,40}}"
    rf"(?:[(\[{{](?:dot|point|\.)[)\]}}](?:{'|'.join(sorted(_KNOWN_ENDINGS))})"
    rf"|\s?[(\[{{]\s?(?:dot|point|\.)\s?[)\]}}]\s?(?:{'|'.join(sorted(_KNOWN_ENDINGS - _WORDS - _OPENINGS))})"
    r"|(?<=\w\w)\s(?:dot|point)\s(?:com|fr|net|org|xyz))\b",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"\b(?:(?:java|vb)script\s?:\s?\S{0,80}[(=%]|data:(?:text/|application/|image/svg)\S)")
_TITLED = (
    re.compile(r"\[(?P<shown>[^\[\]]{1,200})\]\(\s?(?P<target>[^)\s]+)"),
    re.compile(
        r"\bhref\s?=\s?[\"']?(?P<target>[^\"'\s<>]{1,300}+)[^<>]{0,200}+>(?P<shown>[^<>]{1,200})<", re.IGNORECASE
    ),
)
"""A link under a text of its own, in Markdown and in HTML."""

_FILE = re.compile(r"\.(?:apk|exe|scr|zip|js)(?:$|[?#])")
_FOR_LETTERS = tuple(
    str.maketrans({"0": "o", "1": one, "3": "e", "4": "a", "5": "s", "8": "b", "9": "g", "I": "l"}) for one in "li"
)
"""What is written for letters; a capital I passes for an l, and only in a name that is else in small letters."""

_NUMBER = re.compile(r"\d+|0x[\da-f]*")
_PAIRS = (("rn", "m"), ("vv", "w"))
_LATIN_LETTERS = frozenset("œæøßåłđ")
"""Letters of European languages that are none of ASCII with an accent."""

_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LATIN")
"""Scripts some of whose letters pass for those of ASCII."""

_BORROWED = re.compile(rf"(?:^|[.-])(?:{'|'.join(sorted(_IMITATED))})(?:\.(?:gouv|co))?\.(?:com|fr|net|org|uk)\.")
"""The whole address of a known house, used as what stands before that of another (paypal.com.example.org)."""

_SECOND = frozenset({"co", "com", "org", "gouv", "gov", "ac"})
"""What stands before the ending of a country and belongs to it."""


class _Link(NamedTuple):
    """*host*: in small letters, without www., empty where no one can read it; *written*: the same as it was written.
    *before* and *rest*: what stands before the host and after it, in small letters."""

    host: str
    written: str
    before: str
    rest: str


class Links:
    """suspicious | shortener | link | none; evidence: "hosts" and, of what is suspicious, "why"."""

    name, version, cost = "links", "3", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text[:READ]) for reading in readings]


def _read(text: str) -> Annotation:
    said = _said(text)
    if not said and "." not in text and "/" not in text and ":" not in text:
        return Annotation("none", 0.99)
    found = list(_links(text))
    hosts = list(dict.fromkeys(link.host for link in found if link.host))[:MOST]
    why = list(dict.fromkeys([*(reason for link in found for reason in _suspicious(link)), *said]))
    if why:
        return Annotation("suspicious", 0.7 if len(why) == 1 else 0.85, {"hosts": hosts, "why": why})
    if any(_is_in(_SHORTENERS, link.host) for link in found):
        return Annotation("shortener", 0.97, {"hosts": hosts})
    return Annotation("link", 0.97, {"hosts": hosts}) if found else Annotation("none", 0.99)


def _said(text: str) -> list[str]:
    """What is suspicious in the text around the addresses; few texts have the signs, which are seen much faster."""
    low, said = text.lower(), []
    if ("dot" in low or "point" in low or ".]" in low or "(.)" in low or ".}" in low) and _SPELLED.search(text):
        said.append("spelled")
    if ("script" in low or "data:" in low) and _SCRIPT.search(low):
        said.append("script")
    if ("](" in low or "href" in low) and _shows_another(text):
        said.append("hidden_host")
    return said


def _shows_another(text: str) -> bool:
    """Whether a link goes by the address of a site and leads to another."""
    for pattern in _TITLED:
        for link in pattern.finditer(text):
            shown, reached = ({_site(each.host) for each in _links(link[part])} for part in ("shown", "target"))
            if shown and reached and shown.isdisjoint(reached):
                return True
    return False


def _links(text: str) -> Iterator[_Link]:
    """Each link; a bare name counts if it is a known one, or its ending is."""
    if not _DOT_WITHIN.search(text) and not _SLASH_AFTER.search(text):
        return
    text = _SCHEME.sub(r" \g<0>", _legible(text))
    for link in _LINK.finditer(text):
        if found := _whole(link):
            yield found
    for bare in _BARE.finditer(_LINK.sub(" ", text)):
        host, path = _trimmed(bare["host"]), bare["rest"].rstrip(_CLOSING)
        if _is_address(host, path):
            yield _link(host, "", path)


def _legible(text: str) -> str:
    """The text as a browser reads the addresses in it."""
    return text if text.isascii() else _STOPS.sub(".", unicodedata.normalize("NFC", _UNSEEN.sub("", text)))


def _whole(link: re.Match[str]) -> _Link | None:
    """The link; None where it was cut before its host ("https://…")."""
    host, rest = _trimmed(link["host"]), link["rest"]
    odd = bool(rest) and rest[0] not in _AFTER_HOST + _CLOSING and any(map(str.isalnum, rest))
    unreadable = len(host) > LONGEST or (odd and (rest[0] == "%" or "." not in host))
    return _link("" if unreadable else host, link["before"], rest.rstrip(_CLOSING)) if host or odd else None


def _link(host: str, before: str, rest: str) -> _Link:
    return _Link(host.lower(), host, before.lower(), rest.lower())


def _trimmed(host: str) -> str:
    """The host without www., the punctuation around it, and the first word of the next sentence."""
    host = host.lstrip("._-").partition("..")[0].rstrip("._-")
    if host[:4].lower() == "www.":
        host = host[4:]
    name, _dot, ending = host.rpartition(".")
    return name if "." in name and ending.lower() not in _KNOWN_ENDINGS and _SENTENCE.search(host) else host


def _is_address(host: str, path: str) -> bool:
    """Whether a name without http or www is an address rather than two sentences without a space between them."""
    name, _dot, written = host.rpartition(".")
    ending = written.lower()
    if ending not in _KNOWN_ENDINGS and not (path and (ending in _WITH_PATH or _is_in(_LISTED, host.lower()))):
        return False
    if path or ending not in _WORDS | _OPENINGS:
        return True
    if not host.isascii() or (written != ending and not host.isupper()):
        return False
    return ending not in _WORDS or "-" in name or (any(map(str.isdigit, name)) and not _COUNT.fullmatch(name))


def _is_in(hosts: frozenset[str], host: str) -> bool:
    """Whether the host is one of those, or stands below one."""
    while host not in hosts:
        _below, dot, host = host.partition(".")
        if not dot:
            return False
    return True


def _suspicious(link: _Link) -> Iterator[str]:
    host = link.host
    name, _dot, ending = host.rpartition(".")
    bought = _site(host).partition(".")[0]
    if link.before.startswith(("hxx", "h**")):
        yield "broken"
    if not host or _NUMBER.fullmatch(ending):
        yield "no_name"
    if _is_lookalike(link.written):
        yield "lookalike"
    if "@" in link.before:
        yield "hidden_host"
    if ending in _ENDINGS:
        yield "ending"
    if _is_in(_CONTACTS, host):
        yield "private_chat"
    if any(word in name for word in _BAIT) or sum(word in bought for word in _HALF_BAIT) >= 2:
        yield "bait"
    if _FILE.search(host + link.rest):
        yield "file"


def _site(host: str) -> str:
    """What somebody bought, with its ending: "colis-suivi.com" of "www.colis-suivi.com"; what stands before it is free."""
    parts = host.split(".")
    return ".".join(parts[-3 if len(parts) > 2 and parts[-2] in _SECOND else -2 :])


def _is_lookalike(host: str) -> bool:
    """Whether the name passes for another: letters of other alphabets (accents are none), figures in the name of a known
    house, or its address before that of another."""
    try:
        shown = ".".join(
            part.encode().decode("idna") if part[:4].lower() == "xn--" else part for part in host.split(".")
        )
    except UnicodeError:
        return True
    if shown.isascii():
        return _imitates(shown)
    if unicodedata.normalize("NFKC", shown) != shown:
        return True
    ending = shown.rpartition(".")[2]
    return ending.isascii() and any(_passes_for_another(letter) for letter in shown.lower())


def _imitates(host: str) -> bool:
    low = host.lower()
    said = {(host if host[1:2].islower() else low).translate(table).lower() for table in _FOR_LETTERS}
    said |= {low.replace(pair, letter) for pair, letter in _PAIRS if pair in low}
    if any(name in one and name not in low for one in said - {low} for name in _IMITATED):
        return True
    return bool(_BORROWED.search(low.removesuffix(_site(low))))


def _passes_for_another(letter: str) -> bool:
    if letter.isascii() or letter in _LATIN_LETTERS or unicodedata.normalize("NFD", letter)[0].isascii():
        return False
    return unicodedata.name(letter, "").startswith(_ALIKE)


STAGE = Links()
