"""What the documents name is there, and what is there is named."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from ankomst.cli import ankomst
from settings import ROOT

_DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", _DOCUMENTS, ids=[path.name for path in _DOCUMENTS])
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub("`[^`]*`", "", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (document.parent / target).exists(), target


def test_every_path_in_the_architecture_exists() -> None:
    paths = re.findall(r"^\|(?: \d \|)? `([^`]+)`", _ARCHITECTURE, flags=re.MULTILINE)
    assert len(paths) > 20
    for path in paths:
        assert (ROOT / path).exists(), path


def test_every_room_is_described() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    for room in rooms:
        assert f"| `{room}/` |" in _ARCHITECTURE, room


def test_every_group_of_commands_is_documented() -> None:
    documents = "\n".join(path.read_text(encoding="utf-8") for path in _DOCUMENTS)
    for name in ankomst.list_commands(click.Context(ankomst)):
        if name not in {"ready", "mailservers", "web"}:
            assert f"`ankomst {name}" in documents, name


def test_the_readme_begins_with_the_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:24]
    assert any("make run" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)
