"""Rewrites a question by rule as people type on a phone: no accents, text-message spelling, slips, greetings, cuts."""

import random

from binome.knowledge.matching.tokens import fold

_FRENCH = {
    "quoi": "koi", "quand": "qd", "pourquoi": "pk", "combien": "cb", "comment": "cmt", "que": "ke", "qui": "ki", "quel": "kel",
    "quelle": "kel", "pour": "pr", "dans": "ds", "avec": "av", "sans": "ss", "tout": "tt", "toujours": "tjs", "beaucoup": "bcp",
    "c'est": "c", "j'ai": "g", "est-ce": "es", "peut-on": "on peu", "faut": "fo", "vous": "vs", "nous": "ns", "travail": "taf",
    "voiture": "caisse", "enfant": "gosse", "argent": "thune", "logement": "appart", "être": "etr", "faire": "fer",
}  # fmt: skip
_ENGLISH = {
    "you": "u", "are": "r", "your": "ur", "please": "plz", "why": "y", "before": "b4", "for": "4", "to": "2", "what": "wat",
    "because": "cuz", "tomorrow": "tmrw", "account": "acct", "information": "info", "don't": "dont", "can't": "cant", "and": "n",
    "how": "hw", "people": "ppl", "password": "pwd", "payment": "pymt", "with": "w", "have": "hav", "the": "da",
}  # fmt: skip
_GREETINGS = {
    "fr": ("bonjour, ", "salut ", "slt ", "coucou ", "Bonjour à tous, petite question : ", "hello "),
    "en": ("hi, ", "hello ", "hey there ", "good morning, ", "hi all quick question: ", "pls help "),
}
_ENDINGS = {
    "fr": (" svp", " stp", " merci", " ???", " merci d'avance"),
    "en": (" please", " thanks", " ???", " plz", " thx"),
}


def casually(text: str, language: str, chance: random.Random) -> str:
    """The text with none, one or several of these habits."""
    rewritten = text
    for habit, odds in (
        (_shorten, 0.25),
        (_slip, 0.3),
        (_greet, 0.2),
        (_end, 0.15),
        (_flatten, 0.3),
        (_cut, 0.1),
    ):
        if chance.random() < odds:
            rewritten = habit(rewritten, language, chance)
    return rewritten or text


def _shorten(text: str, language: str, chance: random.Random) -> str:
    short = _FRENCH if language == "fr" else _ENGLISH
    return " ".join(short.get(word.lower(), word) if chance.random() < 0.7 else word for word in text.split())


def _slip(text: str, language: str, chance: random.Random) -> str:
    """Drop, double or swap letters inside one or two longer words."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) > 4]
    for i in chance.sample(long, min(len(long), chance.choice((1, 1, 2)))):
        at = chance.randrange(1, len(words[i]) - 2)
        word = words[i]
        words[i] = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
    return " ".join(words)


def _greet(text: str, language: str, chance: random.Random) -> str:
    return chance.choice(_GREETINGS[language]) + text


def _end(text: str, language: str, chance: random.Random) -> str:
    return text.rstrip("?!. ") + chance.choice(_ENDINGS[language])


def _flatten(text: str, language: str, chance: random.Random) -> str:
    """Small letters without accents or punctuation."""
    return "".join(c if c.isalnum() or c in " '" else " " for c in fold(text)).strip()


def _cut(text: str, language: str, chance: random.Random) -> str:
    words = text.split()
    return " ".join(words[: max(3, len(words) - chance.randint(1, 4))])
