"""How training messages reach Rasa: the topic of `faq/<slug>` in a field of its own."""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

TOPIC = "topic"


class TopicImporter(RasaFileImporter):
    """Reads the project's files as Rasa does, but makes no retrieval intents of topics.

    Rasa takes `faq/tax-card` for the intent `faq` with one of Rasa's own texts as its answer,
    asks for a response selector and adds an action `utter_faq` to the domain. Here the answer
    comes from the knowledge database, and a new topic changes neither domain nor rules.
    """

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return the training messages with intent `faq` and the slug under `topic`."""
        data = super().get_nlu_data(language)
        return TrainingData([_with_topic(message) for message in data.training_examples])


def _with_topic(message: Message) -> Message:
    label = message.get(INTENT_RESPONSE_KEY)
    if not label:
        return message
    fields = {k: v for k, v in message.data.items() if k != INTENT_RESPONSE_KEY}
    return Message({**fields, TOPIC: str(label).partition("/")[2]})


def label_of(message: Message) -> str:
    """Return a training message's label as the training files write it: `faq/<slug>` or intent."""
    topic = message.get(TOPIC)
    intent = str(message.get("intent"))
    return f"{intent}/{topic}" if topic else intent
