"""An office whose people move mails in the folders of the queues."""

from __future__ import annotations

from tests.triage.asked import case_of
from tests.triage.bench import Bench
from tests.triage.composition import mails_of
from triage.models import Case, Mail


class Office(Bench):
    """A mailbox with workers, and people who move mails in it."""

    def append(self, *mails: bytes, folder: str = "INBOX") -> None:
        with self.servers.view() as view:
            if not view._client.folder_exists(folder):
                view._client.create_folder(folder)
        super().append(*mails, folder=folder)

    def move(self, uid: int, folder: str, source: str = "INBOX") -> None:
        with self.servers.view() as view:
            view.move(uid, folder, source)

    def mail(self) -> Mail:
        """The only mail of the ledger."""
        (mail,) = mails_of(self.database)
        return mail

    def case(self) -> Case:
        """The only mail's case."""
        return case_of(self.database, self.mail().case_id)
