"""Lines taken up in batches."""

from __future__ import annotations

import io
import os

import pytest

from ankomst.json_lines import read_batches


def test_lines_are_numbered_and_in_order() -> None:
    stream = io.BytesIO(b"a\n\n  \nb\nc")
    batches = list(read_batches(stream, 2))
    assert [item for batch in batches for item in batch] == [(1, b"a\n"), (4, b"b\n"), (5, b"c")]
    assert all(1 <= len(batch) <= 2 for batch in batches)


@pytest.mark.parametrize("size", [1, 3, 64])
def test_a_long_file_comes_whole(size: int) -> None:
    stream = io.BytesIO(b"".join(b"%d\n" % number for number in range(1000)))
    batches = list(read_batches(stream, size))
    assert [int(line) for batch in batches for _, line in batch] == list(range(1000))
    assert max(len(batch) for batch in batches) <= size


def test_a_line_does_not_wait_for_the_next_one() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as stream, os.fdopen(write, "wb", buffering=0) as other_end:
        batches = read_batches(stream, 64)
        for text in (b"a\n", b"b\n"):
            other_end.write(text)
            assert [line for _, line in next(batches)] == [text]
        other_end.close()
        assert list(batches) == []


class BrokenStream(io.BytesIO):
    """Gives a line, then fails as a disk does."""

    def __init__(self) -> None:
        super().__init__(b"a\n")

    def __next__(self) -> bytes:
        line = self.readline()
        if not line:
            raise OSError("input/output error")
        return line


def test_a_failure_to_read_is_raised_after_what_was_read() -> None:
    batches = read_batches(BrokenStream(), 8)
    assert next(batches) == [(1, b"a\n")]
    with pytest.raises(OSError, match="input/output error"):
        next(batches)
