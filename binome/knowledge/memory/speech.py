"""What members say after an answer: thanks, a complaint, the same question again; and questions without their courtesies.

Short lists of words in both languages, read on folded text: they are shown to people as reasons, so they must be
easy to check.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from binome.kit.text import fold, squeeze

_WORD = re.compile(r"\w+")

READ = 600
"""Characters of a text that its vector stands for."""

_THANKS = re.compile(
    r"\b(?:merci|mercii+|thx|thanks?|thank you|ty|cheers|remercie|genial|parfait|perfect|super|top|"
    r"nickel|great|awesome|brilliant|"
    r"ca marche|c'est bon|it works?|works now|resolu|solved|reglé|regle|impeccable|excellent|lovely)\b"
)
_NOT_THANKS = re.compile(
    r"\bmerci (?:d'avance|par avance|de (?:me |nous |bien |votre reponse rapide)|pour rien|"
    r"de votre inaction)|\bmerci d'|"
    r"thanks? (?:in advance|for nothing)|thank you in advance|no thanks|non merci|"
    r"\b(?:pas|not|jamais|never|ni) (?:super|top|genial|great|parfait|perfect|bon)\b|(?:super|great|"
    r"genial|bravo|top)[, ]+(?:encore|again|still|toujours)"
)
_UPSET = re.compile(
    r"\b(?:toujours (?:pas|rien)|still (?:not|no|nothing|waiting|doesn't|does not|isn't)|inadmissible|"
    r"scandaleux|honteux|inacceptable|"
    r"unacceptable|ridicul\w+|disappoint\w+|decu\w*|marre|ras.le.bol|arnaque|scam|rip.?off|fed up|"
    r"furieu\w+|angry|furious|"
    r"plainte|complaint|mensonge|menti|lied|lies|n'importe quoi|pour rien|for nothing|worst|pire|nul|nulle|useless|"
    r"c'est faux|that'?s wrong|not true|faux|m'avez dit|told me (?:the opposite|otherwise)|contraire)\b"
)
_AGAIN = re.compile(
    r"\b(?:toujours (?:pas|rien|en attente)|ne (?:marche|fonctionne) (?:toujours )?pas|"
    r"marche (?:toujours )?pas|still (?:not|no|nothing|waiting|doesn't|does not|isn't|can't)|"
    r"doesn't work|does not work|didn't work|did not work|not working|pas compris|didn't understand|"
    r"je (?:vous )?repose|je redemande|asking again|i ask again|as i said|comme je (?:disais|"
    r"l'ai dit)|ma question|my question|"
    r"vous n'avez pas repondu|you (?:didn't|did not|haven't) answer\w*|ca ne repond pas|relance|"
    r"any news|des nouvelles)\b"
)
_COURTESY = re.compile(
    r"^(?:[\s,.!:;👋🙂😊🙏-]|\b(?:bonjour|bonsoir|salut|coucou|slt|bjr|hello|hi|hey|good (?:morning|"
    r"afternoon|evening)|dear (?:team|all|sir|madam)|"
    r"madame|monsieur|messieurs|mesdames|a tous|à tous|toutes|tous|there|everyone|team|l['’]équipe|"
    r"la team|et|and|ou)\b)+",
    re.IGNORECASE,
)
_GREETS_SOMEBODY = re.compile(
    r"^(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|cher|"
    r"chère)\b(?:[ \u00a0]+[^\W\d_][\w’'-]*){0,3}[ \u00a0\u202f]*[,!.:–—\n]+\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:[\s,.!-]|\b(?:merci (?:beaucoup |bcp )?(?:d['’]avance|par avance|de votre (?:réponse|aide|"
    r"retour))?|merci|thanks?(?: a lot| so much)?(?: in advance)?|thank you|"
    r"cordialement|bien cordialement|bien à vous|bonne (?:journée|soirée)|cheers|best(?: regards)?|"
    r"kind regards|svp|s['’]il vous pla[iî]t|please)\b)+$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:comment|combien|quand|quel\w*|pourquoi|est.ce que|puis.je|peut.on|peux|pouvez|pourr\w+|"
    r"ou est|avez.vous|y a.t.il|"
    r"how|when|where|what|which|why|who|can (?:i|we|you)|could|do you|does|is there|are (?:you|there)|"
    r"may i|i need|i want|i'd like|"
    r"je (?:voudrais|veux|souhaite|cherche|n'arrive|peux|dois|recois|ne )|besoin|impossible|probleme|"
    r"problem|issue|bug|erreur|error|marche pas|"
    r"not working|doesn't|can't|cannot|won't|perdu|lost|cass\w+|broken|help|aide\w*)\b"
)


def thanks(text: str) -> bool:
    """Whether a member says that it helped."""
    said = fold(text)
    return bool(_THANKS.search(said)) and not _NOT_THANKS.search(said) and not _UPSET.search(said)


def upset(text: str) -> bool:
    """Whether a member complains of what they were told or of what did not happen."""
    return bool(_UPSET.search(fold(text)))


def asks_again(text: str, question: str = "") -> bool:
    """Whether a member comes back with what they had asked: in so many words, or by mostly the same words."""
    return bool(_AGAIN.search(fold(text))) or _alike(text, question)


def asks(text: str) -> bool:
    """Whether a text may ask something; a bare thanks or goodbye does not."""
    bare = without_courtesies(text)
    return bool(_ASKS.search(fold(bare))) or len(bare.split()) > 6


@lru_cache(maxsize=4_096)
def without_courtesies(text: str) -> str:
    """The text without its greeting and its closing formula; the whole of it if nothing else is said."""
    bare = _CLOSING.sub("", _COURTESY.sub("", squeeze(text), count=1)).strip(" ,.-")
    return bare if len(bare) > 2 else squeeze(text)


def without_greeting(text: str) -> str:
    """An answer without the line or words that greet one person: it is to serve others."""
    bare = _GREETS_SOMEBODY.sub("", text.strip(), count=1).strip()
    return bare[:1].upper() + bare[1:] if bare else text.strip()


def compared(text: str) -> str:
    """A question or an answer as its vector stands for it."""
    return without_courtesies(text)[:READ]


@lru_cache(maxsize=4_096)
def telling(text: str) -> frozenset[str]:
    """The words of four letters or more, folded."""
    return frozenset(word for word in _WORD.findall(fold(text)) if len(word) > 3)


def shared(one: Iterable[str], other: Iterable[str]) -> float:
    """Jaccard's index of two sets of words."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def shares(ones: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> NDArray[np.float32]:
    """Jaccard's index of each of these sets of words with each of those: (ones, others)."""
    places = {word: place for place, word in enumerate(dict.fromkeys(word for words in ones for word in words))}
    both = (_incidence(ones, places) @ _incidence(others, places).T).toarray()
    sizes = np.array([[len(words)] for words in ones], np.float32).reshape(-1, 1)
    either = sizes + np.array([len(words) for words in others], np.float32) - both
    shared: NDArray[np.float32] = both / np.maximum(either, 1)
    return shared


def _incidence(sets: Sequence[frozenset[str]], places: dict[str, int]) -> csr_array:
    """Sets × words: 1 where a set has the word."""
    found = [[places[word] for word in words if word in places] for words in sets]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter((place for row in found for place in row), np.int64, int(ends[-1]))
    return csr_array((np.ones(len(columns), np.float32), columns, ends), shape=(len(sets), len(places)))


def _alike(text: str, question: str) -> bool:
    return bool(question) and shared(telling(text), telling(question)) > 0.5
