"""The component that understands: language, entities and topic of a message, in one look."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.conversation_reading import read_in_conversation
from bot.components.importer import label_of
from bot.components.payloads import is_payload
from language.entities import citizenship_group
from language.languages import LANGUAGES, Language, is_language
from understanding.cues import cue_words
from understanding.errors import UnderstandingError
from understanding.examples import Example, fingerprint
from understanding.model import Understanding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from language.entities import Entity

MODEL_VARIABLE = "UNDERSTANDING_MODEL"
"""Environment variable with the path of understanding.npz, needed for training alone."""

OWN_GROUP = "own_group"
"""The entity that fills the slot `citizenship_group`; Rasa's alone, no kind of language.entities."""

_FILE = "understanding.npz"
_OUTPUT = ("language", "topic", "confidence", "band", "ranking")
_READ = ("topics", "cues", "aspects", "relative")


class UnfitModelError(RasaException):
    """The trained model is missing or was trained on other messages; says what to do."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understander(GraphComponent):
    """Writes what `ankomst bot parse` gives for a message, in Rasa's form.

    It trains nothing: it takes the model that `ankomst train` made into Rasa's archive, so that
    a Rasa server needs nothing but the archive.
    """

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        understanding: Understanding | None = None,
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._understanding = understanding

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 (Rasa's signature)
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> Understander:
        """Return a component that can be trained."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],  # noqa: ARG003 (Rasa's signature)
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> Understander:
        """Return the component of a Rasa archive, with what the first message needs read."""
        for language in LANGUAGES:
            cue_words(language)
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, Understanding.load(Path(directory) / _FILE))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003
        """Return a hash of the model: another one must not be answered from Rasa's cache."""
        path = _model_path()
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Take the trained model into the archive.

        Raises:
            UnfitModelError: There is no model, or it was trained on other messages.
        """
        path = _model_path()
        try:
            trained_on = Understanding.load(path).messages_fingerprint
        except UnderstandingError as error:
            raise UnfitModelError(str(error)) from error
        # The fingerprint forgets languages, which Rasa's training data do not have.
        messages = [
            Example(str(message.get(TEXT)), label_of(message), "en")
            for message in training_data.training_examples
            if message.get(TEXT) and message.get(INTENT)
        ]
        if trained_on != fingerprint(messages):
            raise UnfitModelError(
                f"{path} was trained on other messages than Rasa's archive; "
                "train both with: ankomst train"
            )
        with self._model_storage.write_to(self._resource) as directory:
            shutil.copyfile(path, Path(directory) / _FILE)
        return self._resource

    # Rasa hands over the conversation because of the parameter's name.
    def process(
        self, messages: list[Message], tracker: DialogueStateTracker | None = None
    ) -> list[Message]:
        """Write intent, entities, language, topic, confidence, band, ranking, and what they mean here.

        That is what `bot.components.conversation_reading` makes of them. And what only the dialogue
        needs: whether the language is doubtful, and the code of a seventh one.

        The hint for short texts is the conversation's language (slot `language`), before the first
        turn the page's (`metadata.language`), and again when the person has turned to another page
        (`metadata.page_turned`). A button's message is left to Rasa's own handler.
        """
        if self._understanding is None:
            raise UnfitModelError("The model was not trained; train with: ankomst train")
        for message in messages:
            text = message.get(TEXT) or ""
            if is_payload(text):
                continue
            hint = _hint(message, tracker)
            understood = self._understanding.understand(text, hint)
            fields = understood.as_dict()
            reading = read_in_conversation(
                self._understanding,
                understood,
                hint,
                _topic_before(tracker),
                form_open=tracker is not None and tracker.active_loop_name is not None,
                tells_citizenship=any(_group(entity) for entity in understood.entities),
            )
            intent = {"name": reading.intent, "confidence": fields["confidence"]}
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
            message.set(ENTITIES, as_rasa_entities(understood.entities), add_to_output=True)
            for field in _OUTPUT:
                message.set(field, fields[field], add_to_output=True)
            for field in _READ:
                message.set(field, getattr(reading, field), add_to_output=True)
            identified = understood.identification
            message.set("doubtful_language", identified.doubtful, add_to_output=True)
            message.set("seventh_language", identified.seventh, add_to_output=True)
        return messages


def as_rasa_entities(found: Sequence[Entity]) -> list[dict[str, Any]]:
    """Return entities as Rasa holds them: `entity` (the kind), `value`, `text`, `start`, `end`.

    The first citizenship that a person claims, as a country or as a group, is added once more as
    `own_group`, with the group of rules as its value: slots are filled from entities.
    """
    entities = [_as_rasa_entity(entity, entity.kind, entity.value) for entity in found]
    for entity in found:
        group = _group(entity)
        if group is not None:
            return [*entities, _as_rasa_entity(entity, OWN_GROUP, group)]
    return entities


def _as_rasa_entity(entity: Entity, kind: str, value: str) -> dict[str, Any]:
    return {
        "entity": kind,
        "value": value,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "extractor": Understander.__name__,
    }


def _group(entity: Entity) -> str | None:
    if entity.kind == "citizenship_group":
        return entity.value
    return citizenship_group(entity.value) if entity.kind == "citizenship" else None


def _topic_before(tracker: DialogueStateTracker | None) -> str | None:
    slot = tracker.slots.get("topic") if tracker is not None else None
    return slot.value if slot is not None and isinstance(slot.value, str) else None


def _hint(message: Message, tracker: DialogueStateTracker | None) -> Language | None:
    metadata = message.get(METADATA)
    page = metadata.get("language") if isinstance(metadata, dict) else None
    slot = tracker.slots.get("language") if tracker is not None else None
    known = slot.value if slot is not None else None
    candidates = (page, known) if metadata and metadata.get("page_turned") else (known, page)
    return next((language for language in candidates if is_language(language)), None)


def _model_path() -> Path:
    return Path(os.environ.get(MODEL_VARIABLE, f"var/models/{_FILE}"))
