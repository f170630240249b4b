"""`ankomst language`: which language lines of text are in."""

from __future__ import annotations

import json
import sys
from typing import TextIO

import click

from language.identification import identify


@click.group(name="language")
def command() -> None:
    """Identify the language of lines of text."""


@command.command(name="identify")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def identify_lines(file: TextIO) -> None:
    """Read lines of text; write a JSON line for each, with its language and confidence."""
    try:
        for line in file:
            found = identify(line.rstrip("\n"))
            result = {"language": found.language, "confidence": round(found.confidence, 4)}
            sys.stdout.write(json.dumps(result) + "\n")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"The text is not UTF-8: {error}") from error
