"""`ankomst tune`, where PyTorch is not installed: as in tests, and on servers."""

from __future__ import annotations

import importlib.util

import pytest
from click.testing import CliRunner

from ankomst.commands.tune import command


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is not None, reason="PyTorch is installed, so it would tune."
)
def test_without_pytorch_it_says_how_to_install_it() -> None:
    answer = CliRunner().invoke(command)
    assert answer.exit_code == 1
    assert "uv sync --group tuning" in answer.output
