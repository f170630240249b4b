"""The trained model: understands a message, judges a mail; kept in one npz file."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from language.entities import Entity, find_entities
from language.identification import Identification, identify
from understanding.bands import RANKED, Band, Decider, Decision, Thresholds
from understanding.classifier import LinearClassifier
from understanding.encoder import Encoder, open_encoder
from understanding.errors import EncoderError, ModelFormatError, ModelMissingError
from understanding.examples import OUT_OF_SCOPE, topic_of
from understanding.mails import MailJudgement, MailWeights, PairClassifier, judge_mail
from understanding.memory import KnownMessages
from understanding.ngrams import BUCKETS, NgramClassifier
from understanding.spelling import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from language.languages import Language

_FORMAT = "ankomst-understanding"
_VERSION = 2

# What numpy raises for a file that is empty, cut short, an array alone, or something else.
_UNREADABLE = (
    *(OSError, ValueError, KeyError, EOFError, AttributeError, TypeError),
    zipfile.BadZipFile,
)


@dataclass(frozen=True)
class Understood:
    """What was understood of a message.

    Attributes:
        text: The message.
        identification: Its language.
        intent: `faq`, a dialogue intent, or `out_of_scope`.
        topic: Slug of the likeliest topic when the intent is `faq`, else None.
        confidence: Calibrated probability that intent and topic are right.
        band: Whether to answer, to offer the closest topics, or to refuse.
        ranking: Up to five topics with their calibrated probabilities, the likeliest first.
        entities: Forms, documents, municipalities and citizenships that were named.
    """

    text: str
    identification: Identification
    intent: str
    topic: str | None
    confidence: float
    band: Band
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the object that `ankomst bot parse` prints; see docs/interfaces.md."""
        return {
            "language": self.identification.language,
            "intent": self.intent,
            "topic": self.topic,
            "confidence": _rounded(self.confidence),
            "band": self.band,
            "ranking": [
                {"topic": topic, "confidence": _rounded(confidence)}
                for topic, confidence in self.ranking
            ],
            "entities": [
                {
                    "kind": entity.kind,
                    "value": entity.value,
                    "text": entity.text,
                    "start": entity.start,
                    "end": entity.end,
                }
                for entity in self.entities
            ],
        }


def _rounded(confidence: float) -> float:
    return round(confidence, 4)


@dataclass(frozen=True)
class Weights:
    """All that training brings forth.

    Attributes:
        topics: Classifier over `faq/<slug>`, dialogue intents and `out_of_scope`.
        thresholds: Of the bands.
        mails: What mails are judged by.
        known: Messages that are known word for word.
    """

    topics: LinearClassifier
    thresholds: Thresholds
    mails: MailWeights
    known: KnownMessages


class Understanding:
    """A trained model with its encoder. May be used from several threads.

    Args:
        encoder: The one whose vectors the weights were trained on.
        weights: As trained.
        messages_fingerprint: `examples.fingerprint` of the messages trained on.
        training_fingerprint: `training.fingerprint_of` everything trained on.
    """

    def __init__(
        self,
        encoder: Encoder,
        weights: Weights,
        messages_fingerprint: str,
        training_fingerprint: str,
    ) -> None:
        self.weights = weights
        self.messages_fingerprint = messages_fingerprint
        self.training_fingerprint = training_fingerprint
        self._encoder = encoder
        self._decider = Decider(weights.topics.labels)

    @property
    def topics(self) -> tuple[str, ...]:
        """The slugs of all topics it knows."""
        slugs = (topic_of(label) for label in self.weights.topics.labels)
        return tuple(slug for slug in slugs if slug is not None)

    def understand(self, text: str, hint: Language | None = None) -> Understood:
        """Understand a message.

        Args:
            text: What a person wrote, in any language, of any length.
            hint: The language of the conversation or of the page.
        """
        return self.understand_all([(text, hint)])[0]

    def understand_all(self, messages: Sequence[tuple[str, Language | None]]) -> list[Understood]:
        """Understand several messages with their hints; each as `understand` does."""
        whole = [(_whole(text), hint) for text, hint in messages]
        prepared = [prepare(text) for text, _ in whole]
        vectors = self._encoder.encode(prepared)
        probabilities = self.weights.topics.probabilities(vectors)
        return [
            self._understood(text, hint, row if ready else None)
            for (text, hint), ready, row in zip(whole, prepared, probabilities, strict=True)
        ]

    def _understood(
        self, text: str, hint: Language | None, probabilities: NDArray[np.float64] | None
    ) -> Understood:
        identification = identify(text, hint)
        if probabilities is None:  # nothing but white space
            decision = Decision(OUT_OF_SCOPE, None, 1.0, "refuse", ())
        else:
            decision = self._decider.decide(
                self.weights.known.apply(text, identification, probabilities),
                self.weights.thresholds,
            )
        return Understood(
            text=text,
            identification=identification,
            intent=decision.intent,
            topic=decision.topic,
            confidence=decision.confidence,
            band=decision.band,
            ranking=decision.ranking[:RANKED],
            entities=tuple(find_entities(text, identification.language)),
        )

    def topic_probabilities(self, text: str) -> dict[str, float]:
        """Return how likely a message is about each topic; what is missing to one is about none.

        Args:
            text: As typed, in any language.
        """
        prepared = prepare(_whole(text))
        if not prepared:
            return dict.fromkeys(self.topics, 0.0)
        row = self.weights.topics.probabilities(self._encoder.encode([prepared]))[0]
        return {
            slug: float(share)
            for label, share in zip(self.weights.topics.labels, row, strict=True)
            if (slug := topic_of(label)) is not None
        }

    def judge_mail(self, text: str) -> MailJudgement:
        """Judge whether a person wrote a mail, and which queue it belongs in.

        Args:
            text: Subject, an empty line, and what was newly written, without quoted mails.
        """
        return judge_mail(text, self.weights.mails, self.weights.topics, self._encoder)

    def save(self, path: Path) -> None:
        """Write the model, whole or not at all. The same model gives the same bytes."""
        weights = self.weights
        header: dict[str, Any] = {
            "format": _FORMAT,
            "version": _VERSION,
            "encoder": {"name": self._encoder.name, "version": self._encoder.version},
            "messages_fingerprint": self.messages_fingerprint,
            "training_fingerprint": self.training_fingerprint,
            "topics": _described(weights.topics),
            "thresholds": asdict(weights.thresholds),
            "mails": {"decided": weights.mails.decided, "held": weights.mails.held},
        }
        pairs = {"queues": weights.mails.queues, "kinds": weights.mails.kinds}
        for name, pair in pairs.items():
            if pair is not None:
                header[name] = {"labels": list(pair.labels), "temperature": pair.temperature}
        known_hashes, known_indices = weights.known.to_arrays()
        arrays = {
            "header": np.array(json.dumps(header)),
            "topic_weights": weights.topics.weights,
            "topic_bias": weights.topics.bias,
            **_arrays_of(pairs),
            "known_hashes": known_hashes,
            "known_indices": known_indices,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".new")
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        os.replace(unfinished, path)  # noqa: PTH105 (the atomic one, by its plain name)

    @classmethod
    def load(cls, path: Path) -> Understanding:
        """Read a model and start its encoder.

        Raises:
            ModelMissingError: There is no such file.
            ModelFormatError: It is no model, is broken, or is of another version.
            EncoderError: Its encoder does not start.
        """
        header, arrays = _read(path)
        try:
            weights = Weights(
                _classifier(header["topics"], arrays["topic_weights"], arrays["topic_bias"]),
                Thresholds(**header["thresholds"]),
                _mail_weights(header, arrays),
                KnownMessages.from_arrays(arrays["known_hashes"], arrays["known_indices"]),
            )
            name, version = header["encoder"]["name"], header["encoder"]["version"]
            prints = header["messages_fingerprint"], header["training_fingerprint"]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise _broken(path, str(error)) from error
        try:
            encoder = open_encoder(name)
        except EncoderError as error:
            raise ModelFormatError(f"{path}: {error} Train anew with: ankomst train") from error
        if encoder.version != version or encoder.dimensions != len(weights.topics.weights):
            raise ModelFormatError(
                f"{path} was trained with version {version} of the encoder {name}, here is "
                f"{encoder.version}; train anew with: ankomst train"
            )
        return cls(encoder, weights, *prints)


def _whole(text: str) -> str:
    """Return a text in which half a character (a lone surrogate, as in JSON) counts as "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _described(classifier: LinearClassifier) -> dict[str, Any]:
    return {"labels": list(classifier.labels), "temperature": classifier.temperature}


def _arrays_of(pairs: Mapping[str, PairClassifier | None]) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_{part}": array
        for name, pair in pairs.items()
        if pair is not None
        for part, array in (
            ("weights", pair.of_meaning.weights),
            ("bias", pair.of_meaning.bias),
            ("word_rarity", pair.of_words.rarity),
            ("word_weights", pair.of_words.weights),
            ("word_bias", pair.of_words.bias),
        )
    }


def _mail_weights(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> MailWeights:
    return MailWeights(
        kinds=_pair("kinds", header, arrays) if "kinds" in header else None,
        queues=_pair("queues", header, arrays),
        decided=float(header["mails"]["decided"]),
        held=float(header["mails"]["held"]),
    )


def _pair(name: str, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> PairClassifier:
    of_meaning = _classifier(
        {"labels": header[name]["labels"], "temperature": 1.0},
        arrays[f"{name}_weights"],
        arrays[f"{name}_bias"],
    )
    labels = of_meaning.labels
    words = NgramClassifier(
        labels,
        arrays[f"{name}_word_rarity"],
        arrays[f"{name}_word_weights"],
        arrays[f"{name}_word_bias"],
    )
    if (
        words.rarity.shape != (BUCKETS,)
        or words.weights.shape != (BUCKETS, len(labels))
        or words.bias.shape != (len(labels),)
    ):
        raise ValueError("the weights of words do not fit")
    return PairClassifier(of_meaning, words, float(header[name]["temperature"]))


def _classifier(
    described: dict[str, Any], weights: NDArray[np.float32], bias: NDArray[np.float32]
) -> LinearClassifier:
    labels = tuple(described["labels"])
    if weights.ndim != 2 or weights.shape[1] != len(labels) or bias.shape != (len(labels),):
        raise ValueError("the weights do not fit the labels")
    return LinearClassifier(labels, weights, bias, float(described["temperature"]))


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(str(arrays.pop("header")))
    except FileNotFoundError as error:
        raise ModelMissingError(
            f"There is no trained model at {path}; train one with: ankomst train"
        ) from error
    except _UNREADABLE as error:
        raise _broken(path, str(error)) from error
    if not isinstance(header, dict) or header.get("format") != _FORMAT:
        raise _broken(path, "it is something else")
    if header.get("version") != _VERSION:
        raise ModelFormatError(
            f"{path} is of format {header.get('version')}, this version reads {_VERSION}; "
            "train anew with: ankomst train"
        )
    return header, arrays


def _broken(path: Path, reason: str) -> ModelFormatError:
    return ModelFormatError(
        f"{path} is no model of Ankomst ({reason}); train anew with: ankomst train --force"
    )
