"""Saving what is not text: what an article's languages share, facts, centres, municipalities.

Each row counts its saves. Who saves names the count that they had before them, so that of two
people who save at once the second one is told and nothing is overwritten. The digest of the files
stays as it is: it tells an import that the row was edited here.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from knowledge import facts
from knowledge.articles import ArticleFile
from knowledge.centre_files import CentreEntry, MunicipalityEntry
from knowledge.errors import EditConflictError, KnowledgeError
from knowledge.models import Article, Centre, Fact, Municipality
from knowledge.rows import fill_article, fill_centre, fill_fact, fill_municipality

Row = TypeVar("Row", Article, Fact, Centre, Municipality)

_NOT_IN_FILES = ""


def save_article(session: Session, topic: str, file: ArticleFile, revision: int | None) -> Article:
    """Save what the languages of an article share; the first time makes the article.

    Args:
        session: A transaction.
        topic: A slug of the catalogue.
        file: The data.
        revision: The count that the author had before them; None where there was no article.

    Raises:
        EditConflictError: Somebody else saved in between.
    """
    row = session.get(Article, topic, with_for_update=True)
    if row is None and revision is None:
        row = Article(topic=topic, files_digest=_NOT_IN_FILES)
        session.add(row)
    else:
        row = _unchanged(row, topic, revision)
    fill_article(row, file)
    flag_modified(row, "related")  # or a change of the sources alone would not be counted
    try:
        session.flush()
    except IntegrityError as error:
        raise EditConflictError(
            f"{topic} was made by somebody else just now; compare the two and save again."
        ) from error
    return row


def save_fact(session: Session, name: str, entry: facts.Fact, revision: int | None) -> Fact:
    """Save a fact; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
    """
    row = _unchanged(session.get(Fact, name, with_for_update=True), name, revision)
    fill_fact(row, entry)
    flag_modified(row, "kind")
    session.flush()
    return row


def save_centre(session: Session, slug: str, entry: CentreEntry, revision: int | None) -> Centre:
    """Save a centre; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
    """
    row = _unchanged(session.get(Centre, slug, with_for_update=True), slug, revision)
    fill_centre(row, entry)
    flag_modified(row, "name")
    session.flush()
    return row


def save_municipality(
    session: Session, entry: MunicipalityEntry, revision: int | None
) -> Municipality:
    """Save a municipality; see `save_article`.

    Raises:
        EditConflictError: Somebody else saved in between.
        KnowledgeError: There is no such centre.
    """
    # Only its own row is locked: PostgreSQL cannot lock the centre that is read along with it.
    row = session.get(
        Municipality, entry.code, with_for_update={"of": Municipality}, populate_existing=True
    )
    row = _unchanged(row, entry.code, revision)
    if session.get(Centre, entry.centre) is None:
        raise KnowledgeError(f"There is no centre {entry.centre}; choose another.")
    fill_municipality(row, entry)
    flag_modified(row, "name")
    session.flush()
    return row


def _unchanged(row: Row | None, name: str, revision: int | None) -> Row:
    if row is None or row.revision != revision:
        raise EditConflictError(
            f"{name} has changed since you opened it; compare the two and save again."
        )
    return row
