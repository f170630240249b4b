"""The last component of the pipeline: a leading stroke in a typed text commands nothing."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.payloads import is_payload, without_stroke


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class StrokeGuard(GraphComponent):
    """Takes leading strokes away before Rasa's RegexMessageHandler, which obeys them, looks."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 (Rasa's signature)
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> StrokeGuard:
        """Return the component; it has no configuration and no weights."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Rewrite the text of messages that no button sends."""
        for message in messages:
            text = message.get(TEXT) or ""
            if not is_payload(text):
                message.set(TEXT, without_stroke(text))
        return messages
