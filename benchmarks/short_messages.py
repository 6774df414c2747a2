"""Distinct short messages as communities write them, half French and half English, for what is to be timed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

FRENCH = ("fr_feedback_appreviews", "fr_emotion_xed", "fr_absa_mabsa_train", "fr_hate_mlma", "fr_hate_ftr_racist")
ENGLISH = ("en_feedback_appreviews", "en_emotion_goemotions_dev", "en_intent_clinc150", "en_spam_youtube")
WORDS = range(5, 26)

OPENINGS = (
    "Bonjour,", "Salut l’équipe,", "Svp,", "Dites-moi,", "Bonsoir à tous,", "Hello there,", "Hi team,", "Please,",
    "Quick one:", "Good evening,",
)  # fmt: skip
ASKED = (
    "à quelle heure ouvre", "combien coûte", "où se trouve", "qui s’occupe de", "je ne trouve pas", "when does",
    "how much is", "where can I find", "who looks after", "I cannot find",
)  # fmt: skip
THINGS = (
    "la bibliothèque", "l’atelier vélo", "le jardin partagé", "la cotisation annuelle", "the summer workshop",
    "the membership card", "the repair café", "the newsletter", "la salle du haut", "the youth choir",
)  # fmt: skip
ENDINGS = (
    "merci d’avance", "c’est urgent", "je passe samedi", "ma sœur demande aussi", "😊", "thanks a lot",
    "it is rather urgent", "I come on Saturday", "asking for a friend", "🙏🙏", "c la 3e fois", "still no answer",
    "pas de réponse depuis lundi", "since the update", "avant la fin du mois", "before the end of the month",
    "pour deux personnes", "for two people", "si possible", "if at all possible",
)  # fmt: skip


def short_messages(data: Path, count: int) -> tuple[list[str], str]:
    """`count` distinct messages in a fixed disorder, and where they come from ("real" or "built-in")."""
    if data.is_dir():
        french, english = (_real(data, names, count // 2) for names in (FRENCH, ENGLISH))
        return _shuffled([*french, *english]), "real"
    return built_in_messages(count), "built-in"


def built_in_messages(count: int) -> list[str]:
    """`count` distinct messages that need no data, in a fixed disorder."""
    return _shuffled([" ".join(words) for words in product(OPENINGS, ASKED, THINGS, ENDINGS)])[:count]


def _real(data: Path, names: tuple[str, ...], count: int) -> list[str]:
    texts = (text for name in names for text in _texts(data / f"{name}.jsonl.gz"))
    distinct = list(dict.fromkeys(text for text in texts if len(text.split()) in WORDS))
    return _shuffled(distinct)[:count]


def _texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _shuffled(texts: list[str]) -> list[str]:
    random.Random(20).shuffle(texts)
    return texts
