"""What two languages of an article say differently.

Compared are: the sections and their order, the situations of conditional blocks, and for each
section and each group of readers the figures (knowledge.figures says what is tolerated). Links to
other topics, to facts and to mail and telephone must be the same; a link to a page may lead to
another page of the same site, because official sites have pages of their own for each language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from knowledge.articles import Text
from knowledge.documents import Document, Section
from knowledge.figures import figures
from knowledge.markdown import links, to_passages
from language.languages import Language
from web.translations import Translatable, later

_LEAD = "direct answer"
_PLACES = {"title": later("title"), _LEAD: later("direct answer")}
_KINDS = {
    "number": later("number"),
    "date": later("date"),
    "form or document": later("form or document"),
    "code": later("code"),
    "telephone number": later("telephone number"),
    "mail address": later("mail address"),
}


def differences(
    model: tuple[Language, Text], other: tuple[Language, Text], name: str | Translatable
) -> Iterator[Translatable]:
    """Yield in what one text says something else than another in another language.

    Args:
        model: Language and text to compare with; its body breaks no rule.
        other: Language and text that are judged; its body breaks no rule.
        name: What to call the model.
    """
    expected, actual = model[1].document, other[1].document
    if _keys(expected) != _keys(actual):
        yield later(
            "the sections are %(here)s, in %(model)s %(there)s; make them the same, "
            "in the same order.",
            here=_listed(_keys(actual), ", "),
            model=name,
            there=_listed(_keys(expected), ", "),
        )
    elif _conditions(expected) != _conditions(actual):
        yield later(
            "the `::: only` blocks are %(here)s, in %(model)s %(there)s; make them the same, "
            "in the same order.",
            here=_listed(_conditions(actual), "; "),
            model=name,
            there=_listed(_conditions(expected), "; "),
        )
    yield from _different_figures(model, other, name)
    yield from _different_links(name, expected, actual)


def _keys(document: Document) -> list[str]:
    return [section.key for section in document.sections if section.key]


def _conditions(document: Document) -> list[str]:
    return [
        f"{_name(part)}: {' '.join(sorted(block.only))}"
        for part in document.parts
        for block in part.blocks
        if block.only is not None
    ]


def _listed(names: Iterable[str], separator: str) -> str | Translatable:
    return separator.join(names) or later("none")


def _name(part: Section) -> str:
    return part.key or _LEAD


def _different_figures(
    model: tuple[Language, Text], other: tuple[Language, Text], name: str | Translatable
) -> Iterator[Translatable]:
    expected, actual = _groups(model[1]), _groups(other[1])
    for place in expected:
        if place not in actual:
            continue
        there, here = figures(expected[place], model[0]), figures(actual[place], other[0])
        for kind, values in there.missing_from(here):
            yield later(
                "%(place)s: %(model)s has the %(kind)s %(values)s, this text has not; "
                "correct one of them.",
                place=_PLACES.get(place, place),
                model=name,
                kind=_KINDS[kind],
                values=", ".join(values),
            )
        for kind, values in here.missing_from(there):
            yield later(
                "%(place)s: this text has the %(kind)s %(values)s, %(model)s has not; "
                "correct one of them.",
                place=_PLACES.get(place, place),
                model=name,
                kind=_KINDS[kind],
                values=", ".join(values),
            )


def _groups(text: Text) -> dict[str, str]:
    """Return the plain text of each section, apart for each group of readers."""
    groups: dict[str, str] = {"title": text.title}
    for part in text.document.parts:
        for block in part.blocks:
            only = f" for {' '.join(sorted(block.only))}" if block.only else ""
            passages = to_passages(Section(part.key, "", (block,), part.line))
            place = f"{_name(part)}{only}"
            groups[place] = "\n".join([groups.get(place, ""), *passages])
    return groups


def _different_links(
    name: str | Translatable, expected: Document, actual: Document
) -> Iterator[Translatable]:
    there, here = _sites(expected), _sites(actual)
    for missing in sorted(set(there) - set(here)):
        yield later(
            "%(model)s links to %(link)s, this text does not; correct one of them.",
            model=name,
            link=missing,
        )
    for missing in sorted(set(here) - set(there)):
        yield later(
            "this text links to %(link)s, %(model)s does not; correct one of them.",
            model=name,
            link=missing,
        )
    for site in sorted(set(here) & set(there)):
        if here[site] != there[site]:
            yield later(
                "this text links to %(here)s different pages of %(site)s, %(model)s to "
                "%(there)s; correct one of them.",
                here=here[site],
                site=site,
                model=name,
                there=there[site],
            )


def _sites(document: Document) -> Counter[str]:
    """Count the different targets by site; topics, mail and telephone count as themselves."""
    return Counter(_site(link) for link in set(links(document)))


def _site(link: str) -> str:
    return site_of(link) or link


def site_of(link: str) -> str | None:
    """Return the site that a web address belongs to, such as skat.dk; None for other links."""
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"}:
        return None
    return ".".join((parts.hostname or "").split(".")[-2:])
