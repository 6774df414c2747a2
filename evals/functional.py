"""Functional tests of hate and toxicity: each functionality's templates filled with each group (evals/data/functional.*.toml).

The family of tests is that of Röttger et al. 2021 (HateCheck); wordings, groups and several functionalities are ours.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evals.loading import OWN

LANGUAGES = ("fr", "en")
_LEET = str.maketrans("aeiost", "43105+")


@dataclass(frozen=True, slots=True)
class Case:
    """A text, whether it is hateful, whether it is toxic (None: either may be said), what it tests, the group in it."""

    text: str
    hate: bool
    toxic: bool | None
    functionality: str
    group: str


def cases(language: str) -> list[Case]:
    """Every case of this language, in the order of the file."""
    suite = tomllib.loads((OWN / f"functional.{language}.toml").read_text("utf-8"))
    return [case for one in suite["functionality"] for case in _filled(one, suite["groups"])]


def _filled(one: Mapping[str, Any], groups: Mapping[str, Mapping[str, str]]) -> Iterator[Case]:
    hate = bool(one["hate"])
    toxic = bool(one["toxic"]) if "toxic" in one else (True if hate else None)
    for text in one["texts"]:
        if one.get("fill", True):
            for group, forms in groups.items():
                yield Case(_with(text, forms), hate, toxic, str(one["name"]), group)
        else:
            yield Case(text, hate, toxic, str(one["name"]), "")


def _with(template: str, forms: Mapping[str, str]) -> str:
    """The template with the group's forms, its slurs disguised where asked; a capital at the beginning of sentences."""
    known = dict(forms)
    for name in ("slur", "slur1"):
        word = known[name]
        known |= {f"{name}*": _starred(word), f"{name}_": " ".join(word), f"{name}3": word.translate(_LEET)}
        known[f"{name}-"] = word[:2] + word[3:]
    known |= {name.capitalize(): form[:1].upper() + form[1:] for name, form in forms.items()}
    for name, form in known.items():
        template = template.replace(f"{{{name}}}", form)
    return template[:1].upper() + template[1:]


def _starred(word: str) -> str:
    return word[0] + "".join("*" if letter in "aeiouyéèê" else letter for letter in word[1:])
