"""Puts the triage workers together from the settings: one for each mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from ankomst.mail_accounts import accounts
from ankomst.mailboxes import mailbox_name, mailboxes, own_addresses
from knowledge.centres import centres
from learning import runs
from settings import Settings, SettingsError
from storage.database import Database
from storage.originals import Originals
from triage.cases.errands import Errands
from triage.cases.precision_watch import Goal, PrecisionWatch
from triage.connections.delivery import SmtpSender
from triage.connections.mailbox import ImapMailbox
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.classifier import Decision, MailJudge, decide
from triage.fingerprint import open_fingerprints
from triage.folders.first_look import FirstLook
from triage.folders.places import Places
from triage.folders.queue_folders import QueueFolders
from triage.folders.reconciliation import Reconciler, Report, mailbox_named
from triage.ledger import Ledger, Observer
from triage.letters import receipt
from triage.letters.acknowledgement import load_replies
from triage.letters.notifying import Notifier
from triage.parsing.message import ParsedMail
from triage.privacy.erasing import Eraser
from triage.queues.forwarding import Forwarding
from triage.queues.notifications import Notifications
from triage.queues.settings import is_taken_over, take_over
from triage.worker import Upkeep, Watch, Worker, worker_name
from triage.workers import Workers
from triage.workflow import Parts, Rules

_log = structlog.get_logger(__name__)

# An IDLE must end before the heartbeat counts as stopped, with time left for a round.
_OF_HEARTBEAT = 0.8


def log_step(step: str, row_id: int) -> None:
    """Write each step of each mail, correction and reply to the log, to follow its way."""
    _log.debug("step", step=step, id=row_id)


def decider(
    configuration: Settings,
    understanding: MailJudge,
    admin_rules: Callable[[], Sequence[AdminRule]] = tuple,
) -> Callable[[ParsedMail], Decision]:
    """Return what decides on a mail, with this installation's addresses; for all threads.

    Args:
        configuration: The settings.
        understanding: Tells the queue from the text.
        admin_rules: Gives the rules that admins wrote, as they are now; none unless given.

    Raises:
        SettingsError: The file of the mailboxes is wrong.
    """
    addresses = own_addresses(mailboxes(configuration))
    return lambda mail: decide(mail, understanding, addresses, admin_rules=admin_rules())


def compose_workers(
    configuration: Settings,
    database: Database,
    decide_on: Callable[[ParsedMail], Decision],
    observe: Observer = log_step,
) -> Workers:
    """Put together a worker for each mailbox; they share the model, and nothing else.

    Args:
        configuration: The settings.
        database: With the present schema.
        decide_on: Decides where a mail belongs; called from several threads.
        observe: Told of each step that is done; called from several threads.

    Raises:
        DatabaseUnavailableError: The database is away.
        OriginalsError: There is no key for the originals, or it does not open what is stored.
        RepliesMissingError: A text that senders get is missing.
        SettingsError: A mailbox is described wrongly, or belongs to a centre that is not there.
    """
    described = mailboxes(configuration)
    addresses = own_addresses(described)
    _check_forwarding(described, database)
    return Workers(
        {
            mailbox_name(one): compose_worker(
                one, database, decide_on, observe, addresses=addresses, is_first=one is described[0]
            )
            for one in described
        }
    )


def _check_forwarding(described: Sequence[Settings], database: Database) -> None:
    """Refuse to take over addresses that differ where the queues cannot: mail would go astray.

    Raises:
        SettingsError: Mailboxes that belong to no centre forward to different addresses.
    """
    shared = {
        tuple(sorted(one.forward_addresses.items())) for one in described if not one.mail_centre
    }
    if len(shared) < 2:
        return
    with database.reading() as session:
        if is_taken_over(session):
            return
    raise SettingsError(
        "forward_addresses: mailboxes without a mail_centre have different ones, and their queues are "
        "the same; say which centre each mailbox belongs to, or give them the same addresses."
    )


def compose_worker(
    configuration: Settings,
    database: Database,
    decide_on: Callable[[ParsedMail], Decision],
    observe: Observer = log_step,
    *,
    addresses: frozenset[str] | None = None,
    is_first: bool = True,
) -> Worker:
    """Put a worker together for one mailbox.

    Args:
        configuration: The settings of the mailbox.
        database: With the present schema.
        decide_on: Decides where a mail belongs.
        observe: Told of each step that is done.
        addresses: All addresses of the ICS, in lower case; None: those of this mailbox.
        is_first: Whether what came by no mailbox, from the form and the counter, is sent from here.

    Raises:
        DatabaseUnavailableError: The database is away.
        OriginalsError: There is no key for the originals, or it does not open what is stored.
        RepliesMissingError: A text that senders get is missing.
        SettingsError: The mailbox is said to belong to a centre that is not there, or its tokens
            cannot be asked for.
    """
    check_centre(configuration, database)
    name = worker_name()
    originals = Originals(configuration.originals_keys.get_secret_value())
    fingerprints = open_fingerprints(database, originals)
    imap, smtp = accounts(configuration, database, originals)
    mailbox = ImapMailbox(imap)
    places = Places(database)
    centre = configuration.mail_centre or None
    take_over(database, centre, configuration.forward_addresses, configuration.answer_promise_days)
    folders = QueueFolders(mailbox, places, database, centre)
    parts = Parts(
        ledger=Ledger(database, originals, name, configuration.claim_seconds, observe),
        mailbox=mailbox,
        folders=folders,
        forwarding=Forwarding(database),
        sender=SmtpSender(smtp),
        fingerprints=fingerprints,
        decide=decide_on,
        replies=load_replies(),
        receipts=load_replies(receipt.DIRECTORY),
        rules=Rules(
            address=configuration.mail_address,
            own_addresses=own_addresses([configuration]) if addresses is None else addresses,
            mail_limit=int(configuration.mail_limit_megabytes * 1_000_000),
            acknowledgements_per_hour=configuration.acknowledgements_per_hour,
            acknowledge_within=timedelta(hours=configuration.acknowledge_within_hours),
            acknowledgements_in_all=configuration.acknowledgements_per_hour_in_all,
            centre=centre,
            confirmation_share=configuration.confirmation_share,
        ),
        observe=observe,
    )
    watch = Watch(
        mailbox_name=mailbox_name(configuration),
        inbox=configuration.imap_inbox,
        idle_seconds=min(
            configuration.imap_idle_seconds, configuration.heartbeat_minutes * 60 * _OF_HEARTBEAT
        ),
        poll_seconds=configuration.imap_poll_seconds,
        claim_seconds=configuration.claim_seconds,
        folder_seconds=configuration.folder_seconds,
        has_unposted=is_first,
    )
    errands = Errands(
        database, originals, name, configuration.claim_seconds, observe, has_unposted=is_first
    )
    first_look = FirstLook(database, mailbox, configuration.old_mail)
    upkeep = Upkeep(
        eraser=Eraser(database, originals, fingerprints),
        places=places,
        reconciler=Reconciler(database, mailbox, folders, configuration.imap_inbox),
        notifier=Notifier(
            Notifications(database, name, configuration.claim_seconds, observe),
            parts.sender,
            configuration.mail_address,
            configuration.public_url,
            observe,
        ),
        precision=precision_watch(configuration, database) if is_first else None,
    )
    return Worker(parts, errands, first_look, upkeep, watch)


def precision_watch(configuration: Settings, database: Database) -> PrecisionWatch:
    """Return what looks whether sure decisions are right often enough, since the model is in use."""

    def in_use_since(session: Session) -> datetime | None:
        run = runs.active(session)
        return run.decided_at if run is not None else None

    goal = Goal(
        configuration.precision_goal,
        timedelta(days=configuration.precision_days),
        configuration.precision_least,
    )
    return PrecisionWatch(database, goal, in_use_since)


def reconcile(configuration: Settings, database: Database) -> Report:
    """Compare a mailbox with the ledger, and keep the report for the desk.

    Args:
        configuration: The settings of the mailbox.
        database: With the present schema.

    Raises:
        DatabaseUnavailableError: The database is away.
        MailboxUnavailableError: The mail server is away.
        MailboxRefusedError: It refuses the log-in, or to show a folder.
        SettingsError: Tokens for the mailbox cannot be asked for.
        UnknownMailboxError: No worker has ever looked into the mailbox.
    """
    originals = Originals(configuration.originals_keys.get_secret_value())
    imap, _ = accounts(configuration, database, originals)
    mailbox = ImapMailbox(imap)
    folders = QueueFolders(mailbox, Places(database), database, configuration.mail_centre or None)
    with database.transaction() as session:
        mailbox_id = mailbox_named(session, mailbox_name(configuration))
    mailbox.connect()
    try:
        reconciler = Reconciler(database, mailbox, folders, configuration.imap_inbox)
        report = reconciler.compare(mailbox_id)
        reconciler.record(mailbox_id, report)
    finally:
        mailbox.close()
    return report


def check_centre(configuration: Settings, database: Database) -> None:
    """Refuse a centre that is not there: its caseworkers would never see the mail.

    Raises:
        SettingsError: There is no such centre.
    """
    if not configuration.mail_centre:
        return
    with database.transaction() as session:
        known = {centre.slug for centre in centres(session)}
    if configuration.mail_centre not in known:
        raise SettingsError(
            f"ANKOMST_MAIL_CENTRE: there is no centre {configuration.mail_centre}; the slugs stand "
            "in knowledge/centres.yml, and ankomst knowledge import takes them over."
        )
