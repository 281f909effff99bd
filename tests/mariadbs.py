"""MariaDB servers that a test may configure as it likes; they end with the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 60


@dataclass(frozen=True)
class MariaDB:
    """A server of one's own, with the database "site"."""

    port: int

    @property
    def settings(self) -> dict[str, Any]:
        """The entry for Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.mysql",
            "NAME": "site",
            "USER": "root",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }

    def sql(self, statement: str) -> None:
        """Run a statement in the database "site"."""
        self._run("site", statement)

    def _run(self, database: str, statement: str) -> None:
        import MySQLdb

        connection = MySQLdb.connect(
            host="127.0.0.1", port=self.port, user="root", database=database
        )
        connection.cursor().execute(statement)
        connection.commit()
        connection.close()

    def answers(self) -> bool:
        """Return whether it is up; make its database."""
        from MySQLdb import OperationalError

        try:
            self._run("mysql", "CREATE DATABASE site CHARACTER SET utf8mb4")
        except OperationalError:
            return False
        return True


@contextmanager
def mariadb(*options: str) -> Iterator[MariaDB]:
    """Yield a new server that runs with these options, such as "--port=1"."""
    programs = [_program("mariadb-install-db"), _program("mariadbd")]
    user = "mysql" if os.geteuid() == 0 else None
    folder = Path(mkdtemp(prefix="schemaguard-mariadb-"))
    if user is not None:
        shutil.chown(folder, user)
    try:
        with (folder / "log").open("w") as log:
            how = {"stdout": log, "stderr": log, "user": user}
            with _started(programs, folder, options, how) as server:
                yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _started(
    programs: list[str], folder: Path, options: tuple[str, ...], how: dict[str, Any]
) -> Iterator[MariaDB]:
    data = ["--no-defaults", f"--datadir={folder / 'data'}"]
    subprocess.run(
        [programs[0], *data, "--auth-root-authentication-method=normal"],
        timeout=SECONDS,
        check=True,
        **how,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = [
        f"--port={port}",
        f"--socket={folder / 'socket'}",
        "--bind-address=127.0.0.1",
    ]
    place += ["--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"]
    process = subprocess.Popen([programs[1], *data, *place, *options], **how)
    try:
        server = MariaDB(port)
        until = time.monotonic() + SECONDS
        while not server.answers():
            said = (folder / "log").read_text()
            assert process.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.1)
        yield server
    finally:
        process.kill()
        process.wait(SECONDS)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        assert os.environ.get("CI") != "true", f"{name} must be there with CI=true"
        pytest.skip(f"{name} is not installed")
    return found
