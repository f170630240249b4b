"""Hypothesis strategies for values that files hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from knowledge.articles import READINGS, Article, ArticleFile, Source, Text
from knowledge.catalogue import Catalogue, Topic, dialogue_intents, shipped_catalogue
from knowledge.centre_files import CentreEntry, CentreFile, Weekday
from knowledge.documents import SECTION_KEYS, problems
from knowledge.facts import Fact, Kind
from knowledge.periods import day_before
from knowledge.situations import CONDITIONS, WORDS, Condition, dimensions_of
from language.languages import LANGUAGES
from understanding.queues import QUEUES

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
        to_confirm=tuple(draw(st.lists(lines, max_size=2))),
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


any_line = (
    st.text(
        alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]),
        min_size=1,
        max_size=40,
    )
    .map(str.strip)
    .filter(bool)
)
"""Lines of any script, with all that YAML takes for something else."""

any_slugs = st.one_of(
    st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True),
    st.sampled_from(["true", "null", "no", "1", "1e3", "0x1f", "0o7", "2026-11-23", "0123"]),
).filter(lambda slug: slug not in dialogue_intents())


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A few topics, some of them as the project has them."""
    topics = {}
    for slug in draw(st.lists(any_slugs | slugs, max_size=4, unique=True)):
        topics[slug] = Topic(
            slug=slug,
            queue=draw(st.sampled_from(QUEUES)),
            title=draw(any_line),
            variants=draw(st.sampled_from([None, "citizenship"])),
            withdrawn=draw(st.booleans()),
        )
    return Catalogue(topics)


_PAGE = "https://lifeindenmark.borger.dk/a?b=%28#c"
_phones = st.sampled_from(["+45 99 31 15 30", "+4599311530"])
_addresses = st.sampled_from(["ics@example.dk", "o'no+1@a-b.dk", "#x@y.z"])
_spans = st.sampled_from(["closed", "9-15", "9.30-12", "10-14.15"])
_week = st.none() | st.dictionaries(st.sampled_from(get_args(Weekday)), _spans, max_size=5)


@st.composite
def _periods(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Periods that follow each other day by day, with an open beginning."""
    starts = sorted(draw(st.lists(days, max_size=2, unique=True)))
    ends = [day_before(day) for day in starts]
    pairs = zip([None, *starts], [*ends, None], strict=True)
    return [{"valid_from": first, "valid_to": last} for first, last in pairs]


@st.composite
def _centre(draw: st.DrawFn) -> CentreEntry:
    return CentreEntry.model_validate(
        {"records": [term | draw(_centre_data) for term in draw(_periods())]}
    )


_centre_data = st.fixed_dictionaries(
    {
        "name": any_line,
        "host_municipality": any_line.map(lambda name: name[:60]).map(str.strip),
        "opening_hours_page": st.just(_PAGE),
        "source": st.just(_PAGE),
        "as_of": lines,
        "checked": days,
        "confidence": st.sampled_from(["high", "medium", "low"]),
        "address": st.none() | any_line,
        "phone": st.none() | _phones,
        "phone_confirmed": st.booleans(),
        "email": st.none() | _addresses,
        "web": st.none() | st.just(_PAGE),
        "other_web": st.none() | st.just(_PAGE),
        "jobseekers": st.none()
        | st.fixed_dictionaries(
            {"unit": any_line, "phone": st.none() | _phones, "email": st.none() | _addresses}
        ),
        "appointment": st.sampled_from([None, "required", "needed for CPR"]),
        "hours": st.none()
        | st.fixed_dictionaries(
            {
                "confirmed": st.booleans(),
                "source": st.just(_PAGE),
                "as_of": lines,
                "opening": _week,
                "telephone": _week,
            }
        ),
        "notes": st.none() | any_line,
    }
)


@st.composite
def centre_files(draw: st.DrawFn) -> CentreFile:
    """A few centres, and municipalities that they serve in turn."""
    centres = draw(st.dictionaries(any_slugs, _centre(), min_size=1, max_size=3))
    codes = draw(st.lists(st.from_regex(r"[0-9]{4}", fullmatch=True), max_size=3, unique=True))
    municipalities = []
    for code in codes:
        records = []
        for term in draw(_periods()):
            source = draw(st.none() | st.just(_PAGE))
            records.append(
                term
                | {
                    "region": draw(lines),
                    "centre": draw(st.sampled_from(sorted(centres))),
                    "basis": "region-default" if source is None else "source",
                    "source": source,
                    "checked": draw(days),
                    "note": draw(st.none() | any_line),
                }
            )
        municipalities.append({"name": f"{draw(lines)} {code}", "code": code, "records": records})
    return CentreFile.model_validate({"centres": centres, "municipalities": municipalities})
