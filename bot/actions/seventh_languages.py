"""What is told to who writes in a seventh language, read from seventh_languages.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.actions.errors import PhrasesError
from language.languages import LANGUAGES

_FILE = Path(__file__).with_suffix(".yml")


def load_seventh_languages(path: Path = _FILE) -> Mapping[str, str]:
    """Return the sentences by the code of their language (ISO 639-1).

    Raises:
        PhrasesError: The file is missing or no YAML, or one of the six stands in it.
    """
    try:
        sentences = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PhrasesError(f"{path} cannot be read: {error}") from error
    if not isinstance(sentences, dict) or not all(
        isinstance(code, str) and isinstance(sentence, str) and code not in LANGUAGES
        for code, sentence in sentences.items()
    ):
        raise PhrasesError(f"{path} is no list of `language: sentence`, without the six.")
    return sentences
