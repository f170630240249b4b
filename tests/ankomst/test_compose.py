"""docker-compose.yml starts what the supervisor starts, with settings that exist."""

from __future__ import annotations

import click
import yaml

from ankomst.cli import ankomst
from ankomst.supervisor import processes
from settings import PREFIX, ROOT, Settings

_COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
_OURS = {
    name: service
    for name, service in _COMPOSE["services"].items()
    if service.get("image") == "ankomst"
}


def test_every_variable_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for service in _OURS.values():
        assert set(service["environment"]) <= known


def test_the_values_are_accepted() -> None:
    for service in _OURS.values():
        values = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in service["environment"].items()
        }
        assert Settings(_env_file=None, **values).redis_url


def test_the_processes_are_those_of_the_supervisor() -> None:
    started = processes(Settings(_env_file=None, demo=False))
    del started["ready"]
    assert {
        name: service["command"] for name, service in _OURS.items() if name != "setup"
    } == started


def test_every_command_exists() -> None:
    for service in _OURS.values():
        command: click.Command | None = ankomst
        for word in service["command"].split():
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)
        assert command is not None


def test_only_the_pages_are_reached_from_outside() -> None:
    assert [name for name, service in _COMPOSE["services"].items() if service.get("ports")] == [
        "web"
    ]
    assert _COMPOSE["networks"]["internal"]["internal"] is True
