"""Tables as files for a spreadsheet: CSV as Excel takes it in Danish."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import StreamingResponse

# What makes a spreadsheet take a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

# Excel takes a file for UTF-8 by this mark, and in Danish wants semicolons.
_MARK = "\ufeff"


def spreadsheet(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> StreamingResponse:
    """Return a table as a file to be saved.

    Args:
        name: Of the file.
        columns: What stands above the rows.
        rows: As they are sent, one after the other.
    """

    def _lines() -> Iterable[str]:
        yield _MARK + line(columns)
        for cells in rows:
            yield line(cells)

    return StreamingResponse(
        _lines(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def line(cells: Sequence[str]) -> str:
    """Return one line; no cell is taken for a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(
        f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells
    )
    return text.getvalue()
