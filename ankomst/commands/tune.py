"""`ankomst tune`: tune the sentence encoder; seldom done, before a release."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ankomst.training_data import MESSAGES
from knowledge.articles import passages
from settings import ROOT
from understanding.encoder import TUNED_ON, TUNED_WEIGHTS, carried_weights
from understanding.errors import EncoderError, ExamplesError
from understanding.examples import FAQ, read_nlu
from understanding.spelling import prepare, prepare_passage
from understanding.tuned_on import (
    is_kept_back,
    read_fingerprints,
    text_fingerprint,
    write_fingerprints,
)
from understanding.tuning.vocabulary import prune
from understanding.tuning.weight_file import read, write

_ARTICLES = ROOT / "knowledge" / "articles"
# They teach what belongs to a topic, the messages how people ask for it.
_SHARE_OF_PASSAGES = 0.25
_FURTHER_RATE = 1.5e-4
_SHORTEST_PASSAGE, _LONGEST_PASSAGE = 30, 220


@click.command(name="tune")
@click.option("--passes", type=click.IntRange(1, 100), default=6, show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=TUNED_WEIGHTS,
    help="Where the weights are written; by default in place of those that ship.",
)
@click.option(
    "--further",
    is_flag=True,
    help="Begin at the weights that ship: quicker, where messages were added or changed.",
)
def command(passes: int, output: Path, *, further: bool) -> None:
    """Tune the sentence encoder on the files' messages and articles.

    Needs PyTorch (uv sync --group tuning) and takes the better part of an hour on two cores. One message in
    eight is kept back, so that confidence can be measured on it.
    """
    try:
        from understanding.tuning.tuning import Recipe, TuningText, tune  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise click.ClickException(
            "Tuning needs PyTorch; install it with: uv sync --group tuning"
        ) from error
    try:
        examples = read_nlu(MESSAGES)
        weights = read(TUNED_WEIGHTS) if further else prune(read(carried_weights()))
        known = read_fingerprints(TUNED_ON) if further else frozenset()
    except (ExamplesError, EncoderError) as error:
        raise click.ClickException(str(error)) from error
    chosen = [example for example in examples if not is_kept_back(example.text)]
    texts = [
        TuningText(prepare(example.text), example.label, example.language) for example in chosen
    ]
    texts += [
        TuningText(_beginning(prepare_passage(text)), f"{FAQ}{topic}", share=_SHARE_OF_PASSAGES)
        for topic, _, text in passages(_ARTICLES)
        if len(text) >= _SHORTEST_PASSAGE
    ]
    recipe = Recipe(passes=passes, rate=_FURTHER_RATE) if further else Recipe(passes=passes)
    started = time.monotonic()
    click.echo(f"Tuning on {len(texts):,} texts, {passes} times …")

    def report(line: str) -> None:
        click.echo(f"  {line} ({time.monotonic() - started:,.0f} s)")

    write(output, tune(weights, texts, recipe, report))
    new = {text_fingerprint(example.text) for example in chosen}
    write_fingerprints(output.with_name(TUNED_ON.name), known | new)
    click.echo(f"Tuned: {output}. Now train with: ankomst train")


def _beginning(passage: str) -> str:
    if len(passage) <= _LONGEST_PASSAGE:
        return passage
    return passage[:_LONGEST_PASSAGE].rsplit(" ", 1)[0]
