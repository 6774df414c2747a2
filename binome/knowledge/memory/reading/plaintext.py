"""HTML as plain text: paragraphs and lines kept, scripts and styles dropped."""

from html.parser import HTMLParser

_BREAKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"}
_SILENT = {"script", "style", "head", "title"}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain(html: str) -> str:
    """The words of an HTML text; a text without tags is only trimmed."""
    if "<" not in html and "&" not in html:
        return html.strip()
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)
