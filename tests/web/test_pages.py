"""Templates of all rooms together."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.errors import DuplicateTemplateError
from web.pages import Pages
from web.static_files import StaticFiles


def test_no_room_can_hide_the_template_of_another(tmp_path: Path) -> None:
    for room in ("one", "other"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "list.html").write_text(room)
    with pytest.raises(DuplicateTemplateError, match=r"list\.html"):
        Pages([tmp_path / "one", tmp_path / "other"], StaticFiles({}))


def test_templates_are_found_in_every_room(tmp_path: Path) -> None:
    for room in ("one", "other"):
        (tmp_path / room).mkdir()
        (tmp_path / room / f"{room}.html").write_text("{{ language }}")
    pages = Pages([tmp_path / "one", tmp_path / "other"], StaticFiles({}))
    assert [pages.html("one.html", "lt"), pages.html("other.html", "da")] == ["lt", "da"]
