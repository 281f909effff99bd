"""Where in a migration an error arose."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.migrations import Migration

from django_schemaguard.backends.connect import one_line
from django_schemaguard.deploy.executor import first_operation
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


def described(
    error: Exception, connection: BaseDatabaseWrapper, migration: Migration | None
) -> str:
    """Return an error as one line: class, message, operation, and line of the file.

    Args:
        error: As it was caught.
        connection: Its password is blotted out.
        migration: The one that was running; None where none was.
    """
    said = one_line(error, connection).rstrip(".")
    if isinstance(error, SchemaguardError):
        return said
    name = type(error).__name__
    said = said if said == name else f"{name}: {said}"
    places = [_operation(error), _line(error, migration) if migration else ""]
    where = ", ".join(filter(None, places))
    return f"{said} ({where})" if where else said


def _operation(error: Exception) -> str:
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code is Migration.apply.__code__:
            migration = frame.f_locals["self"]
            operations = migration.operations
            operation = frame.f_locals.get("operation")
            if operation is not None and operation in operations:
                number = first_operation(migration) + operations.index(operation) + 1
                return f"operation {number}: {operation.describe()}"
    return ""


def _line(error: Exception, migration: Migration) -> str:
    """Return the innermost line in the migration's own file, as "file:line"."""
    module = sys.modules.get(type(migration).__module__)
    file = getattr(module, "__file__", None)
    lines = [line for name, line in _lines(error) if name == file]
    return f"{_short(Path(file))}:{lines[-1]}" if file and lines else ""


def _lines(error: Exception) -> Iterator[tuple[str, int]]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield frame.f_code.co_filename, line


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
