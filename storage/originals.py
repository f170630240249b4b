"""The encrypted originals of mails, kept in the database so that they share its transactions."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base

_MOST_BYTES = 50_000_000
"""So much of them is worked on at a time, encrypted; one that is larger alone."""


class OriginalsError(ValueError):
    """An original cannot be kept or read; the message says what to do."""


class Original(Base):
    """The bytes of one mail as they came, encrypted."""

    __tablename__ = "original"

    id: Mapped[int] = mapped_column(primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class Originals:
    """Keeps and returns originals, encrypted with the first of the given keys.

    Args:
        keys: Fernet keys separated by commas, newest first; older ones still decrypt.

    Raises:
        OriginalsError: No key is given, or one is not a Fernet key.
    """

    def __init__(self, keys: str) -> None:
        try:
            fernets = [Fernet(key.strip()) for key in keys.split(",") if key.strip()]
        except ValueError as error:
            raise OriginalsError(
                "ANKOMST_ORIGINALS_KEYS holds something that is no Fernet key; "
                "make one with: ankomst originals new-key"
            ) from error
        if not fernets:
            raise OriginalsError(
                "ANKOMST_ORIGINALS_KEYS is empty; make a key with: ankomst originals new-key"
            )
        self._newest = fernets[0]
        self._fernet = MultiFernet(fernets)

    def keep(self, session: Session, content: bytes) -> int:
        """Store the bytes in the session's transaction and return the id of the original."""
        row = Original(ciphertext=self._fernet.encrypt(content))
        session.add(row)
        session.flush()
        return row.id

    def read(self, session: Session, original_id: int) -> bytes:
        """Return the bytes of an original.

        Raises:
            OriginalsError: There is no such original, or no key opens it.
        """
        row = session.get(Original, original_id)
        if row is None:
            raise OriginalsError(f"Original {original_id} is not there; it may have been erased.")
        try:
            return self._fernet.decrypt(row.ciphertext)
        except InvalidToken as error:
            raise OriginalsError(
                f"No key opens original {original_id}; add the old key to ANKOMST_ORIGINALS_KEYS."
            ) from error

    def check(self, session: Session) -> bool:
        """Return whether anything is kept; the newest of it is opened.

        Raises:
            OriginalsError: No key opens it.
        """
        newest = session.scalar(select(func.max(Original.id)))
        if newest is None:
            return False
        self.read(session, newest)
        return True

    def erase(self, session: Session, original_id: int) -> None:
        """Delete an original for good."""
        session.execute(delete(Original).where(Original.id == original_id))

    def rotate(self, session: Session, after_id: int = 0, limit: int = 100) -> int | None:
        """Encrypt the next originals anew with the newest key.

        They are locked meanwhile, for the worker and the desk erase some while this runs.

        Args:
            session: A unit of work.
            after_id: The last one that is done.
            limit: At most so many; fewer where they are large.

        Returns:
            The id to go on after, or None when all are done.

        Raises:
            OriginalsError: No key opens one of them.
        """
        rows = session.scalars(
            select(Original)
            .where(Original.id.in_(_next_ids(session, after_id, limit)))
            .order_by(Original.id)
            .with_for_update()
        ).all()
        for row in rows:
            try:
                row.ciphertext = self._fernet.rotate(row.ciphertext)
            except InvalidToken as error:
                raise OriginalsError(
                    f"No key opens original {row.id}; add the old key to ANKOMST_ORIGINALS_KEYS."
                ) from error
        return rows[-1].id if rows else None

    def older(
        self, session: Session, after_id: int = 0, limit: int = 100
    ) -> tuple[int | None, int]:
        """Count the next originals that the newest key does not open.

        Args:
            session: A unit of work.
            after_id: The last one that is counted.
            limit: At most so many; fewer where they are large.

        Returns:
            The id to go on after, None when all are counted; and how many there were.
        """
        rows = session.scalars(
            select(Original)
            .where(Original.id.in_(_next_ids(session, after_id, limit)))
            .order_by(Original.id)
        ).all()
        return (rows[-1].id if rows else None), sum(not self._is_newest(row) for row in rows)

    def _is_newest(self, row: Original) -> bool:
        try:
            self._newest.decrypt(row.ciphertext)
        except InvalidToken:
            return False
        return True


def _next_ids(session: Session, after_id: int, limit: int) -> list[int]:
    """Return the ids of the next originals that together are not too large for the memory."""
    rows = session.execute(
        select(Original.id, func.length(Original.ciphertext))
        .where(Original.id > after_id)
        .order_by(Original.id)
        .limit(limit)
    )
    ids: list[int] = []
    total = 0
    for original_id, size in rows:
        total += size
        if ids and total > _MOST_BYTES:
            break
        ids.append(original_id)
    return ids
