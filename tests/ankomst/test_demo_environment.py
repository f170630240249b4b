"""The settings of a first start are complete, private, and different each time."""

from __future__ import annotations

from pathlib import Path

from ankomst.demo_environment import write_demo_environment
from settings import load
from storage.originals import Originals


def test_the_first_start_gets_working_settings_of_its_own(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "env", tmp_path / "b" / "env"
    write_demo_environment(first)
    write_demo_environment(second)
    configuration = load(first)
    assert configuration.demo
    assert configuration.imap_security == "none"
    assert configuration.old_mail == "as_new"
    Originals(configuration.originals_keys.get_secret_value())
    assert len(configuration.session_key.get_secret_value()) >= 32
    assert configuration.session_key != load(second).session_key
    assert first.stat().st_mode & 0o077 == 0
