"""The steps of a guide in the chat's subset of Markdown, in the same words as on its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from knowledge.guides import words
from knowledge.guides.steps import Step
from knowledge.markdown import TopicAddress
from language.languages import Language
from web.translations import translations


def chat_text(
    steps: Sequence[Step],
    language: Language,
    title: Callable[[str], str | None],
    topic_address: TopicAddress,
) -> str:
    """Return what to do as a numbered list, each step with its days, papers and article.

    Args:
        steps: In order. Facts are left out: the guides in the chat have none.
        language: Of the text.
        title: Gives the title of a topic's article in this language.
        topic_address: Gives the address of a topic's page.
    """
    return "\n".join(
        line
        for number, step in enumerate(steps, 1)
        for line in _lines(number, step, language, title, topic_address)
    )


def _lines(
    number: int,
    step: Step,
    language: Language,
    title: Callable[[str], str | None],
    topic_address: TopicAddress,
) -> Iterator[str]:
    yield f"{number}. **{words.title(step, language)}**"
    for line in _details(step, language):
        yield f"   - {line}"
    name, address = title(step.topic), topic_address(step.topic)
    if name is not None and address is not None:
        yield f"   - [{name}]({address})"


def _details(step: Step, language: Language) -> Iterator[str]:
    for name, day in step.days.items():
        yield f"**{words.on_day(name, day, language)}**"
    if not step.days:
        for period, length in step.periods:
            yield f"{words.period(period, language)}: {length.in_words(language)}"
    text = words.text(step, language)
    if text is not None:
        yield text
    for note in step.notes:
        yield words.note(note, language)
    if step.papers:
        ready = translations(language).gettext("Have this ready:")
        yield f"{ready} {'; '.join(words.paper(paper, language) for paper in step.papers)}"
