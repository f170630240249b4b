"""The steps of a guide in the chat's subset of Markdown, in the same words as on its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.guides import words
from knowledge.guides.steps import Step
from knowledge.markdown import TopicAddress
from language.languages import Language
from web.translations import translations


def chat_text(steps: Sequence[Step], language: Language, topic_address: TopicAddress) -> str:
    """Return what to do as a numbered list: each step leads to its article, with its days and papers.

    Args:
        steps: In order. Facts are left out: the guide in the chat has none.
        language: Of the text.
        topic_address: Gives the address of a topic's page.
    """
    return "\n".join(
        line
        for number, step in enumerate(steps, 1)
        for line in (
            f"{number}. {_heading(step, language, topic_address)}",
            *(f"   - {detail}" for detail in _details(step, language)),
        )
    )


def _heading(step: Step, language: Language, topic_address: TopicAddress) -> str:
    title, address = words.title(step, language), topic_address(step.topic)
    return f"**[{title}]({address})**" if address else f"**{title}**"


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
