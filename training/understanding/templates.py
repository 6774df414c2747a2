"""Sentences about groups, filled with each: the same words attack one time and defend the next, whoever is named."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.understanding.examples import Example
from training.understanding.texts import GROUPS

FILE = Path(__file__).with_name("templates.toml")


def filled() -> Iterator[Example]:
    """Every sentence with every group, and every sentence of insult with every word; attacks that are no hate."""
    for language, parts in tomllib.loads(FILE.read_text("utf-8")).items():
        for label in ("ok", "hate"):
            for number, template in enumerate(parts[label]):
                family = f"template-{language}-{label}-{number}"
                for group, forms in parts["groups"].items():
                    yield _example(_with(template, forms), language, label, family, group.rstrip("2"))
        yield from _harmless_to_groups(language, parts)
        for number, template in enumerate(parts["slurs"]):
            for one, several in parts["words"]:
                text = template.format(slur=several, slur1=one, Slur=several.capitalize())
                yield _example(text, language, "hate", f"template-{language}-slur-{number}", "")


def _harmless_to_groups(language: str, parts: dict[str, Any]) -> Iterator[Example]:
    """What attacks people for what they do, and things: no hate, and abuse only of people."""
    for number, template in enumerate(parts["hate"]):
        for forms in parts["others"].values():
            labels = {"hate": "ok", "toxicity": "toxic"}
            family, trust = f"template-{language}-others-{number}", {"toxicity": 0.5}
            yield Example(_with(template, forms), language, f"{language}_own_templates", labels, (), family, trust)
    for number, template in enumerate(parts["things"]):
        for forms in parts["things_named"].values():
            yield _example(_with(template, forms), language, "ok", f"template-{language}-things-{number}", "")


def _example(text: str, language: str, label: str, family: str, group: str) -> Example:
    labels: dict[str, Any] = {"hate": label, "toxicity": "toxic" if label == "hate" else "ok"}
    if label == "hate":
        labels["target"] = "group"
        labels |= {"groups": {GROUPS.get(group, "origin"): True}} if group else {}
    return Example(text, language, f"{language}_own_templates", labels, family=family, group=group)


def _with(template: str, forms: list[str]) -> str:
    many, one = forms[0], forms[1]
    # "de les" and "à les" contract; English has one form for all.
    of, to = (forms[2], forms[3]) if len(forms) > 2 else (many, many)
    said = template.format(
        les=many, Les=many[:1].upper() + many[1:], un=one, Un=one[:1].upper() + one[1:], des=of, aux=to
    )
    return said.replace("de les ", of + " ").replace("à les ", to + " ")
