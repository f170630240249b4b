"""Search in the published articles: the topics that fit a question, each with its best passage."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.documents import Document, Section, SectionKey
from knowledge.fact_filling import filled
from knowledge.markdown import to_passages
from knowledge.models import Fact, TranslationVersion
from knowledge.rows import all_facts
from knowledge.situations import Condition
from knowledge.translations import text_of
from knowledge.word_ranking import Ranked, Scores, WordRanking
from language.languages import Language
from language.normalisation import fold
from web.dates import today

MOST_CHARACTERS = 200
"""Of a question; what comes after is not read."""

# How well a topic fits: its best passages together, and its title, which tells most. So 71 % of
# 1,728 training messages found their topic first and 91 % among the first three, among articles on
# nine topics; with the title written before each passage, and the best passage alone, it was 55 %
# and 85 %.
_PASSAGES_THAT_COUNT = 3
_WEIGHT_OF_TITLES = 4

# A topic that fits so much worse than the best one is not counted.
_LEAST_OF_THE_BEST_BY_WORDS = 0.3
_LEAST_OF_THE_BEST_BY_MEANING = 0.6

# Where no word is found, the best topic must fit so well by meaning alone, or nothing is found:
# 18 questions on nothing that we have ("qwertz", "weather tomorrow") stay below it. Of 35 in other
# languages, 17 reach it, all of them with the right topic among the first three.
_FITS_BY_MEANING_ALONE = 0.3

# Whoever asked the chat is offered articles only where words and meaning put the same one first, and
# it fits so well by meaning. So 57 of 204 questions (benchmarks/questions.yml) are offered articles,
# 55 of them the right one; and 170 of 786 messages that the chat was taught to refuse, nearly all on
# what an article is about. What no article is about reaches it 4 times ("translate this text").
_SURE_BY_MEANING = 0.42
_MOST_OFFERED = 3

# Of reciprocal rank fusion (Cormack et al. 2009). Small, as only the first places count here.
_RANK_CONSTANT = 2

# With 1 more questions find their article in German, and fewer in Lithuanian.
_WEIGHT_OF_MEANING = 0.5

# What the bot's model makes of a question, by its probabilities: where it is sure, its topic comes
# first whatever the words, and what it believes less adds nothing. It knows the words that people use,
# the articles those of the authorities.
_WEIGHT_OF_TOPICS = 1.0
_LEAST_LIKELY = 0.1

# From here on the ranking by meaning changes nothing any more, and is not asked: it takes the longest.
_SURE_BY_TOPICS = 0.8

_EXCERPT = 240
_WORD = re.compile(r"[^\W_]+")


class Ranking(Protocol):
    """What orders passages for a question: by words or by meaning."""

    def rank(self, question: str) -> Ranked:
        """Return how well each passage fits a question, and the words to be marked."""


TopicProbabilities = Callable[[Session, str], Mapping[str, float]]
"""Says how likely a question is about each topic, by slug; one that it does not know is left out."""


class Piece(NamedTuple):
    """A piece of a passage, and whether it is what was searched for."""

    text: str
    is_match: bool


@dataclass(frozen=True)
class Hit:
    """A topic that fits a question.

    Attributes:
        topic: The slug.
        title: The title of its article.
        excerpt: The passage that fits best, shortened around what was searched for.
        section: The section in which it stands; None for the lead.
        only: The situations that the passage holds for; None for everybody.
    """

    topic: str
    title: str
    excerpt: tuple[Piece, ...]
    section: SectionKey | None
    only: frozenset[Condition] | None


class _Passage(NamedTuple):
    text: str
    section: SectionKey | None
    only: frozenset[Condition] | None


class _Article(NamedTuple):
    """A published article, and where its passages begin and end among all."""

    topic: str
    title: str
    begin: int
    end: int


class _State(NamedTuple):
    """What an index was made of; one that differs from the present state is made anew."""

    versions: frozenset[int]
    facts: frozenset[tuple[str, int]]
    day: date


class _Index(NamedTuple):
    state: _State
    articles: Sequence[_Article]
    passages: Sequence[_Passage]
    titles: WordRanking
    texts: WordRanking
    meaning: Ranking | None
    """Of the titles, then the passages."""


class _Found(NamedTuple):
    """How well the articles fit a question by words, by meaning and as topics; and its passages."""

    searched: _Index
    words: Scores
    meaning: Scores
    likely: Scores
    texts: Scores
    near: Scores
    matching: frozenset[str]

    @property
    def is_sure(self) -> bool:
        """Whether words and meaning agree on an article that fits well."""
        agree = self.words.any() and self.words.argmax() == self.meaning.argmax()
        return bool(agree and self.meaning.max() > _SURE_BY_MEANING)

    def hits(self, most: int) -> list[Hit]:
        """Return the topics, the best first."""
        fused = _reciprocal_ranks(self.words, _LEAST_OF_THE_BEST_BY_WORDS)
        if self.words.any() or self.meaning.max() > _FITS_BY_MEANING_ALONE:
            ranks = _reciprocal_ranks(self.meaning, _LEAST_OF_THE_BEST_BY_MEANING)
            fused += _WEIGHT_OF_MEANING * ranks
        fused += _WEIGHT_OF_TOPICS * np.where(self.likely < _LEAST_LIKELY, 0, self.likely)
        order = np.lexsort((-self.words, -fused))
        articles = self.searched.articles
        return [
            _hit(self.searched, articles[place], self.texts, self.near, self.matching)
            for place in order[:most]
            if fused[place] > 0
        ]


class Search:
    """An index in memory of what is published, one for each language, made anew when that changes.

    Args:
        meaning: Makes the ranking by meaning of some texts in a language; None to search by words
            alone.
        topics: Says what a question is about; None to search in the articles alone.
    """

    def __init__(
        self,
        meaning: Callable[[Sequence[str], Language], Ranking] | None = None,
        topics: TopicProbabilities | None = None,
    ) -> None:
        self._meaning = meaning
        self._topics = topics
        self._indexes: dict[Language, _Index] = {}
        self._making = threading.Lock()

    def find(self, session: Session, question: str, language: Language, most: int) -> list[Hit]:
        """Return the topics that fit a question, the best first.

        Args:
            session: Read only; what it sees as published is searched.
            question: Words or a sentence, as typed; diacritics, endings and small typos do not
                matter. By meaning a question in another language finds too.
            language: Of what is found.
            most: How many topics at most.
        """
        ranked = self._ranked(session, question, language, self._topics)
        return ranked.hits(most) if ranked else []

    def offer(self, session: Session, question: str, language: Language) -> list[Hit]:
        """Return the topics to offer to somebody who asked something else than a search for them.

        Args:
            session: Read only.
            question: As typed.
            language: Of what is found.

        Returns:
            The topics that fit, the best first; none where it is not sure that one does, and none
            without a ranking by meaning.
        """
        # Who asked the chat has had what its model makes of the question.
        ranked = self._ranked(session, question, language, None)
        return ranked.hits(_MOST_OFFERED) if ranked and ranked.is_sure else []

    @property
    def ranks_by_meaning(self) -> bool:
        """Whether it ranks by meaning beside words, without which nothing is offered."""
        return self._meaning is not None

    def can_offer(self, session: Session, language: Language) -> bool:
        """Return whether `offer` answers at once: the present index of the language is there."""
        present = self._indexes.get(language)
        return present is not None and present.state == _state(session, language)

    def prepare(self, session: Session, language: Language) -> None:
        """Make the index of a language if it is not there, which takes some seconds."""
        self._index(session, language)

    def _ranked(
        self,
        session: Session,
        question: str,
        language: Language,
        topics: TopicProbabilities | None,
    ) -> _Found | None:
        index = self._index(session, language)
        if not index.passages:
            return None
        asked = question[:MOST_CHARACTERS]
        titles, texts = index.titles.rank(asked), index.texts.rank(asked)
        words = _fits(titles.scores, texts.scores, index.articles)
        known = topics(session, asked) if topics else {}
        likely = np.array([known.get(a.topic, 0.0) for a in index.articles], dtype=np.float32)
        near, meaning = texts.scores, np.zeros(len(index.articles), dtype=np.float32)
        if index.meaning is not None and likely.max() < _SURE_BY_TOPICS:
            nearness = index.meaning.rank(asked).scores
            near = nearness[len(index.articles) :]
            meaning = _fits(nearness[: len(index.articles)], near, index.articles)
        return _Found(
            index, words, meaning, likely, texts.scores, near, titles.matching | texts.matching
        )

    def _index(self, session: Session, language: Language) -> _Index:
        state = _state(session, language)
        with self._making:
            present = self._indexes.get(language)
            if present is None or present.state != state:
                present = self._made(session, language, state)
                self._indexes[language] = present
            return present

    def _made(self, session: Session, language: Language, state: _State) -> _Index:
        facts = all_facts(session)
        rows = session.scalars(
            select(TranslationVersion)
            .where(TranslationVersion.id.in_(state.versions))
            .order_by(TranslationVersion.topic)
        )
        articles: list[_Article] = []
        passages: list[_Passage] = []
        for row in rows:
            begin = len(passages)
            passages += _passages(filled(text_of(row).document, facts, language, state.day))
            articles.append(_Article(row.topic, row.title, begin, len(passages)))
        titles = [article.title for article in articles]
        texts = [passage.text for passage in passages]
        return _Index(
            state,
            articles,
            passages,
            WordRanking(titles, language),
            WordRanking(texts, language),
            self._meaning([*titles, *texts], language) if self._meaning and articles else None,
        )


def _state(session: Session, language: Language) -> _State:
    # Versions never change, so their ids tell what they say; facts count their changes, and
    # whether they may be shown depends on the day.
    versions = session.scalars(
        select(TranslationVersion.id).where(
            TranslationVersion.state == "published", TranslationVersion.language == language
        )
    )
    facts = session.execute(select(Fact.name, Fact.revision))
    return _State(frozenset(versions), frozenset((n, r) for n, r in facts), today())


def _fits(titles: Scores, texts: Scores, articles: Sequence[_Article]) -> Scores:
    """Return how well each article fits, by its title and its best passages."""
    best = [_best(texts[article.begin : article.end]) for article in articles]
    fits: Scores = _WEIGHT_OF_TITLES * titles + np.array(best, dtype=np.float32)
    return fits


def _reciprocal_ranks(fits: Scores, least: float) -> Scores:
    """Return what each article adds to the fused order: 0 for one that fits far worse than the best."""
    ranks = np.empty(len(fits), dtype=np.float32)
    ranks[np.argsort(-fits, kind="stable")] = np.arange(1, len(fits) + 1)
    counts: Scores = np.where(fits > least * fits.max(), 1 / (_RANK_CONSTANT + ranks), 0)
    return counts


def _best(scores: Scores) -> float:
    return float(np.sort(scores)[-_PASSAGES_THAT_COUNT:].sum())


def _passages(document: Document) -> Iterator[_Passage]:
    for section in document.parts:
        for text, only in _texts(section):
            yield _Passage(text, section.key, only)


def _texts(section: Section) -> Iterator[tuple[str, frozenset[Condition] | None]]:
    for block in section.blocks:
        for text in to_passages(replace(section, blocks=(block,))):
            yield text, block.only


def _hit(
    index: _Index, article: _Article, texts: Scores, near: Scores, matching: frozenset[str]
) -> Hit:
    # What matches in words is shown as such; the nearest passage where no word does.
    own = slice(article.begin, article.end)
    best = article.begin + int(np.argmax(texts[own] if texts[own].any() else near[own]))
    passage = index.passages[best]
    return Hit(
        article.topic,
        article.title,
        tuple(_pieces(_shortened(passage.text, matching), matching)),
        passage.section,
        passage.only,
    )


def _shortened(text: str, matching: frozenset[str]) -> str:
    """Return a text, or of a long one the part that begins shortly before the first match."""
    if len(text) <= _EXCERPT:
        return text
    first = next((m.start() for m in _WORD.finditer(text) if fold(m[0]) in matching), 0)
    begin = max(0, min(first - _EXCERPT // 4, len(text) - _EXCERPT))
    if begin:
        begin = text.find(" ", begin) + 1
    end = len(text) if begin + _EXCERPT >= len(text) else text.rfind(" ", begin, begin + _EXCERPT)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def _pieces(text: str, matching: frozenset[str]) -> Iterator[Piece]:
    end = 0
    for word in _WORD.finditer(text):
        if fold(word[0]) in matching:
            if word.start() > end:
                yield Piece(text[end : word.start()], is_match=False)
            yield Piece(word[0], is_match=True)
            end = word.end()
    if end < len(text):
        yield Piece(text[end:], is_match=False)
