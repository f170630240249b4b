"""A private PostgreSQL cluster for the tests: its own folder, its own port, 127.0.0.1 only."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise FileNotFoundError("The tests need PostgreSQL: apt-get install postgresql")
    return Path(initdb).parent


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A running PostgreSQL server that can be stopped and started, to test its absence."""

    def __init__(self, folder: Path, port: int, user: str | None) -> None:
        self._folder, self._port, self._user = folder, port, user
        self._bin = _binaries()

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of a database of this cluster."""
        return f"postgresql+psycopg://ankomst@127.0.0.1:{self._port}/{database}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the cluster's user."""
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )

    def initialise(self) -> None:
        """Create the cluster's files."""
        self.run(
            "initdb",
            "-D",
            str(self._folder / "data"),
            "-U",
            "ankomst",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"
        self.run(
            "pg_ctl",
            "start",
            "-w",
            "-D",
            str(self._folder / "data"),
            "-l",
            str(self._folder / "log"),
            "-o",
            options,
        )

    def start_unless_running(self) -> None:
        """Start the server if it has ended by itself."""
        try:
            self.run("pg_ctl", "status", "-D", str(self._folder / "data"))
        except subprocess.CalledProcessError:
            self.start()

    def stop(self) -> None:
        """End the server at once, as a crash would."""
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self._folder / "data"))


@contextmanager
def running_cluster(parent: Path | None = None) -> Iterator[Cluster]:
    """A new cluster, removed afterwards. Run by root it belongs to the user postgres.

    Args:
        parent: The folder that its folder is made in; that of temporary files if not given.
    """
    folder = Path(tempfile.mkdtemp(prefix="ankomst-postgres-", dir=parent))
    user = None
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = "postgres"
    cluster = Cluster(folder, free_port(), user)
    try:
        cluster.initialise()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
