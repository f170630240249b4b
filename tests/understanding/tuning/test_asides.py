"""What people say beside a question leaves the question whole."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml

from language.languages import LANGUAGES, Language
from understanding.tuning import asides
from understanding.tuning.asides import with_aside

_QUESTION = "How do I get a tax card"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter_of_the_texts_get_one_in_their_language(language: Language) -> None:
    chance = Random(1)
    written = yaml.safe_load(Path(asides.__file__).with_suffix(".yml").read_text("utf-8"))
    assert len(written[language]) == len(set(written[language])) >= 20
    made = [with_aside(_QUESTION, language, chance) for _ in range(800)]
    longer = [text for text in made if text != _QUESTION]
    assert 0.2 < len(longer) / len(made) < 0.3
    for text in longer:
        assert _QUESTION[1:] in text
        assert sum(aside in text for aside in written[language]) >= 1
    ways = {"before" if text.endswith(_QUESTION[1:]) else "after" for text in longer}
    assert ways == {"before", "after"}


def test_what_is_empty_or_a_story_stays_as_it_is() -> None:
    chance = Random(1)
    story = "I moved here in May. " * 20
    assert {with_aside(text, "en", chance) for text in ["", story] * 100} == {"", story}
