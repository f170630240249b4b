"""The drawing of the topics confused most: a square for each two, the darker the more messages."""

from __future__ import annotations

from dataclasses import dataclass

from understanding.confusions import Confusion, Confusions
from understanding.examples import OUT_OF_SCOPE

MOST_ROWS = 15
"""More could not be told apart."""

SHADES = 5


@dataclass(frozen=True)
class Square:
    """What went from the label of its row to that of its column.

    Attributes:
        confusion: None where there is none.
        shade: 1 to `SHADES`, the darkest; 0 where there is none.
        is_right: Whether this is where messages of this row belong.
    """

    confusion: Confusion | None
    shade: int
    is_right: bool


@dataclass(frozen=True)
class HeatMap:
    """Where messages about the topics that are confused most went.

    Attributes:
        labels: Of the rows, in their order; the last one is out of scope.
        rows: The squares of each row; of the last column is what no answer was found for.
    """

    labels: list[str]
    rows: list[list[Square]]


def heat_map(found: Confusions) -> HeatMap:
    """Return the drawing of what a model confuses."""
    topics = found.most_confused(MOST_ROWS - 1)
    labels, columns = [*topics, OUT_OF_SCOPE], [*topics, None]
    pairs = {(pair.label, pair.went_to): pair for pair in found.pairs}
    drawn = [pair.count for pair in found.pairs if pair.label in labels and pair.went_to in columns]
    most = max(drawn, default=1)

    def square(row: int, column: int) -> Square:
        pair = pairs.get((labels[row], columns[column]))
        return Square(pair, -(-SHADES * pair.count // most) if pair else 0, row == column)

    places = range(len(labels))
    return HeatMap(labels, [[square(row, column) for column in places] for row in places])
