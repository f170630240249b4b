"""The command `ankomst`: groups are loaded when they are used, so that each starts quickly."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

from settings import SettingsError
from storage.database import DatabaseUnavailableError
from storage.originals import OriginalsError

# name -> (module in ankomst.commands, one line for `ankomst --help`)
_COMMANDS = {
    "bot": ("bot", "Parse messages as the bot does; run its servers."),
    "database": ("database", "Bring the database to the present schema."),
    "evaluate": ("evaluate", "Measure understanding by cross-validation."),
    "knowledge": ("knowledge", "Import, export and check articles."),
    "language": ("language", "Identify the language of lines of text."),
    "mailservers": ("mailservers", "Run the embedded mail servers of the demo."),
    "messages": ("messages", "Import and export the training messages."),
    "originals": ("originals", "Keys of the encrypted originals."),
    "ready": ("ready", "Wait until the system answers and print its addresses."),
    "run": ("run", "Set up and start the whole system."),
    "setup": ("setup", "Migrate, import articles and messages, train if needed."),
    "train": ("train", "Make and use a model of the present files."),
    "trainer": ("trainer", "Carry out trainings that admins ask for."),
    "tune": ("tune", "Tune the sentence encoder; seldom, needs PyTorch."),
    "triage": ("triage", "Classify mail; run the worker."),
    "users": ("users", "Add users of the desk."),
    "web": ("web", "Serve the pages."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ankomst.commands.{_COMMANDS[cmd_name][0]}")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"ankomst.commands.{cmd_name}.command is no click command.")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(_COMMANDS.items())])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def ankomst() -> None:
    """Ankomst, the front office of an International Citizen Service."""


def main() -> NoReturn:
    """Run the command line; what is wrong is one line on standard error and an exit code."""
    # Has to be set before scikit-learn loads OpenMP: where processes share cores, its threads
    # otherwise spin a hundred times longer than the encoder computes.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        code = ankomst(standalone_mode=False)
    except click.ClickException as error:
        _complain(error.format_message())
        sys.exit(error.exit_code)
    except (SettingsError, DatabaseUnavailableError, OriginalsError) as error:
        _complain(str(error))
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str) -> None:
    click.echo("ankomst: " + " ".join(message.split()), err=True)
