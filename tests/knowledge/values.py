"""Hypothesis strategies for values that files hold."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from knowledge.articles import READINGS, Article, ArticleFile, Source, Text
from knowledge.catalogue import catalogue
from knowledge.documents import SECTION_KEYS, problems
from knowledge.situations import CITIZENSHIPS
from language.languages import LANGUAGES

_LETTERS = "abcdefgæøåąćęłńóśźżčėįšųūžăâîșțäöüßABCÆØÅŁŚŽȘÄ0123456789 .,;:!?%§'\"#&*_-+/~\\[]{}()|>"

lines = (
    st.text(alphabet=st.sampled_from(_LETTERS), min_size=1, max_size=40).map(str.strip).filter(bool)
)
slugs = st.sampled_from(sorted(catalogue().topics))
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


def _condition(text: str, only: list[str]) -> str:
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
)
blocks = st.one_of(
    plain_blocks,
    st.builds(
        _condition,
        plain_blocks,
        st.lists(st.sampled_from(CITIZENSHIPS), min_size=1, max_size=2, unique=True),
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
