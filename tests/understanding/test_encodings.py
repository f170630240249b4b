"""Encodings kept on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from understanding.encoder import HashingEncoder
from understanding.encodings import KeptEncoder


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return super().encode(texts)


def test_only_what_is_new_is_encoded(tmp_path: Path) -> None:
    first = KeptEncoder(CountingEncoder(), tmp_path)
    expected = first.encode(["a b", "c d", "a b"])
    first.save()
    encoder = CountingEncoder()
    again = KeptEncoder(encoder, tmp_path)
    vectors = again.encode(["c d", "e f", "a b"])
    assert encoder.asked == ["e f"]
    assert again.encoded == 1
    np.testing.assert_array_equal(vectors[[2, 0]], expected[:2])
    np.testing.assert_array_equal(vectors[1], HashingEncoder().encode(["e f"])[0])


def test_a_text_twice_is_encoded_once(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    KeptEncoder(encoder, tmp_path).encode(["a", "a"])
    assert encoder.asked == ["a"]


def test_texts_that_are_no_longer_asked_for_go(tmp_path: Path) -> None:
    first = KeptEncoder(HashingEncoder(), tmp_path)
    first.encode(["old", "kept"])
    first.save()
    second = KeptEncoder(HashingEncoder(), tmp_path)
    second.encode(["kept"])
    second.save()
    encoder = CountingEncoder()
    KeptEncoder(encoder, tmp_path).encode(["old", "kept"])
    assert encoder.asked == ["old"]


def test_another_version_of_the_encoder_starts_anew(tmp_path: Path) -> None:
    first = KeptEncoder(HashingEncoder(), tmp_path)
    first.encode(["a"])
    first.save()
    encoder = CountingEncoder()
    encoder.version = "2"
    KeptEncoder(encoder, tmp_path).encode(["a"])
    assert encoder.asked == ["a"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no archive"])
def test_a_broken_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "encodings-hashing-1.npz").write_bytes(content)
    kept = KeptEncoder(HashingEncoder(), tmp_path)
    assert kept.encode(["a"]).shape == (1, HashingEncoder.dimensions)
    kept.save()
    assert KeptEncoder(HashingEncoder(), tmp_path).encode(["a"]).shape == (1, 256)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    kept = KeptEncoder(HashingEncoder(), tmp_path, lambda *parts: told.append(parts))
    kept.encode([str(number) for number in range(100)])
    kept.encode(["1", "new"])
    assert told == [(64, 100), (100, 100), (101, 101)]
    assert kept.encode([]).shape == (0, 256)
