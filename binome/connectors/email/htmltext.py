"""The text of an HTML mail, without what was quoted or signed by the mail program."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import nh3

BLOCKS = frozenset({
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
    "blockquote", "section", "article", "center", "dd", "dt",
})  # fmt: skip
EMPTY = frozenset({"br", "hr", "img", "wbr", "col"})
QUOTED = (
    "gmail_quote",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "divrplyfwdmsg",
    "appendonsend",
    "zmail_extra",
)
SIGNED = (
    "gmail_signature",
    "moz-signature",
    "protonmail_signature",
    "signature",
    "x_signature",
    "ms-outlook-mobile-signature",
)
AFTER = ("divrplyfwdmsg", "appendonsend")
"""Outlook marks where the history begins, and does not enclose it."""


DEEPEST = 3_000
"""Elements within one another; mending takes the square of their depth."""
ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
CLOSE_THEMSELVES = EMPTY | {
    "p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "colgroup",
    "area", "base", "input", "link", "meta", "source",
}  # fmt: skip


def is_bottomless(html: str) -> bool:
    """Whether its elements lie deeper within one another than any page's: nobody wrote it to be read."""
    depth = 0
    for element in ELEMENT.finditer(html):
        if element[2].lower() not in CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if element[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False


def text_of(html: str, *, whole: bool = False) -> str:
    """What a person reads in it; unless *whole*, what they wrote now. Broken HTML is first mended as browsers do."""
    reader = _Reader(whole)
    reader.feed(nh3.clean(html, attributes={"*": {"class", "id", "type"}}, url_schemes=set(), link_rel=None))
    reader.close()
    lines = ("".join(reader.written).replace("\xa0", " ")).split("\n")
    tidy = [" ".join(line.split()) for line in lines]
    return "\n".join(line for line, before in zip(tidy, ["", *tidy], strict=False) if line or before).strip()


class _Reader(HTMLParser):
    """Walks well-formed HTML; *_hidden* counts the open elements of a part that is left out."""

    def __init__(self, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._whole, self._hidden, self._over = whole, 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = {name: (value or "").lower() for name, value in attrs}
        self._over = self._over or (not self._whole and _marked(marks, AFTER))
        if tag not in EMPTY and (self._hidden or (not self._whole and _left_out(tag, marks))):
            self._hidden += 1
        if tag == "li":
            self._write("\n- ")
        elif tag in BLOCKS:
            self._write("\n\n" if tag == "p" else "\n")
        elif tag == "td":
            self._write(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag not in EMPTY:
            self._hidden -= 1
        if tag in BLOCKS and tag not in EMPTY and tag != "li":
            self._write("\n")

    def handle_data(self, data: str) -> None:
        self._write(" ".join(data.replace("\xa0", " ").split(" ")).replace("\n", " "))

    def _write(self, text: str) -> None:
        if not self._hidden and not self._over:
            self.written.append(text)


def _left_out(tag: str, marks: Mapping[str, str]) -> bool:
    cited = tag == "blockquote" and marks.get("type") == "cite"
    return cited or _marked(marks, QUOTED) or _marked(marks, SIGNED)


def _marked(marks: Mapping[str, str], names: tuple[str, ...]) -> bool:
    own = {*marks.get("class", "").split(), marks.get("id", "").removeprefix("x_")}
    return not own.isdisjoint(names)
