"""What a training message may be about, and the short names of it in addresses."""

from __future__ import annotations

from knowledge.catalogue import Catalogue, dialogue_intents
from understanding.examples import FAQ, OUT_OF_SCOPE, topic_of


def labels(known: Catalogue) -> list[str]:
    """Return all labels: of the topics, of the dialogue, and `out_of_scope`, in this order."""
    topics = [f"{FAQ}{slug}" for slug in known.topics]
    return list(dict.fromkeys((*topics, *dialogue_intents(), OUT_OF_SCOPE)))


def name_of(label: str) -> str:
    """Return a label's name in addresses: a topic's slug, any other label as it is."""
    return topic_of(label) or label


def label_of(name: str) -> str:
    """Return the label of a name; a name that is no intent is taken for a topic's slug."""
    return name if name in {*dialogue_intents(), OUT_OF_SCOPE} else f"{FAQ}{name}"
