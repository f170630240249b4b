"""About one message in eight is kept back, whichever way it is written; the others are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from settings import ROOT
from understanding.errors import EncoderError
from understanding.examples import read_nlu
from understanding.tuned_on import (
    is_kept_back,
    read_fingerprints,
    text_fingerprint,
    write_fingerprints,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_one_in_eight_of_every_language() -> None:
    examples = read_nlu(ROOT / "bot" / "data" / "nlu")
    for language in ("da", "en", "pl", "lt", "ro", "de"):
        kept = [is_kept_back(e.text) for e in examples if e.language == language]
        assert 0.08 < sum(kept) / len(kept) < 0.18


def test_spelling_plays_no_part() -> None:
    texts = [f"mokesčių kortelė {number}" for number in range(50)]
    assert [is_kept_back(t) for t in texts] == [is_kept_back(f" {t.upper()} ") for t in texts]
    assert [is_kept_back(t) for t in texts] == [
        is_kept_back(t.replace("č", "c").replace("ų", "u").replace("ė", "e")) for t in texts
    ]


def test_fingerprints_are_written_and_read(tmp_path: Path) -> None:
    texts = ["Mokesčių kortelė", "two", "two "]
    write_fingerprints(tmp_path / "known.bin", map(text_fingerprint, texts))
    known = read_fingerprints(tmp_path / "known.bin")
    assert known == {text_fingerprint("mokesciu kortele"), text_fingerprint("Two")}


def test_a_broken_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be read"):
        read_fingerprints(tmp_path / "none.bin")
    (tmp_path / "half.bin").write_bytes(b"1234")
    with pytest.raises(EncoderError, match="cut short"):
        read_fingerprints(tmp_path / "half.bin")
