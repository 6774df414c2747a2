"""A message as the network reads it: no address or mention, emoji by their names, words as they are meant."""

import html
import re
import unicodedata
from functools import lru_cache

from binome.kit.reader.disguise import undisguised
from binome.kit.reader.elongated import once

READ = 3_000
"""Characters that are looked at."""

_ADDRESS = re.compile(
    r"https?\s?://\S+|www\.\S+|\b[\w.-]+\.(?:com|fr|net|org|co|ly|info|be|ru|shop|online|xyz|io)/\S*", re.IGNORECASE
)
_MENTION = re.compile(r"(?<![\w@.])@[\w.]{2,}|[^\s@]{1,64}@[^\s@]{1,120}\.\w{2,12}")
_HASHTAG = re.compile(r"#(\w+)")
_HUMPS = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])|(?<=[^\W\d_])(?=\d)|_")
_REPOSTED = re.compile(r"^\s*RT\s+@?\w+\s*:?\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_RUN = re.compile(r"([^\w\s])\1{2,}")
_EMOJI = re.compile("[\u203c-\u3299\U0001f000-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
_FACES = {
    ":)": "🙂",
    ":-)": "🙂",
    ";)": "😉",
    ";-)": "😉",
    ":(": "🙁",
    ":-(": "🙁",
    ":'(": "😢",
    ":D": "😃",
    "xD": "😂",
    "XD": "😂",
    "^^": "😊",
    "<3": "❤",
    ":/": "😕",
    ":-/": "😕",
    ":p": "😛",
    ":P": "😛",
}
_FACE = re.compile(r"(?<!\w)(?::'?-?[()DpP/](?!/)|;-?\)|[xX]D|\^\^|<3)(?!\w)")


def prepared(text: str) -> str:
    """The text on one line, ready to be cut into pieces."""
    text = _CONTROL.sub(" ", text[:READ])
    if "&" in text:
        text = html.unescape(text)
    if "@" in text or "://" in text or "www" in text or "/" in text:
        text = _MENTION.sub("@user", _ADDRESS.sub("http", _REPOSTED.sub("", text)))
    if "#" in text:
        text = _HASHTAG.sub(lambda tag: _HUMPS.sub(" ", tag[1]), text)
    text = _FACE.sub(lambda face: _FACES.get(face[0], face[0]), text)
    if not text.isascii():
        text = _EMOJI.sub(_named, _RUN.sub(r"\1\1", text))
    text = _RUN.sub(r"\1\1", once(undisguised(text)[0]))
    text = " ".join(text.split())
    return text.lower() if _shouted(text) else text


def _named(emoji: re.Match[str]) -> str:
    return emoji_name(emoji[0][0])


@lru_cache(maxsize=4_096)
def emoji_name(emoji: str) -> str:
    """ " face with tears of joy ": the Unicode name between spaces; the sign itself when it is no picture."""
    if unicodedata.category(emoji) not in {"So", "Sk", "Cn"}:
        return emoji
    name = unicodedata.name(emoji, "").lower().replace("-", " ")
    return f" {name} " if name else " "


def _shouted(text: str) -> bool:
    capitals = sum(map(str.isupper, text))
    return capitals > 8 and capitals * 2 > sum(map(str.isalpha, text))
