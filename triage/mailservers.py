"""The embedded mail servers of the demo: pymap (IMAP, on a maildir) and aiosmtpd in one process.

For one machine and few mails; a real installation names its own servers in the settings.
"""

from __future__ import annotations

import asyncio
import mailbox
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.sock import SocketInfo
from pymap.backend.maildir import Config, Identity, Login
from pymap.backend.maildir import Session as MaildirSession
from pymap.context import connection_exit
from pymap.frozen import frozendict
from pymap.imap import IMAPConnection, IMAPServer
from pymap.imap.state import ConnectionState
from pymap.parsing.command import Command
from pymap.parsing.command.auth import CreateCommand
from pymap.parsing.command.select import MoveCommand
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import CommandResponse, ResponseNo
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

RECEIVED = "received"
"""The maildir, beside that of the user, that keeps what SMTP received for others."""


@dataclass(frozen=True)
class MailServerOptions:
    """How the embedded servers are run.

    Attributes:
        folder: Where the maildirs are kept; made when missing.
        user: The IMAP user.
        password: Their password.
        own_address: Mail to this address is put into the user's inbox.
        host: Address to listen on.
        imap_port: 0 for a free one.
        smtp_port: 0 for a free one.
    """

    folder: Path
    user: str
    password: str
    own_address: str
    host: str = "127.0.0.1"
    imap_port: int = 0
    smtp_port: int = 0


class MailServers:
    """Running mail servers; made by `start`."""

    def __init__(self, options: MailServerOptions) -> None:
        self._options = options
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._config = _config(options.folder)
        self._login = Login(self._config)
        self._identity = Identity(
            self._config, self._login.tokens, options.user, None, frozenset({"admin"})
        )
        self.imap_port = 0
        self.smtp_port = 0

    @classmethod
    async def start(
        cls, options: MailServerOptions, demo_mails: Iterable[Path] = ()
    ) -> MailServers:
        """Start both servers.

        Args:
            options: How they are run.
            demo_mails: Files put into the inbox when the folder is new, and never again.

        Raises:
            OSError: A port is taken.
        """
        servers = cls(options)
        await servers._prepare(demo_mails)
        try:
            await servers._listen()
        except OSError:
            await servers.close()
            raise
        return servers

    async def close(self) -> None:
        """Stop listening and hang up."""
        await self._stack.aclose()

    async def deliver(self, content: bytes) -> None:
        """Put a mail into the inbox, as if it had arrived now."""
        # pymap takes local time without a zone.
        message = AppendMessage(content, when=datetime.now())  # noqa: DTZ005
        async with self._lock, self._identity.new_session() as session:
            await session.append_messages("INBOX", [message])

    async def _prepare(self, demo_mails: Iterable[Path]) -> None:
        options = self._options
        options.folder.mkdir(parents=True, exist_ok=True)
        is_new = not (options.folder / options.user).exists()
        await self._identity.set(
            UserMetadata(
                self._config,
                options.user,
                password=options.password,
                params=frozendict({"mailbox_path": options.user}),
            )
        )
        if is_new:
            for path in sorted(demo_mails):
                await self.deliver(path.read_bytes())

    async def _listen(self) -> None:
        options = self._options
        self._config.apply_context()
        imap = ProxyProtocolReader(self._config.proxy_protocol).get_callback(
            _SerialServer(self._login, self._config, self._lock)
        )
        imap_server = await asyncio.start_server(imap, options.host, options.imap_port)
        self._stack.push_async_callback(_stop, imap_server)
        handler = _Postman(self, options)
        smtp_server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(handler, data_size_limit=None, hostname="localhost", ident="Ankomst"),
            options.host,
            options.smtp_port,
        )
        self._stack.push_async_callback(_stop, smtp_server)
        self.imap_port = imap_server.sockets[0].getsockname()[1]
        self.smtp_port = smtp_server.sockets[0].getsockname()[1]


async def _stop(server: asyncio.Server) -> None:
    """Stop listening, without waiting for clients that stay connected."""
    server.close()
    await asyncio.sleep(0)


class _Postman:
    """Takes what SMTP receives: mail to the ICS into its inbox, all other into a maildir."""

    def __init__(self, servers: MailServers, options: MailServerOptions) -> None:
        self._servers = servers
        self._own_address = options.own_address.lower()
        self._received = mailbox.Maildir(options.folder / RECEIVED)

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
    ) -> str:
        content = envelope.original_content or b""
        address = (envelope.mail_from or "").strip("<>")
        sender = f"Return-Path: <{address}>\r\n".encode("ascii", "replace")
        others = [to for to in envelope.rcpt_tos if to.lower() != self._own_address]
        if len(others) < len(envelope.rcpt_tos):
            await self._servers.deliver(sender + content)
        if others:
            to = f"Delivered-To: {', '.join(others)}\r\n".encode("ascii", "replace")
            self._received.add(sender + to + content)
        return "250 OK"


class _DemoConfig(Config):
    """pymap's configuration for a maildir, without its command line and its threads."""

    @classmethod
    def parse_args(cls, args: Namespace) -> Mapping[str, Any]:
        """Leave the thread pool out: with it two sessions can number one file twice."""
        return {"base_dir": args.base_dir, "layout": args.layout, "colon": args.colon}


def _config(folder: Path) -> _DemoConfig:
    arguments = Namespace(
        host=None, port=0, debug=False, cert=None, key=None, tls=False, passlib_cfg=None,
        proxy_protocol=None, base_dir=str(folder), layout="++", colon=None,
    )  # fmt: skip
    # The password of the demo is no secret; hashing it would only cost time at each log-in.
    return _DemoConfig.from_args(arguments, hash_context=Cleartext())


class _SerialServer(IMAPServer):
    """pymap's server with one command at a time.

    Its maildir moves a file first and gives it a number after: another session that looks in
    between would give the same file a second number.
    """

    __slots__ = ["_lock", "_serial_config", "_serial_login"]

    def __init__(self, login: Login, config: Config, lock: asyncio.Lock) -> None:
        super().__init__(login, config)
        self._serial_login = login
        self._serial_config = config
        self._lock = lock

    async def __call__(
        self, reader: StreamReader, writer: StreamWriter, sock_info: SocketInfo
    ) -> None:
        connection = IMAPConnection(self.commands, self._serial_config, reader, writer, sock_info)
        state = _SerialState(self._serial_login, self._serial_config, self._lock)
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(connection))
            await connection.run(state)


class _SerialState(ConnectionState):
    def __init__(self, login: Login, config: Config, lock: asyncio.Lock) -> None:
        super().__init__(login, config)
        self._lock = lock

    async def do_command(self, cmd: Command) -> CommandResponse:
        async with self._lock:
            return await super().do_command(cmd)

    async def do_create(self, cmd: CreateCommand) -> tuple[CommandResponse, SelectedMailbox | None]:
        """Refuse to create a folder twice; pymap's maildir would hang up instead."""
        try:
            return await super().do_create(cmd)
        except KeyError:
            return ResponseNo(cmd.tag, b"Mailbox already exists."), None

    async def do_move(self, cmd: MoveCommand) -> tuple[CommandResponse, SelectedMailbox | None]:
        """Forget the number of a moved mail; moved back, pymap would show it under both."""
        source = self.selected.lookup
        answer = await super().do_move(cmd)
        if isinstance(self.session, MaildirSession):
            await (await self.session.mailbox_set.get_mailbox(source)).cleanup()
        return answer
