"""Settings are read once, strictly, and each is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import PREFIX, Settings, SettingsError, load

ROOT = Path(__file__).parent.parent


def test_an_unknown_variable_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKOMST_WEBPORT", "1")
    with pytest.raises(SettingsError, match="ANKOMST_WEBPORT is no setting"):
        load(None)


def test_an_unknown_name_in_the_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "e").write_text("ANKOMST_WEBPORT=1\n")
    with pytest.raises(SettingsError, match="WEBPORT"):
        load(tmp_path / "e")


def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKOMST_WEB_PORT", "many")
    with pytest.raises(SettingsError, match="ANKOMST_WEB_PORT"):
        load(None)


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "e").write_text("ANKOMST_WEB_PORT=1\nANKOMST_RASA_PORT=2\n")
    monkeypatch.setenv("ANKOMST_WEB_PORT", "3")
    configuration = load(tmp_path / "e")
    assert (configuration.web_port, configuration.rasa_port) == (3, 2)


def test_forward_addresses_are_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKOMST_FORWARD_ADDRESSES", "tax=a@example.test, jobseeker=b@example.test")
    assert load(None).forward_addresses == {
        "tax": "a@example.test",
        "jobseeker": "b@example.test",
    }
    monkeypatch.setenv("ANKOMST_FORWARD_ADDRESSES", "parking=a@example.test")
    with pytest.raises(SettingsError, match="FORWARD_ADDRESSES"):
        load(None)


def test_addresses_of_authorities_are_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKOMST_AUTHORITY_ADDRESSES", "siri=sikker@siri.example.test")
    assert load(None).authority_addresses == {"siri": "sikker@siri.example.test"}
    monkeypatch.setenv("ANKOMST_AUTHORITY_ADDRESSES", "parking=a@example.test")
    with pytest.raises(SettingsError, match="AUTHORITY_ADDRESSES"):
        load(None)


def test_secrets_print_as_stars() -> None:
    shown = repr(Settings(session_key="very secret", imap_password="hidden"))
    assert "very secret" not in shown
    assert "hidden" not in shown


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"`{PREFIX}{name.upper()}`" in text, name
        assert field.description
        assert field.description in text, name


def test_origins_are_written_as_browsers_send_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKOMST_WIDGET_ORIGINS", "https://www.example.dk, http://127.0.0.1:8080")
    assert load(None).widget_origins == ("https://www.example.dk", "http://127.0.0.1:8080")
    for wrong in ("*", "example.dk", "https://www.example.dk/", "https://Example.dk"):
        monkeypatch.setenv("ANKOMST_WIDGET_ORIGINS", wrong)
        with pytest.raises(SettingsError, match="WIDGET_ORIGINS"):
            load(None)
