"""JSON lines from a file or a pipe, taken up in batches without waiting for the next one."""

from __future__ import annotations

import queue
import threading
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_batches(stream: IO[bytes], most: int) -> Iterator[list[tuple[int, bytes]]]:
    """Yield numbered lines in order, as many at a time as have come in.

    A file comes in full batches; a program that writes a line and waits for its answer gets it.

    Args:
        stream: Where the lines come from. Lines of white space alone are left out, but counted.
        most: The size of a full batch.
    """
    lines: queue.Queue[tuple[int, bytes] | OSError | None] = queue.Queue(maxsize=2 * most)
    threading.Thread(target=_read, args=(stream, lines), daemon=True).start()
    while True:
        batch: list[tuple[int, bytes]] = []
        item = lines.get()
        while isinstance(item, tuple):
            batch.append(item)
            if len(batch) == most or lines.empty():
                break
            item = lines.get()
        if batch:
            yield batch
        if isinstance(item, OSError):
            raise item
        if item is None:
            return


def _read(stream: IO[bytes], lines: queue.Queue[tuple[int, bytes] | OSError | None]) -> None:
    try:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                lines.put((number, line))
    except OSError as error:
        lines.put(error)
    else:
        lines.put(None)
