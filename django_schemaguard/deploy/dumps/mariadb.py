"""MariaDB and MySQL: one consistent dump, checked for its last line."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_schemaguard.deploy.dumps.client import find, run, version
from django_schemaguard.deploy.dumps.failure import BackupFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

_MARIADB = r"(?:Distrib |from )(\d+\.\d+)"
_MYSQL = r"Ver (\d+\.\d+)"
_TRAILER = b"-- Dump completed"
_TAIL = 4096
# Django's names of the driver's options, and the client's.
_OPTIONS = {
    "host": "host",
    "port": "port",
    "unix_socket": "socket",
    "user": "user",
    "password": "password",
}


def dump_mariadb(connection: BaseDatabaseWrapper, path: Path) -> str:
    """Dump tables, triggers, routines and events, as of one moment."""
    program = _program(connection)
    params = connection.get_connection_params()
    name = params.get("database") or params.get("db")
    with _options(params) as options:
        run(
            [
                program,
                f"--defaults-extra-file={options}",
                "--single-transaction",
                "--quick",
                "--routines",
                "--triggers",
                "--events",
                "--hex-blob",
                str(name),
            ],
            os.environ,
            str(params.get("password") or ""),
            output=path,
        )
    _require_whole(path)
    return f"mariadb {name} < FILE"


def _program(connection: Any) -> str:
    mariadb = connection.mysql_is_mariadb
    names = ("mariadb-dump", "mysqldump") if mariadb else ("mysqldump",)
    program = find(*names)
    server = connection.mysql_version[:2]
    client = version(program, _MARIADB if mariadb else _MYSQL)
    if client and client < server:
        said, wanted = (".".join(map(str, each)) for each in (client, server))
        raise BackupFailed(
            f"{program.rpartition('/')[2]} {said} is older than the server, {wanted}.",
            f"Install the client of version {wanted}, or run without --backup.",
        )
    return program


@contextmanager
def _options(params: dict[str, Any]) -> Iterator[str]:
    """Yield a file with the credentials, readable for nobody else, and gone after."""
    lines = ["[client]"]
    for key, option in _OPTIONS.items():
        value = params.get(key) or (params.get("passwd") if key == "password" else None)
        if value:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'{option}="{escaped}"')
    descriptor, name = tempfile.mkstemp(prefix="schemaguard-", suffix=".cnf")
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write("\n".join(lines) + "\n")
        yield name
    finally:
        Path(name).unlink()


def _require_whole(path: Path) -> None:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL))
        if _TRAILER not in stream.read():
            raise BackupFailed("The backup is not whole: its last line is missing.")
