"""The command line says what is wrong in one line and ends with a code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ANKOMST = Path(sys.executable).parent / "ankomst"


def _run(*arguments: str, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_ANKOMST, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("language", "identify", "--wrong"), ("language", "identify", "/no/such/file")],
)
def test_a_wrong_call_is_one_line_and_a_code(arguments: tuple[str, ...]) -> None:
    done = _run(*arguments)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith("ankomst: ")
    assert done.stderr.count("\n") == 1


def test_an_unknown_setting_stops_any_command() -> None:
    done = _run("database", "upgrade", ANKOMST_DATABSE_URL="sqlite://")
    assert done.returncode == 1
    assert "ANKOMST_DATABSE_URL is no setting" in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_lists_every_group() -> None:
    done = _run("--help")
    assert done.returncode == 0
    for name in ("bot", "database", "knowledge", "language", "train", "triage", "users", "web"):
        assert f"\n  {name} " in done.stdout


def test_lines_of_text_get_their_language() -> None:
    done = _run("language", "identify", text="Wie bekomme ich eine Steuerkarte?\n???\n")
    assert done.returncode == 0
    assert '"language": "de"' in done.stdout.splitlines()[0]
    assert '"language": null' in done.stdout.splitlines()[1]
