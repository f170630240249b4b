"""Hypothesis strategies for values that files hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from knowledge.articles import READINGS, Article, ArticleFile, Source, Text
from knowledge.catalogue import shipped_catalogue
from knowledge.documents import SECTION_KEYS, problems
from knowledge.facts import Fact, Kind
from knowledge.situations import CONDITIONS, WORDS, Condition, dimensions_of
from language.languages import LANGUAGES

_LETTERS = "abcdefgæøåąćęłńóśźżčėįšųūžăâîșțäöüßABCÆØÅŁŚŽȘÄ0123456789 .,;:!?%§'\"#&*_-+/~\\[]{}()|>"

lines = (
    st.text(alphabet=st.sampled_from(_LETTERS), min_size=1, max_size=40).map(str.strip).filter(bool)
)
slugs = st.sampled_from(sorted(shipped_catalogue().topics))
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


fact_names = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True)


def _leaves_somebody_out(words: list[Condition]) -> bool:
    return not any(set(WORDS[dimension]) <= set(words) for dimension in dimensions_of(words))


def _condition(text: str, only: list[Condition]) -> str:
    return f"::: only {' '.join(only)}\n{text}\n:::"


words = st.text(alphabet=st.sampled_from("abcæøåłšțß 0123456789.,"), min_size=1, max_size=30).map(
    lambda text: f"Ord {text.strip()} ord"
)
plain_blocks = st.one_of(
    words,
    st.lists(words, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {i}" for i in items)),
    st.lists(words, min_size=1, max_size=3).map(lambda items: "\n".join(f"1. {i}" for i in items)),
    slugs.map(
        lambda slug: f"Se [link](topic:{slug}) og **fed** eller [side](https://example.org/a)"
    ),
    fact_names.map(lambda name: f"Det koster [beløbet på siden](fact:{name})."),
)
blocks = st.one_of(
    plain_blocks,
    st.builds(
        _condition,
        plain_blocks,
        st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3, unique=True).filter(
            _leaves_somebody_out
        ),
    ),
)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Bodies that articles may have, with odd spacing at the ends."""
    parts = [draw(words), *draw(st.lists(blocks, max_size=2))]
    for key in SECTION_KEYS:
        if draw(st.booleans()):
            parts.append(f"## {draw(words)} {{#{key}}}")
            parts += draw(st.lists(blocks, min_size=1, max_size=3))
    body = draw(st.sampled_from(["", "\n"])) + "\n\n".join(parts)
    return body + draw(st.sampled_from(["", "\n", "\n\n", "  \n"]))


def texts() -> st.SearchStrategy[Text]:
    """Articles in one language."""
    good = bodies().filter(lambda body: not problems(body))
    return st.builds(Text, lines, st.sampled_from(READINGS), good)


@st.composite
def article_files(draw: st.DrawFn) -> ArticleFile:
    """Data that the languages of an article share."""
    reviewed = draw(days)
    keys = draw(
        st.lists(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True), min_size=1, max_size=4, unique=True)
    )  # fmt: skip
    return ArticleFile(
        reviewed=reviewed,
        review_due=reviewed + timedelta(days=draw(st.integers(1, 999))),
        sources=tuple(
            Source(
                id=key,
                title=draw(lines),
                url=draw(st.sampled_from(["https://skat.dk/data.aspx?oid=1&x=%28", "http://a.b"])),
                checked=draw(days),
            )
            for key in keys
        ),
        related=tuple(draw(st.lists(slugs, max_size=3))),
    )


@st.composite
def articles(draw: st.DrawFn) -> list[Article]:
    """A few articles in a few languages."""
    topics = draw(st.lists(slugs, min_size=1, max_size=2, unique=True))
    return [
        Article(
            topic,
            draw(article_files()),
            {code: draw(texts()) for code in LANGUAGES if draw(st.booleans()) or code == "da"},
        )
        for topic in sorted(topics)
    ]


_numbers = st.one_of(st.integers(0, 10**12 - 1), st.integers(0, 10**6).map(lambda n: n / 100))
_values: dict[Kind, st.SearchStrategy[Any]] = {
    "amount": _numbers,
    "percent": st.integers(0, 10**6).map(lambda n: n / 10**4),
    "number": _numbers,
    "date": days.map(str),
    "telephone": st.sampled_from(["+45 72 22 27 80", "112", "+49 30 1234567"]),
    "duration": st.builds(
        "{} {}".format, st.integers(0, 9999), st.sampled_from(["hour", "days", "week", "months"])
    ),
    "text": st.fixed_dictionaries(
        dict.fromkeys(LANGUAGES, lines.filter(lambda line: not set(line) & set("[]<>*_`")))
    ),
}


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Facts of all kinds: shown for a time, for ever, waiting, and without a value."""
    kind = draw(st.sampled_from(sorted(_values)))
    value = draw(st.none() | _values[kind])
    state = "waits" if value is None else draw(st.sampled_from(["waits", "dated", "stable"]))
    return Fact.model_validate(
        {
            "kind": kind,
            "value": value,
            "currency": draw(st.sampled_from(["DKK", "EUR"])),
            "year": None if state == "stable" else draw(st.integers(2000, 2100)),
            "as_of": draw(days) if state == "dated" else None,
            "stable": state == "stable",
            "source": {"title": draw(lines), "url": "https://skat.dk/data.aspx?oid=1&x=%28"},
            "checked": draw(days),
            "note": draw(st.none() | lines),
        }
    )


def fact_files() -> st.SearchStrategy[dict[str, Fact]]:
    """A few facts by name."""
    return st.dictionaries(fact_names, facts(), max_size=4)
