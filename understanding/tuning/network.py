"""The encoder's network in PyTorch: a BERT of twelve layers (Devlin et al. 2019, arXiv:1810.04805).

Built from a weight file it gives the same vectors as the engine (cosine 0.9999), and it can learn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from understanding.tuning.weight_file import BLOCK, DIVISORS, Shape, WeightFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_DROPOUT = 0.1
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")


class _FourBits(torch.autograd.Function):
    """What four bits leave of a matrix; gradients pass through as if nothing had been rounded."""

    @staticmethod
    def forward(_context: Any, matrix: Any) -> Any:
        rows = matrix.reshape(-1, BLOCK)
        largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
        best, least = torch.zeros_like(rows), torch.full_like(largest, torch.inf)
        for divisor in DIVISORS:
            scales = (largest / divisor).half().float()
            safe = torch.where(scales == 0, 1.0, scales)
            rounded = (rows / safe).round().clamp(-8, 7) * scales
            loss = ((rounded - rows) ** 2).sum(dim=1, keepdim=True)
            best = torch.where(loss < least, rounded, best)
            least = torch.minimum(loss, least)
        return best.view_as(matrix)

    @staticmethod
    def backward(_context: Any, gradient: Any) -> Any:
        return gradient


class _Layer(nn.Module):
    def __init__(self, shape: Shape, epsilon: float) -> None:
        super().__init__()
        width, inner = shape.width, shape.inner
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.aln, self.oln = nn.LayerNorm(width, epsilon), nn.LayerNorm(width, epsilon)
        self.dropout = nn.Dropout(_DROPOUT)
        self._heads = shape.heads

    def forward(self, x: Any, mask: Any, *, rounded: bool) -> Any:
        def through(linear: Any, values: Any) -> Any:
            weight = _FourBits.apply(linear.weight) if rounded else linear.weight
            return functional.linear(values, weight, linear.bias)

        texts, length, width = x.shape

        def by_head(values: Any) -> Any:
            return values.view(texts, length, self._heads, width // self._heads).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(
            *(by_head(through(linear, x)) for linear in (self.q, self.k, self.v)), attn_mask=mask
        )
        joined = attended.transpose(1, 2).reshape(texts, length, width)
        x = self.aln(x + self.dropout(through(self.ao, joined)))
        inner = functional.gelu(through(self.fi, x))
        return self.oln(x + self.dropout(through(self.fo, inner)))


class Network(nn.Module):
    """The encoder.

    Args:
        file: Its weights.

    Attributes:
        rounded: Whether matrices count as what four bits will leave of them.
    """

    def __init__(self, file: WeightFile) -> None:
        super().__init__()
        shape = file.shape
        self.word = nn.Embedding(shape.vocabulary, shape.width)
        self.word.weight.requires_grad_(requires_grad=False)  # pieces no message holds stay true
        self.position = nn.Embedding(shape.positions, shape.width)
        self.kind = nn.Embedding(shape.kinds, shape.width)
        self.norm = nn.LayerNorm(shape.width, file.epsilon)
        self.dropout = nn.Dropout(_DROPOUT)
        self.layers = nn.ModuleList(_Layer(shape, file.epsilon) for _ in range(shape.layers))
        self.rounded = False
        with torch.no_grad():
            for name, parameter in self._named():
                values = torch.from_numpy(np.array(file.tensors[name]))
                parameter.copy_(values.reshape(parameter.shape))

    def forward(self, pieces: Any, mask: Any) -> Any:
        """Return n × width vectors of unit length.

        Args:
            pieces: n × length numbers of pieces, padded.
            mask: n × length, true where there is a piece.
        """
        x = self.word(pieces) + self.position.weight[: pieces.shape[1]] + self.kind.weight[0]
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :], rounded=self.rounded)
        present = mask[..., None].to(x.dtype)
        return functional.normalize((x * present).sum(dim=1) / present.sum(dim=1), dim=1)

    def weights(self, file: WeightFile) -> WeightFile:
        """Return the file that it was built from with the weights as they are now."""
        learnt = {
            name: parameter.detach().numpy().reshape(file.tensors[name].shape)
            for name, parameter in self._named()
        }
        return replace(file, tensors={name: learnt[name] for name in file.tensors})

    def _named(self) -> Iterator[tuple[str, Any]]:
        """Yield each parameter with the weight file's name for it."""
        yield "emb.word", self.word.weight
        yield "emb.pos", self.position.weight
        yield "emb.type", self.kind.weight
        yield from (("emb.ln.w", self.norm.weight), ("emb.ln.b", self.norm.bias))
        for number, layer in enumerate(self.layers):
            for name in (*_MATRICES, *_NORMS):
                part = getattr(layer, name)
                yield from (
                    (f"l{number}.{name}.w", part.weight),
                    (f"l{number}.{name}.b", part.bias),
                )
