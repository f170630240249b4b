"""The vocabulary pruned to the script of the six languages.

Of XLM-RoBERTa's 250,002 pieces those stay that are made of Latin letters which the languages of
Denmark's neighbours and of many of its newcomers are written with, of digits, marks and symbols. A
text in these letters is cut into the same pieces as before; a letter of another script becomes the
unknown piece.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from understanding.tuning.weight_file import Pieces, WeightFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LETTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyz"
    "æøåäöüßąćęłńóśźżčėįšųūžăâîșțşţ"  # the six languages
    "éèêëáíúýñçàãôõïòùìðþœőűğıžđěřůňťďľĺŕāēģīķļņ"  # names of people and places
)
_SPACE = "▁"
_LAST_EUROPEAN_MARK = 0x2FFF
_FIRST_EMOJI = 0x1F000
_LATIN_BEGINNING = 0x250  # numbers and combining marks beyond are of other scripts


def prune(file: WeightFile) -> WeightFile:
    """Return the file without the pieces that no text in our script is cut into."""
    places = [place for place, text in enumerate(file.pieces.texts) if _stays(place, text, file)]
    words = file.tensors["emb.word"]
    return WeightFile(
        file.shape._replace(vocabulary=len(places)),
        file.epsilon,
        _chosen(file.pieces, places),
        {**file.tensors, "emb.word": words[np.array(places)]},
    )


def _stays(place: int, text: bytes, file: WeightFile) -> bool:
    return place in file.pieces.special or all(map(_is_ours, text.decode("utf-8", "replace")))


def _is_ours(character: str) -> bool:
    if character == _SPACE:
        return True
    if character.isalpha():
        return character.lower() in _LETTERS
    point = ord(character)
    if point > _LAST_EUROPEAN_MARK:
        return point >= _FIRST_EMOJI
    return unicodedata.category(character)[0] not in "MN" or point < _LATIN_BEGINNING


def _chosen(pieces: Pieces, places: list[int]) -> Pieces:
    scores: NDArray[np.float32] = pieces.scores[np.array(places)]
    begin, end, padding, unknown = (places.index(place) for place in pieces.special)
    return replace(
        pieces,
        texts=tuple(pieces.texts[place] for place in places),
        scores=scores,
        special=(begin, end, padding, unknown),
    )
