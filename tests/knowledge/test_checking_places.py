"""What `ankomst knowledge check` finds about centres and municipalities."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.centre_files import CentreFile, read_centres
from knowledge.checking_places import place_findings
from knowledge.content import CONTENT_DIRECTORY

PATH = CONTENT_DIRECTORY / "centres.yml"
TODAY = date(2026, 11, 27)


def found(tmp_path: Path, old: str, new: str, today: date = TODAY) -> list[str]:
    text = PATH.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "centres.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [finding.message for finding in place_findings(path, read_centres(path), today)]


@pytest.mark.parametrize("today", [TODAY, date(2026, 12, 31), date(2027, 1, 1), date(2040, 1, 1)])
def test_the_projects_own_file_is_in_order(tmp_path: Path, today: date) -> None:
    assert found(tmp_path, "centres:", "centres:", today) == []


def test_municipalities_are_all_there_under_their_names(tmp_path: Path) -> None:
    missing, unknown = found(tmp_path, "name: Dragør", "name: Dragoer")
    assert missing == "has not all 98 municipalities; add Dragør."
    assert unknown.startswith("Dragoer: not in language/data/municipalities.yml")
    file = read_centres(PATH)
    few = CentreFile(centres=file.centres, municipalities=file.municipalities[:90])
    (message,) = (finding.message for finding in place_findings(PATH, few, TODAY))
    assert message.endswith("and 3 more.")


def test_a_day_without_a_record_is_told(tmp_path: Path) -> None:
    hjorring = "Hjørring\n  code: '0860'\n  records:\n  - {"
    later = hjorring + "valid_from: 2026-12-01, "
    assert found(tmp_path, hjorring, later) == [
        "Hjørring has no record before 2026-12-01; add the one that holds today."
    ]
    assert found(tmp_path, hjorring, later, date(2026, 12, 1)) == []
