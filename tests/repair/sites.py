"""The test project's schema in a database of its own, made anew for each test."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from tests.conftest import ALIASES
from tests.executor.conftest import ALIAS, database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper


class Sites:
    """Migrates once for each vendor, and copies what came of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def site(self, vendor: str, folder: Path) -> Iterator[BaseDatabaseWrapper]:
        """Yield the alias "private" on a migrated database."""
        kept = self._folder / vendor
        with database(ALIASES[vendor], folder) as connection:
            if not kept.exists():
                call_command("migrate", database=ALIAS, verbosity=0)
                connection.close()
                self._keep(connection, kept)
            else:
                connection.close()
                self._restore(connection, kept)
            yield connection

    def _keep(self, connection: BaseDatabaseWrapper, kept: Path) -> None:
        if connection.vendor == "sqlite":
            shutil.copy(connection.settings_dict["NAME"], kept)
            return
        with kept.open("wb") as file:
            _tool(connection, dump=True, stdout=file)

    def _restore(self, connection: BaseDatabaseWrapper, kept: Path) -> None:
        if connection.vendor == "sqlite":
            shutil.copy(kept, connection.settings_dict["NAME"])
            return
        with kept.open("rb") as file:
            _tool(connection, dump=False, stdin=file)


def _tool(connection: BaseDatabaseWrapper, *, dump: bool, **streams: object) -> None:
    place = connection.settings_dict
    where = ["-h", place["HOST"]]
    if connection.vendor == "postgresql":
        name = "pg_dump" if dump else "psql"
        words = ["-p", place["PORT"], "-U", place["USER"], place["NAME"]]
        words += (
            ["-O", "-x"]
            if dump
            else ["-q", "-X", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"]
        )
    else:
        name = "mysqldump" if dump else "mysql"
        words = ["-P", place["PORT"], "-u", place["USER"], place["NAME"]]
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    subprocess.run([program, *where, *words], check=True, timeout=120, **streams)
