"""Turns texts into weights of their words and runs of characters (TF-IDF); it must not know of reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

Arrays = Mapping[str, npt.NDArray[Any]]

# A word or character run must be seen in this many texts: rarer ones are names and chance.
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"ngram_range": (1, 2), "min_df": 2, "token_pattern": r"(?u)\b\w[\w']*\b"},
    "characters": {"analyzer": "char_wb", "ngram_range": (3, 5), "min_df": 3},
}


class TextFeatures:
    """Two TF-IDF vocabularies side by side: single words with pairs, and character runs that survive misspelling."""

    def __init__(self, vectorizers: Mapping[str, TfidfVectorizer]) -> None:
        self._vectorizers = vectorizers
        self._union = FeatureUnion(list(vectorizers.items()))

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Self:
        """Learn both vocabularies from texts."""
        return cls({kind: _vectorizer(kind).fit(texts) for kind in _KINDS})

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Restore what `to_arrays` gave; raises `KeyError` or `ValueError` where arrays are missing or do not fit."""
        return cls({kind: _restore(kind, arrays[f"{kind}_vocabulary"], arrays[f"{kind}_idf"]) for kind in _KINDS})

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learnt, as arrays of numbers and of characters."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for kind, vectorizer in self._vectorizers.items():
            arrays[f"{kind}_vocabulary"] = np.array(vectorizer.get_feature_names_out(), dtype=np.str_)
            arrays[f"{kind}_idf"] = vectorizer.idf_
        return arrays

    def transform(self, texts: Sequence[str]) -> Any:
        """Return a sparse matrix with one row of weights for each text."""
        return self._union.transform(texts)


def _vectorizer(kind: str, **known: Any) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float64, **_KINDS[kind], **known)


def _restore(kind: str, vocabulary: npt.NDArray[Any], idf: npt.NDArray[Any]) -> TfidfVectorizer:
    vectorizer = _vectorizer(kind, vocabulary={str(term): column for column, term in enumerate(vocabulary)})
    vectorizer.idf_ = idf
    return vectorizer
