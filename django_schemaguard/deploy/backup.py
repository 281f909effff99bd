"""A verified copy of the database, made before anything is changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django_schemaguard.deploy.dumps import dump_mariadb, dump_postgresql, dump_sqlite
from django_schemaguard.deploy.dumps.failure import BackupFailed

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_ENDINGS = {"sqlite": ".sqlite3", "postgresql": ".dump", "mysql": ".sql"}
_DUMPS = {"sqlite": dump_sqlite, "postgresql": dump_postgresql, "mysql": dump_mariadb}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was verified.

    Attributes:
        sha256: Of the file.
        size: In bytes.
        restore: The command that brings it back, without a password.
    """

    path: Path
    sha256: str
    size: int
    restore: str

    @property
    def facts(self) -> dict[str, object]:
        """What the journal keeps of it."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "size": self.size,
            "verified": True,
        }


def back_up(connection: BaseDatabaseWrapper, folder: Path) -> Backup:
    """Write a backup into a folder, which is made if need be.

    The file gets its name only when it is complete and verified; what fails leaves
    none. It is readable for its owner alone.

    Raises:
        BackupFailed: The client is missing, older than the server, or failed; or the
            copy is not whole.
    """
    dump = _DUMPS.get(connection.vendor)
    if dump is None:
        raise BackupFailed(f"Backups of '{connection.vendor}' cannot be made.")
    path = folder / _name(connection)
    part = path.with_name(f".{path.name}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            part.touch(mode=0o600)
            restore = dump(connection, part)
            _flush(part)
            digest, size = _sum(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _flush(folder)
    except OSError as error:
        raise BackupFailed(f"The backup cannot be written: {error}.") from error
    return Backup(path, digest, size, restore.replace("FILE", str(path)))


def _name(connection: BaseDatabaseWrapper) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return f"{connection.alias}-{stamp}{_ENDINGS[connection.vendor]}"


def _flush(path: Path) -> None:
    """Wait until the disk has it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sum(path: Path) -> tuple[str, int]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return digest, path.stat().st_size
