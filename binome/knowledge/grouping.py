"""Which unanswered questions ask the same thing: by meaning and by the pieces of their words together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from binome.kit.text import fold

MEANING, WORDS = 0.75, 0.5
"""What the cosine of sentence vectors and that of character n-grams weigh."""

ALIKE = 0.33
"""From which average likeness to a group's questions another one joins it.

Chosen on the demo community's 47 unanswered questions (9 groups, written before): of the pairs put together 76 % belong
together, and 54 % of those that do are found; sentence vectors alone, at 0.45, gave 62 % and 43 %.
"""


def joins(text: str, vector: NDArray[np.float32], others: Sequence[tuple[int, str, NDArray[np.float32]]]) -> int | None:
    """The group, among those of *others* (group, text, vector), that a question belongs to; None for a new one."""
    if not others:
        return None
    likeness = MEANING * (np.stack([vectors for _group, _text, vectors in others]) @ vector)
    likeness = likeness + WORDS * _shared_pieces(text, [other for _group, other, _vector in others])
    groups = np.array([group for group, _text, _vector in others])
    best = max(set(groups.tolist()), key=lambda group: (likeness[groups == group].mean(), -group))
    return int(best) if likeness[groups == best].mean() >= ALIKE else None


def _shared_pieces(text: str, others: Sequence[str]) -> NDArray[np.float32]:
    """Cosine of TF-IDF over pieces of words, accents aside; learned from the questions at hand."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # a second to load: only where it is needed

    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), preprocessor=fold, sublinear_tf=True)
    rows = pieces.fit_transform([text or "?", *(other or "?" for other in others)])
    shared: NDArray[np.float32] = (rows[1:] @ rows[0].T).toarray().ravel().astype(np.float32)
    return shared
