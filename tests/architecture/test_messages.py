"""What people read: every sentence in both languages, with the typography of each; none outside the catalogues."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.template.base import Lexer, TokenType

from tools import messages

FOLDERS = messages.catalogue_folders()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*(?:[.:][^}]*)?\}|</?\w+>")
TEMPLATES = sorted((messages.PACKAGE / "web" / "templates").rglob("*.html"))
NAMES = {"Binôme", "Français", "English", "HTTPS", "Ctrl"}
"""Words that are the same in every language."""


@pytest.fixture(params=FOLDERS, ids=[folder.parent.name for folder in FOLDERS])
def folder(request) -> Path:
    return request.param


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_is_translated_and_none_is_guessed(folder, language):
    assert [sentence[:3] for sentence in messages.untranslated(folder, language)] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_catalogue_keeps_no_sentence_that_nobody_says(folder, language):
    said = {(sentence.context, _key(sentence.text)) for sentence in messages.sentences(folder)}
    assert [one.id for one in _entries(folder, language) if (one.context, _key(one.id)) not in said] == []


def test_english_says_what_the_code_says(folder):
    assert [one.id for one in _entries(folder, "en") if one.string != one.id] == []


def test_a_translation_has_the_same_placeholders(folder):
    assert [
        one.id
        for one in _entries(folder, "fr")
        for form in _forms(one)
        if form and _holes(form) != _holes(_key(one.id))
    ] == []


@pytest.mark.parametrize(
    ("mistake", "pattern"),
    [
        ("no narrow no-break space before ? ! ; or %", r"[^\u202f?!](?<![\s\w]%)[?!;]|[^\u202f%]%(?![(\w%])"),
        ("no no-break space before a colon", r"[^\u00a0\d/p]:(?!/|\d|\w)"),
        ("a plain space inside « »", r"«[^\u00a0]|[^\u00a0]»"),
        ("a straight apostrophe", r"\w'\w"),
        ("three dots in place of an ellipsis", r"\.\.\."),
        ("English quotation marks", r"[“”\"]"),
    ],
)
def test_french_typography_is_right(folder, mistake, pattern):
    texts = [form for one in _entries(folder, "fr") for form in _forms(one)]
    assert [text for text in texts if re.search(pattern, PLACEHOLDER.sub("x", text))] == [], mistake


@pytest.mark.parametrize("template", TEMPLATES, ids=[str(path.relative_to(messages.PACKAGE)) for path in TEMPLATES])
def test_a_template_holds_no_bare_words(template):
    """A heuristic: what is left between tags, and in the attributes that people read, once the tags are taken out."""
    assert [word for word in _bare(template.read_text("utf-8")) if word not in NAMES] == []


def _bare(source: str) -> Iterator[str]:
    text = re.sub(
        r"<(script|style|code|pre)\b.*?</\1>|<!--.*?-->|<kbd.*?</kbd>|<c-kbd.*?</c-kbd>",
        " ",
        _without_template_tags(source),
        flags=re.DOTALL,
    )
    for tag in re.findall(r"<[^>]*>", text, re.DOTALL):
        for said in re.findall(r"\b(?:title|alt|placeholder|aria-label|label|hint)=[\"']([^\"']*)", tag):
            yield from re.findall(r"[^\W\d_]{3,}", said)
    yield from re.findall(r"[^\W\d_]{3,}", re.sub(r"<[^>]*>|&\w+;", " ", text, flags=re.DOTALL))


def _without_template_tags(source: str) -> str:
    """The source without {% … %}, {{ … }} and comments; what a translation block holds goes too."""
    kept, within = [], ""
    for token in Lexer(source).tokenize():
        name, *rest = token.contents.split() if token.token_type == TokenType.BLOCK else [""]
        if within:
            within = "" if name == f"end{within}" else within
        elif name in {"blocktranslate", "comment"} or (name == "block" and rest[0] in {"width", "app_class"}):
            within = name
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        else:
            kept.append(" ")
    return "".join(kept)


def _entries(folder: Path, language: str) -> list[Message]:
    return [one for one in _catalogue(folder, language) if one.id]


@cache
def _catalogue(folder: Path, language: str) -> Catalog:
    return messages.load(folder, language)


def _forms(entry: Message) -> tuple[str, ...]:
    return entry.string if isinstance(entry.string, tuple) else (entry.string,)


def _key(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[-1]


def _holes(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))
