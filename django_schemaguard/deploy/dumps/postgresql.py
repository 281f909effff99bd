"""PostgreSQL: pg_dump in its custom format, read back by pg_restore."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.client import DatabaseClient

from django_schemaguard.deploy.dumps.client import find, run, version
from django_schemaguard.deploy.dumps.failure import BackupFailed

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

_VERSION = r"(\d+(?:\.\d+)*)"
_LOCK_WAIT = "10s"  # For the ACCESS SHARE on each table.


def dump_postgresql(connection: BaseDatabaseWrapper, path: Path) -> str:
    """Dump the database, and read the whole dump back."""
    program = find("pg_dump")
    restore = find("pg_restore")
    _require_new(connection, program)
    arguments, environment = _place(connection)
    secret = environment.get("PGPASSWORD", "")
    run(
        [
            program,
            "--format=custom",
            f"--lock-wait-timeout={_LOCK_WAIT}",
            f"--file={path}",
            "--no-password",
            *arguments,
        ],
        environment,
        secret,
    )
    # `--list` reads the table of contents alone, and is content with half a file.
    run([restore, "--file=/dev/null", str(path)], environment, secret)
    name = connection.settings_dict["NAME"]
    return f"pg_restore --clean --if-exists --dbname={name} FILE"


def _require_new(connection: Any, program: str) -> None:
    server = connection.pg_version // 10000
    client = version(program, _VERSION)
    if client and client[0] < server:
        raise BackupFailed(
            f"pg_dump {client[0]} is older than the server, PostgreSQL {server}.",
            f"Install the client of PostgreSQL {server}, or run without --backup.",
        )


def _place(connection: BaseDatabaseWrapper) -> tuple[list[str], dict[str, str]]:
    """Return where the server is as Django's `dbshell` has it."""
    settings = connection.settings_dict
    _, given = DatabaseClient.settings_to_cmd_args_env(settings, [])
    flags = {"--host": "HOST", "--port": "PORT", "--username": "USER"}
    arguments = [
        f"{flag}={settings[key]}" for flag, key in flags.items() if settings.get(key)
    ]
    name = connection.get_connection_params().get("dbname") or settings["NAME"]
    return [*arguments, f"--dbname={name}"], {**os.environ, **(given or {})}
