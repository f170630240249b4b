"""The tuning itself: texts about the same topic are drawn together, across languages.

The network learns to tell the labels of messages, and of the articles' passages, apart with one
linear layer over its vectors, which is thrown away afterwards. From half of the way on matrices
count as what four bits will leave of them, so that the rounding costs nothing at the end.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from understanding.tuning.asides import with_aside
from understanding.tuning.network import Network
from understanding.tuning.spoiling import spoil
from understanding.tuning.tokeniser import Tokeniser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from language.languages import Language
    from understanding.tuning.weight_file import WeightFile

_PREFIX = "query: "  # as understanding.encoder encodes every text
_MOST_PIECES = 80  # a text of three sentences
_WARMING = 0.06  # of all steps, while the rate of learning rises
_HEAD_RATE = 10.0  # times that of the network
_STEEPNESS = 20.0  # cosines lie between -1 and 1, logits must not
_SORTED_TOGETHER = 40  # batches: texts of like length go together


@dataclass(frozen=True)
class TuningText:
    """A text to learn from.

    Attributes:
        text: As `understanding.spelling.prepare` leaves it.
        label: As of training messages.
        language: Of a message, to which something may be added; None for a passage.
        share: In what share of the passes it takes part, 0 to 1.
    """

    text: str
    label: str
    language: Language | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """How it is tuned.

    Attributes:
        passes: How often all texts are gone through.
        rate: The highest rate of learning.
        batch: Texts a step.
        smoothing: How much of each label's certainty is spread over the others.
        rounded_from: From what share of the passes on matrices are rounded.
        seed: Of all chance.
    """

    passes: int = 6
    rate: float = 2e-4
    batch: int = 32
    smoothing: float = 0.1
    rounded_from: float = 0.5
    seed: int = 1


def tune(
    file: WeightFile,
    texts: Sequence[TuningText],
    recipe: Recipe,
    report: Callable[[str], None],
) -> WeightFile:
    """Return the weights tuned on texts.

    Args:
        file: The weights to begin with.
        texts: Of all labels and languages.
        recipe: How.
        report: Called after each pass with a line for the person who waits.
    """
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311 (nothing secret)
    labels = {label: place for place, label in enumerate(sorted({t.label for t in texts}))}
    network, tokeniser = Network(file), Tokeniser(file.pieces)
    head = nn.Linear(file.shape.width, len(labels))
    _begin_at_means(head, network, tokeniser, texts, labels)
    steps = recipe.passes * -(-int(sum(t.share for t in texts)) // recipe.batch)
    optimiser, schedule = _optimiser(network, head, recipe.rate, steps)
    network.train()
    for number in range(recipe.passes):
        network.rounded = number >= recipe.passes * recipe.rounded_from
        chosen = [t for t in texts if chance.random() < t.share]
        losses = []
        for batch in _batches(chosen, recipe.batch, chance):
            pieces, mask = _padded([_as_typed(t, chance) for t in batch], tokeniser)
            wanted = torch.tensor([labels[t.label] for t in batch])
            with torch.autocast("cpu", torch.bfloat16):
                vectors = network(pieces, mask)
            loss = functional.cross_entropy(
                _STEEPNESS * head(vectors.float()), wanted, label_smoothing=recipe.smoothing
            )
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            losses.append(loss.item())
        report(f"pass {number + 1} of {recipe.passes}: loss {sum(losses) / len(losses):.3f}")
    return network.weights(file)


def _as_typed(text: TuningText, chance: random.Random) -> str:
    whole = with_aside(text.text, text.language, chance) if text.language else text.text
    return spoil(whole, chance)


def _optimiser(network: Network, head: nn.Linear, rate: float, steps: int) -> tuple[Any, Any]:
    learnt = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in learnt if p.ndim > 1], "weight_decay": 0.01},
            {"params": [p for p in learnt if p.ndim == 1], "weight_decay": 0.0},
            {"params": head.parameters(), "lr": _HEAD_RATE * rate, "weight_decay": 0.0},
        ],
        lr=rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    warming = max(1.0, _WARMING * steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / warming) * max(0.0, 1 - step / steps)
    )
    return optimiser, schedule


def _begin_at_means(
    head: nn.Linear,
    network: Network,
    tokeniser: Tokeniser,
    texts: Sequence[TuningText],
    labels: dict[str, int],
) -> None:
    """Begin the layer at the mean of each label's vectors: the network is then moved less."""
    means = torch.zeros(len(labels), head.in_features)
    counts = torch.zeros(len(labels), 1)
    network.eval()
    for start in range(0, len(texts), 128):
        batch = texts[start : start + 128]
        pieces, mask = _padded([t.text for t in batch], tokeniser)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            vectors = network(pieces, mask).float()
        places = torch.tensor([labels[t.label] for t in batch])
        means.index_add_(0, places, vectors)
        counts.index_add_(0, places, torch.ones(len(batch), 1))
    centred = means / counts - means.sum(dim=0) / counts.sum()
    with torch.no_grad():
        head.weight.copy_(functional.normalize(centred, dim=1))
        head.bias.zero_()


def _batches(
    texts: Sequence[TuningText], size: int, chance: random.Random
) -> Iterator[Sequence[TuningText]]:
    shuffled = list(texts)
    chance.shuffle(shuffled)
    batches: list[list[TuningText]] = []
    together = size * _SORTED_TOGETHER
    for start in range(0, len(shuffled), together):
        part = sorted(shuffled[start : start + together], key=lambda t: len(t.text))
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    chance.shuffle(batches)
    yield from batches


def _padded(texts: Sequence[str], tokeniser: Tokeniser) -> tuple[Any, Any]:
    rows = [tokeniser.encode(f"{_PREFIX}{text}", _MOST_PIECES) for text in texts]
    longest = max(map(len, rows))
    pieces = torch.full((len(rows), longest), tokeniser.padding)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    for number, row in enumerate(rows):
        pieces[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = True
    return pieces, mask
