"""The accounts of a mailbox at its servers, from its settings."""

from __future__ import annotations

from ankomst.mailboxes import mailbox_name
from settings import Settings, SettingsError
from storage.database import Database
from storage.originals import Originals
from triage.connections.delivery import SmtpAccount
from triage.connections.mailbox import Account
from triage.connections.tls import tls_context
from triage.connections.tokens import Grant, Tokens


def accounts(
    configuration: Settings, database: Database, originals: Originals
) -> tuple[Account, SmtpAccount]:
    """Return where a mailbox is and where its mail is sent, and how to get in.

    Each is entered by its password, else by a token, which both share; SMTP without a user as nobody.

    Args:
        configuration: The settings of the mailbox.
        database: Keeps refresh tokens.
        originals: Encrypts them.

    Raises:
        SettingsError: A setting for tokens is missing.
    """
    tokens = _tokens(configuration, database, originals)
    password = configuration.imap_password.get_secret_value()
    imap = Account(
        host=configuration.imap_host,
        port=configuration.imap_port,
        security=configuration.imap_security,
        user=configuration.imap_user,
        password=password,
        inbox=configuration.imap_inbox,
        timeout=configuration.imap_timeout_seconds,
        tokens=None if password else tokens,
        ca_file=configuration.ca_file,
    )
    password, user = configuration.smtp_password.get_secret_value(), configuration.smtp_user
    smtp = SmtpAccount(
        host=configuration.smtp_host,
        port=configuration.smtp_port,
        security=configuration.smtp_security,
        user=user,
        password=password,
        hostname=configuration.mail_address.rpartition("@")[2] or "localhost",
        timeout=configuration.smtp_timeout_seconds,
        tokens=None if password or not user else tokens,
        ca_file=configuration.ca_file,
    )
    return imap, smtp


def _tokens(configuration: Settings, database: Database, originals: Originals) -> Tokens | None:
    """Return what is shown in place of a password; None where no application is registered."""
    if not (configuration.oauth_client_id or configuration.oauth_token_url):
        return None
    secret = configuration.oauth_client_secret.get_secret_value()
    refresh_token = configuration.oauth_refresh_token.get_secret_value()
    needed = {
        "ANKOMST_OAUTH_TOKEN_URL": configuration.oauth_token_url,
        "ANKOMST_OAUTH_CLIENT_ID": configuration.oauth_client_id,
        # A person's application may be a public one, without a secret (RFC 6749 section 2.1).
        "ANKOMST_OAUTH_CLIENT_SECRET": secret or refresh_token,
    }
    for name, value in needed.items():
        if not value:
            raise SettingsError(f"{name} is empty; tokens cannot be asked for without it.")
    grant = Grant(
        url=configuration.oauth_token_url,
        client_id=configuration.oauth_client_id,
        client_secret=secret,
        scope=configuration.oauth_scope,
        refresh_token=refresh_token,
        timeout=configuration.imap_timeout_seconds,
        context=tls_context(configuration.ca_file),
    )
    return Tokens(mailbox_name(configuration), grant, database, originals)
