"""Files and YAML with mistakes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from knowledge.errors import ContentError
from knowledge.strict_yaml import (
    MAX_FILE_BYTES,
    Day,
    Line,
    WebAddress,
    parse_yaml,
    read_text,
    read_yaml,
)


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: Day
    line: Line = "x"
    url: WebAddress = "https://example.org/"


# Either would take hours, and gigabytes, if it were read.
MERGE_BOMB = "a: &a {x: 1, y: 2}\n" + "".join(
    f"{own}: &{own} {{<<: [{', '.join([f'*{before}'] * 9)}]}}\n"
    for before, own in pairwise("abcdefghijkl")
)
LIST_BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{own}: &{own} [{', '.join([f'*{before}'] * 9)}]\n" for before, own in pairwise("abcdefghijkl")
)


def finding(text: str) -> str:
    with pytest.raises(ContentError) as caught:
        parse_yaml(text, Path("a.yml"), Sample)
    (found,) = caught.value.findings
    return str(found)


def test_a_date_is_read_with_and_without_quotes() -> None:
    assert parse_yaml("day: 2026-11-23", Path("a.yml"), Sample).day == date(2026, 11, 23)
    assert parse_yaml("day: '2026-11-23'", Path("a.yml"), Sample).day == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day: 20261123", "day: write the date as 2026-11-23"),
        ("day: 2026-13-01", "month"),
        ("day: 2026-11-23T10:00:00", "day: write the date as 2026-11-23"),
        ("line: x", "day is missing; add it"),
        ("day: 2026-11-23\nlien: x", "unknown key lien"),
        ("day: 2026-11-23\nline: ''", "line: "),
        ("day: 2026-11-23\nline: 5", "line: "),
        ('day: 2026-11-23\nline: "a\\tb"', "control characters"),
        ('day: 2026-11-23\nline: "a\\u2028b"', "control characters"),
        ("day: 2026-11-23\nurl: skat.dk", "url: "),
        ("day: 2026-11-23\nurl: javascript:alert(1)", "url: "),
        ("day: 2026-11-23\nday: 2026-11-24", 'line 2: broken YAML (found duplicate key "day"'),
        ("day: [", "broken YAML"),
        ("day: 2026-11-23\n  line: x", "line 2: broken YAML"),
        ("- a", "must be keys with values"),
        ("", "must be keys with values"),
        ("day: !!python/object:os.system 1", "broken YAML"),
        ("a: " + "[" * 5000, "broken YAML"),
        ("day: 2026-11-23\nline: 'x", "broken YAML"),
        ("day: 0000-01-01", "line 1: there is no date 0000-01-01"),
        ("line: x\nday: 2026-02-30", "line 2: there is no date 2026-02-30"),
        ("day: 99999-01-01", "day: "),
        ("day: 9999-12-31", "day: write a day from 1900 to 2999"),
        ("day: 0001-01-01", "day: write a day from 1900 to 2999"),
        ("day: '2026-02-30'", "day: "),
        ("day: &d 2026-11-23\nline: *d", "line 2: *d stands for something else; write out"),
        (MERGE_BOMB, "line 2: *a stands for something else"),
        (LIST_BOMB, "line 2: *a stands for something else"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(text: str, said: str) -> None:
    found = finding(text)
    assert found.startswith("a.yml: ")
    assert said in found
    assert "\n" not in found


def test_a_file_of_5_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yml"
    path.write_bytes(b"a" * 5_000_000)
    with pytest.raises(ContentError, match=rf"5,000,000 bytes, more than the {MAX_FILE_BYTES:,}"):
        read_yaml(path, Sample)


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.yml"
    path.write_bytes("day: 2026-11-23 # blåbær".encode("latin-1"))
    with pytest.raises(ContentError, match=r"not UTF-8 .* encoding UTF-8"):
        read_yaml(path, Sample)


def test_line_ends_and_byte_order_mark_of_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.yml"
    path.write_bytes(b"\xef\xbb\xbfday: 2026-11-23\r\nline: x\r\n")
    assert read_text(path) == "day: 2026-11-23\nline: x\n"


def test_a_control_character_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "null.yml"
    path.write_bytes(b"day: 2026-11-23\nline: a\x00b\n")
    with pytest.raises(ContentError, match="line 2: holds a control character"):
        read_text(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_text(tmp_path / "absent.yml")
    with pytest.raises(ContentError, match="cannot be read"):
        read_text(tmp_path)
