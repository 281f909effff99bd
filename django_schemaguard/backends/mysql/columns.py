"""Columns from the rows of the catalog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django_schemaguard.core.schema import Column, Expression, Identity

if TYPE_CHECKING:
    from django_schemaguard.backends.mysql.catalog import Row

_NUMBER = re.compile(
    r"(?:tinyint|smallint|mediumint|int|bigint|decimal|float|double|year|bit)\b"
)


def column_from(row: Row, table_collation: str | None, *, mariadb: bool) -> Column:
    """Return the column that a row of the catalog describes."""
    name, kind, nullable, default, extra, collation, comment, generation = row
    words = str(extra or "").upper()
    generated = _expression(generation, mariadb=mariadb) if generation else None
    return Column(
        name=name,
        type=kind,
        nullable=nullable == "YES",
        default=None if generated else _default(kind, default, words, mariadb=mariadb),
        generated=generated,
        stored="STORED GENERATED" in words or "PERSISTENT" in words,
        collation=None if collation == table_collation else collation,
        comment=comment or "",
        identity=Identity.AUTOINCREMENT if "AUTO_INCREMENT" in words else None,
    )


def _expression(text: str, *, mariadb: bool) -> Expression:
    # MySQL prints the quotes of a string inside an expression as \'.
    return Expression(text if mariadb else text.replace("\\'", "'"))


def _default(
    kind: str, default: str | None, extra: str, *, mariadb: bool
) -> Expression | None:
    if default is None:
        return None
    if mariadb:
        return None if default == "NULL" else Expression(default)
    if "DEFAULT_GENERATED" in extra:
        return _expression(default, mariadb=False)
    # MySQL prints a literal without its quotes.
    if _NUMBER.match(kind):
        return Expression(default)
    return Expression(quoted(default))


def quoted(text: str) -> str:
    """Return a text as a string literal, as MySQL reads it by default."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
