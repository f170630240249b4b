"""Puts the triage worker together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from knowledge.centres import centres
from settings import Settings, SettingsError
from storage.database import Database
from storage.originals import Originals
from triage import receipt
from triage.acknowledgement import load_replies
from triage.classifier import Decision, QueueJudge, decide
from triage.delivery import SmtpAccount, SmtpSender
from triage.errands import Errands
from triage.fingerprint import open_fingerprints
from triage.folders import QueueFolders
from triage.ledger import Ledger, Observer
from triage.mailbox import Account, ImapMailbox
from triage.message import ParsedMail
from triage.places import Places
from triage.reconciliation import Reconciler, Report, mailbox_named
from triage.worker import Watch, Worker, worker_name
from triage.workflow import Parts, Rules

_log = structlog.get_logger(__name__)


def log_step(step: str, row_id: int) -> None:
    """Write each step of each mail, correction and reply to the log, to follow its way."""
    _log.debug("step", step=step, id=row_id)


def own_addresses(configuration: Settings) -> frozenset[str]:
    """Return the addresses that the ICS sends from, in lower case."""
    addresses = {configuration.mail_address, configuration.imap_user}
    return frozenset(address.lower() for address in addresses if "@" in address)


def decider(configuration: Settings, understanding: QueueJudge) -> Callable[[ParsedMail], Decision]:
    """Return what decides on a mail, with this installation's addresses."""
    addresses = own_addresses(configuration)
    return lambda mail: decide(mail, understanding, addresses)


def compose_worker(
    configuration: Settings,
    database: Database,
    decide_on: Callable[[ParsedMail], Decision],
    observe: Observer = log_step,
) -> Worker:
    """Put a worker together for the mailbox of the settings.

    Args:
        configuration: The settings.
        database: With the present schema.
        decide_on: Decides where a mail belongs.
        observe: Told of each step that is done.

    Raises:
        DatabaseUnavailableError: The database is away.
        OriginalsError: There is no key for the originals, or it does not open what is stored.
        RepliesMissingError: A text that senders get is missing.
        SettingsError: The mailbox is said to belong to a centre that is not there.
    """
    _check_centre(configuration, database)
    name = worker_name()
    originals = Originals(configuration.originals_keys.get_secret_value())
    mailbox = ImapMailbox(_account(configuration))
    places = Places(database)
    folders = QueueFolders(mailbox, places)
    parts = Parts(
        ledger=Ledger(database, originals, name, configuration.claim_seconds, observe),
        mailbox=mailbox,
        folders=folders,
        sender=SmtpSender(_smtp_account(configuration)),
        fingerprints=open_fingerprints(database, originals),
        decide=decide_on,
        replies=load_replies(),
        receipts=load_replies(receipt.DIRECTORY),
        rules=Rules(
            address=configuration.mail_address,
            own_addresses=own_addresses(configuration),
            mail_limit=int(configuration.mail_limit_megabytes * 1_000_000),
            forward_addresses={str(q): to for q, to in configuration.forward_addresses.items()},
            acknowledgements_per_hour=configuration.acknowledgements_per_hour,
            old_after=timedelta(hours=configuration.old_mail_hours),
            centre=configuration.mail_centre or None,
            confirmation_share=configuration.confirmation_share,
        ),
        observe=observe,
    )
    watch = Watch(
        mailbox_name=mailbox_name(configuration),
        inbox=configuration.imap_inbox,
        idle_seconds=configuration.imap_idle_seconds,
        poll_seconds=configuration.imap_poll_seconds,
        claim_seconds=configuration.claim_seconds,
        folder_seconds=configuration.folder_seconds,
    )
    errands = Errands(database, originals, name, configuration.claim_seconds, observe)
    reconciler = Reconciler(database, mailbox, folders, configuration.imap_inbox)
    return Worker(parts, errands, places, reconciler, watch)


def reconcile(configuration: Settings, database: Database, mailbox_name: str) -> Report:
    """Compare a mailbox with the ledger, and keep the report for the desk.

    Args:
        configuration: The settings.
        database: With the present schema.
        mailbox_name: What the mailbox is called in the ledger.

    Raises:
        DatabaseUnavailableError: The database is away.
        MailboxUnavailableError: The mail server is away.
        MailboxRefusedError: It refuses the log-in, or to show a folder.
        UnknownMailboxError: No worker has ever looked into a mailbox of this name.
    """
    mailbox = ImapMailbox(_account(configuration))
    folders = QueueFolders(mailbox, Places(database))
    with database.transaction() as session:
        mailbox_id = mailbox_named(session, mailbox_name)
    mailbox.connect()
    try:
        reconciler = Reconciler(database, mailbox, folders, configuration.imap_inbox)
        report = reconciler.compare(mailbox_id)
        reconciler.record(mailbox_id, report)
    finally:
        mailbox.close()
    return report


def mailbox_name(configuration: Settings) -> str:
    """Return what the mailbox of the settings is called in the ledger."""
    return configuration.imap_user or configuration.mail_address


def _check_centre(configuration: Settings, database: Database) -> None:
    """Refuse a centre that is not there: its caseworkers would never see the mail."""
    if not configuration.mail_centre:
        return
    with database.transaction() as session:
        known = {centre.slug for centre in centres(session)}
    if configuration.mail_centre not in known:
        raise SettingsError(
            f"ANKOMST_MAIL_CENTRE: there is no centre {configuration.mail_centre}; the slugs stand "
            "in knowledge/centres.yml, and ankomst knowledge import takes them over."
        )


def _account(configuration: Settings) -> Account:
    return Account(
        host=configuration.imap_host,
        port=configuration.imap_port,
        security=configuration.imap_security,
        user=configuration.imap_user,
        password=configuration.imap_password.get_secret_value(),
        inbox=configuration.imap_inbox,
        timeout=configuration.imap_timeout_seconds,
    )


def _smtp_account(configuration: Settings) -> SmtpAccount:
    return SmtpAccount(
        host=configuration.smtp_host,
        port=configuration.smtp_port,
        security=configuration.smtp_security,
        user=configuration.smtp_user,
        password=configuration.smtp_password.get_secret_value(),
        hostname=configuration.mail_address.rpartition("@")[2] or "localhost",
        timeout=configuration.smtp_timeout_seconds,
    )
