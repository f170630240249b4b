"""What a sender says, sentence by sentence, and the words that are looked for in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from language.normalisation import fold
from language.word_patterns import word_pattern
from understanding.sentences import sentences

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from triage.parsing.message import ParsedMail

# Of a longer mail, which few people write, the beginning is looked at.
_CHARACTERS = 20_000


def said_in(mail: ParsedMail) -> list[str]:
    """Return the sentences of a mail's sender, in order; the thread below an answer does not count."""
    return sentences(mail.text_of_sender[:_CHARACTERS])


def phrases_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of some phrases, spelt as people write them, in `plain_words` of a text."""
    return word_pattern([fold(phrase) for phrase in phrases])
