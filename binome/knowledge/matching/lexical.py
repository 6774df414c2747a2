"""Texts compared by their terms (stems, concepts), many with many at once."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

_SIDES = (1.0, 0.5, 0.25)


def shares(weighed: Sequence[Mapping[str, float]], places: Mapping[str, int]) -> csr_array:
    """Texts × terms: what each known term weighs in its text, a share of all that the text says."""
    rows, columns, values = [], [], []
    for row, terms in enumerate(weighed):
        total = sum(terms.values()) or 1.0
        for term in terms.keys() & places.keys():
            rows.append(row)
            columns.append(places[term])
            values.append(terms[term] / total)
    return csr_array((np.array(values, np.float32), (rows, columns)), shape=(len(weighed), len(places)))


def met(sides: Sequence[Sequence[Iterable[str]]], places: Mapping[str, int]) -> csr_array:
    """Terms × entries: 1 where asked, half where summed up, a quarter where answered, added."""
    cells: dict[tuple[int, int], float] = {}
    for column, found in enumerate(sides):
        for terms, share in zip(found, _SIDES, strict=True):
            for term in set(terms) & places.keys():
                key = (places[term], column)
                cells[key] = cells.get(key, 0.0) + share
    rows, columns = zip(*cells, strict=True) if cells else ((), ())
    values = np.fromiter(cells.values(), np.float32, len(cells))
    return csr_array((values, (rows, columns)), shape=(len(places), len(sides)))
