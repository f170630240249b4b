"""Articles that a caseworker searches for: what fits, in the person's language and in Danish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from knowledge.addresses import article_path
from knowledge.answers import title
from knowledge.search import MOST_CHARACTERS, Hit, Piece, Search
from language.languages import Language
from triage.cases.cases import CaseDetail

_MOST = 6

# Of reciprocal rank fusion, by which what is found in both languages comes first.
_RANK_CONSTANT = 3


@dataclass(frozen=True)
class FoundArticle:
    """An article that fits what was searched for.

    Attributes:
        topic: The slug.
        titles: Its title in each of the languages in which it can be read, of those searched.
        paths: The path of its page in each of them.
        excerpt: The passage that fits best.
        excerpt_language: The language of the passage.
    """

    topic: str
    titles: Mapping[Language, str]
    paths: Mapping[Language, str]
    excerpt: tuple[Piece, ...]
    excerpt_language: Language


def find_articles(
    session: Session, search: Search, question: str, language: Language
) -> list[FoundArticle]:
    """Return the articles that fit, by words and by meaning, the best first.

    Args:
        session: Read only.
        search: Finds them.
        question: As typed, in any language.
        language: Of the person; what is found in Danish stands beside it.
    """
    languages: Sequence[Language] = (language,) if language == "da" else (language, "da")
    scores: dict[str, float] = {}
    best: dict[str, tuple[Hit, Language]] = {}
    for one in languages:
        for place, hit in enumerate(search.find(session, question, one, _MOST)):
            earned = 1 / (_RANK_CONSTANT + place)
            scores[hit.topic] = scores.get(hit.topic, 0) + earned
            best.setdefault(hit.topic, (hit, one))
    order = sorted(scores, key=lambda topic: -scores[topic])
    return [_found(session, *best[topic], languages) for topic in order[:_MOST]]


def _found(
    session: Session, hit: Hit, language: Language, languages: Sequence[Language]
) -> FoundArticle:
    names = {code: title(session, hit.topic, code) for code in languages}
    titles = {code: name for code, name in names.items() if name}
    paths = {code: article_path(hit.topic, code) for code in titles}
    return FoundArticle(hit.topic, titles, paths, hit.excerpt, language)


def wanted(case: CaseDetail, titles: Sequence[str]) -> str:
    """Return what to search for first: what a case is about, else its subject.

    Args:
        case: The case.
        titles: Those of its topics.
    """
    return (titles[0] if titles else case.summary.subject)[:MOST_CHARACTERS]
