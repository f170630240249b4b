"""`ankomst bot`: parse messages as the bot does; run its two servers."""

from __future__ import annotations

import json
import sys
from typing import IO

import click

from ankomst.active_model import active_model
from ankomst.commands.bot_servers import actions, rasa
from ankomst.json_lines import read_batches
from language.languages import LANGUAGES, Language, is_language
from settings import settings

_BATCH = 64


@click.group(name="bot")
def command() -> None:
    """Parse messages as the bot does; run its servers."""


command.add_command(actions)
command.add_command(rasa)


class _LineError(ValueError):
    """A line of the input is no message; the message says why."""


@command.command(name="parse")
@click.argument("file", type=click.File("rb"), default="-")
def parse(file: IO[bytes]) -> None:
    """Read JSON lines {"text", "language"?}; write for each what was understood.

    The output has one JSON line for each, in order: language, intent, topic, confidence, band,
    ranking and entities. No server is needed.
    """
    model = active_model(settings())
    output = sys.stdout.buffer
    for batch in read_batches(file, _BATCH):
        messages: list[tuple[str, Language | None]] = []
        failure: click.ClickException | None = None
        for number, line in batch:
            try:
                messages.append(_message(line))
            except _LineError as error:
                failure = click.ClickException(f"line {number}: {error}")
                break
        for understood in model.understand_all(messages):
            result = json.dumps(understood.as_dict(), ensure_ascii=False)
            output.write(result.encode() + b"\n")
        output.flush()
        if failure is not None:
            raise failure


def _message(line: bytes) -> tuple[str, Language | None]:
    try:
        value = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _LineError("it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _LineError(f"it is not JSON ({error})") from error
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise _LineError('write {"text": "…"}, or {"text": "…", "language": "da"}')
    language = value.get("language")
    if language is not None and not is_language(language):
        raise _LineError(f"language is one of {', '.join(LANGUAGES)}, or left out")
    return value["text"], language
