"""`ankomst language`: which language lines of text are in; the word model that helps to tell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from language.identification import identify
from language.languages import LANGUAGES
from language.word_model import MODEL_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from language.word_training import Judged

_SURE = 0.6  # below it a word or two are as good as undecided


@click.group(name="language")
def command() -> None:
    """Identify the language of lines of text; make the word model anew."""


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


@command.command(name="train")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=MODEL_FILE,
    help="Where the model is written; by default in place of the one that ships.",
)
def train_words(output: Path) -> None:
    """Make the word model from the files' messages and articles.

    Seldom done, before a release: new messages change it little. Takes a few minutes and shows the
    share of messages whose language is right on topics that were left out.
    """
    # Articles and scikit-learn take a second to load, which lines of text need not wait for.
    from ankomst.training_data import MESSAGES  # noqa: PLC0415
    from knowledge.articles import passages  # noqa: PLC0415
    from knowledge.content import CONTENT_DIRECTORY  # noqa: PLC0415
    from knowledge.errors import ContentError  # noqa: PLC0415
    from language.word_training import LearntText, train  # noqa: PLC0415
    from understanding.errors import ExamplesError  # noqa: PLC0415
    from understanding.examples import FAQ, read_nlu  # noqa: PLC0415

    try:
        examples = read_nlu(MESSAGES)
        articles = passages(CONTENT_DIRECTORY / "articles")
    except (ExamplesError, ContentError) as error:
        raise click.ClickException(str(error)) from error
    texts = [LearntText(e.text, e.language, e.label, is_message=True) for e in examples]
    texts += [
        LearntText(text, language, f"{FAQ}{topic}", is_message=False)
        for topic, language, text in articles
    ]
    click.echo(f"Learning from {len(texts):,} texts …")
    model, judged = train(texts)
    model.save(output)
    click.echo(_table(judged))
    click.echo(f"Written: {output}")


def _table(judged: Sequence[Judged]) -> str:
    lines = ["".ljust(44) + "".join(name.rjust(8) for name in ("all", *LANGUAGES))]
    for long in (True, False):
        for plain in (False, True):
            group = [one for one in judged if one.plain == plain and (one.words >= 3) == long]
            name = ("three words or more" if long else "one or two words") + (
                ", no diacritics" if plain else ""
            )
            sure = [one for one in group if one.confidence >= _SURE]
            lines.append(f"{name}: right".ljust(44) + _shares(group, lambda one: one.is_right))
            lines.append(
                f"  at least {_SURE} sure".ljust(44)
                + _shares(group, lambda one: one.confidence >= _SURE)
            )
            lines.append("  right of these".ljust(44) + _shares(sure, lambda one: one.is_right))
    return "\n".join(lines)


def _shares(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> str:
    columns = [judged, *([one for one in judged if one.language == code] for code in LANGUAGES)]
    return "".join(
        f"{sum(map(holds, column)) / len(column):8.3f}" if column else "       -"
        for column in columns
    )
