"""The runs: asked for, carried out by the trainer, and what an admin decides about their models.

Which model is active is the one row in the state `active`; all processes look there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from language.languages import Language
from learning.errors import DecidedMeanwhileError, NotPossibleError
from learning.models import UNDER_WAY, ChangedMessage, RunState, TrainingRun
from learning.versions import Versions
from storage.times import now

Decision = Literal["activate", "refuse"]

KEPT = 3
"""So many models that were active before stay on disk, to go back to."""

_POSSIBLE: dict[Decision, tuple[RunState, ...]] = {
    "activate": (RunState.EVALUATED, RunState.REPLACED),
    "refuse": (RunState.EVALUATED,),
}


def ask(session: Session, name: str) -> TrainingRun:
    """Ask for a training; where one is under way, that one is returned.

    Args:
        session: The unit of work.
        name: Who asks.
    """
    if (found := under_way(session)) is not None:
        return found
    moment = now()
    run = TrainingRun(state=RunState.WAITING, asked_by=name, asked_at=moment, due_at=moment)
    try:
        with session.begin_nested():
            session.add(run)
            session.flush()
    except IntegrityError:  # somebody else asked in this moment
        return session.scalars(
            select(TrainingRun).where(TrainingRun.state == RunState.WAITING)
        ).one()
    return run


def under_way(session: Session) -> TrainingRun | None:
    """Return the run that waits or trains, or None."""
    query = select(TrainingRun).where(TrainingRun.state.in_(UNDER_WAY)).order_by(TrainingRun.id)
    return session.scalars(query).first()


def active(session: Session) -> TrainingRun | None:
    """Return the run whose model is used, or None where none was trained yet."""
    return session.scalars(
        select(TrainingRun).where(TrainingRun.state == RunState.ACTIVE)
    ).one_or_none()


def newest(session: Session, limit: int) -> Sequence[TrainingRun]:
    """Return the last runs, the newest first."""
    return session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit)).all()


def to_decide(session: Session) -> TrainingRun | None:
    """Return the newest run about whose model nobody has decided, or None."""
    query = select(TrainingRun).where(TrainingRun.state == RunState.EVALUATED)
    return session.scalars(query.order_by(TrainingRun.id.desc())).first()


def can_be(decision: Decision, run: TrainingRun, versions: Versions) -> bool:
    """Return whether something can be decided about a run's model."""
    if run.state not in _POSSIBLE[decision] or run.version is None:
        return False
    return decision == "refuse" or versions.version(run.version).is_complete


def adopt(
    session: Session,
    version: str,
    figures: list[dict[str, Any]],
    mail_figures: list[dict[str, Any]] | None = None,
) -> TrainingRun:
    """Use a version that `ankomst train` found or made; what was active before is replaced.

    Args:
        session: The unit of work.
        version: Its name.
        figures: As of `TrainingRun.figures`.
        mail_figures: As of `TrainingRun.mail_figures`.
    """
    moment = now()
    _replace(session, None)
    run = TrainingRun(
        state=RunState.ACTIVE,
        version=version,
        figures=figures,
        mail_figures=mail_figures,
        asked_at=moment,
        finished_at=moment,
        decided_at=moment,
    )
    session.add(run)
    session.flush()
    return run


def decide(
    session: Session,
    run_id: int,
    decision: Decision,
    name: str,
    seen: int | None,
    versions: Versions,
) -> TrainingRun:
    """Activate or refuse a run's model.

    Args:
        session: The unit of work.
        run_id: The run.
        decision: To activate a model that was active before is to go back to it.
        name: Who decides.
        seen: The run that was active when this was asked.
        versions: The models on disk.

    Raises:
        DecidedMeanwhileError: Another model is active than the one that was seen.
        NotPossibleError: The run is in a state where this cannot be decided, or its model is gone.
    """
    # Of two admins the second one waits here, and then sees what the first one did.
    locked = session.scalars(
        select(TrainingRun)
        .where((TrainingRun.id == run_id) | (TrainingRun.state == RunState.ACTIVE))
        .order_by(TrainingRun.id)
        .with_for_update()
    ).all()
    run = next((one for one in locked if one.id == run_id), None)
    present = next((one for one in locked if one.state == RunState.ACTIVE), None)
    if (present.id if present else None) != seen:
        raise DecidedMeanwhileError("Another model was activated meanwhile.")
    if run is None or not can_be(decision, run, versions):
        raise NotPossibleError(f"Run {run_id} cannot be decided about in this way.")
    if decision == "activate":
        _replace(session, name)
    run.state = RunState.ACTIVE if decision == "activate" else RunState.REFUSED
    run.decided_by, run.decided_at = name, now()
    session.flush()
    return run


def _replace(session: Session, name: str | None) -> None:
    session.execute(
        update(TrainingRun)
        .where(TrainingRun.state == RunState.ACTIVE)
        .values(state=RunState.REPLACED, decided_by=name, decided_at=now())
    )


def remove_old(session: Session, versions: Versions) -> None:
    """Remove models from disk that nobody goes back to, and their lists of messages."""
    replaced = session.scalars(
        select(TrainingRun)
        .where(TrainingRun.state == RunState.REPLACED)
        .order_by(TrainingRun.decided_at.desc(), TrainingRun.id.desc())
    ).all()
    refused = session.scalars(
        select(TrainingRun).where(TrainingRun.state == RunState.REFUSED)
    ).all()
    old = [run for run in (*replaced[KEPT:], *refused) if run.version is not None]
    old_ids = {run.id for run in old}
    needed = set(
        session.scalars(
            select(TrainingRun.version).where(
                TrainingRun.version.is_not(None), TrainingRun.id.not_in(old_ids)
            )
        )
    )
    session.execute(delete(ChangedMessage).where(ChangedMessage.run_id.in_(old_ids)))
    for name in {run.version for run in old if run.version is not None} - needed:
        versions.remove(name)


def changes(
    session: Session,
    run_id: int,
    *,
    better: bool,
    language: Language | None,
    offset: int,
    limit: int,
) -> tuple[int, Sequence[ChangedMessage]]:
    """Return how many messages got better or worse, and a part of them.

    Args:
        session: The unit of work.
        run_id: The run.
        better: Those that got better, else those that got worse.
        language: Only those in one language.
        offset: So many are left out.
        limit: At most so many are returned.
    """
    conditions = [ChangedMessage.run_id == run_id, ChangedMessage.better == better]
    if language is not None:
        conditions.append(ChangedMessage.language == language)
    count = session.scalar(select(func.count()).select_from(ChangedMessage).where(*conditions))
    query = select(ChangedMessage).where(*conditions).order_by(ChangedMessage.id)
    return count or 0, session.scalars(query.offset(offset).limit(limit)).all()
