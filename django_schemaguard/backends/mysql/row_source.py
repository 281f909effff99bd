"""An empty table function with the columns of a table, to compile texts over.

It reads no table, so it needs no privilege, takes no lock, and no row of the user's
can be folded into what the server prints.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django_schemaguard.backends.mysql.type_names import canonical_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.schema import Column, Table

_TEXT = re.compile(r"(?:var)?char\b|(?:tiny|medium|long)?text\b")
# JSON_TABLE takes these as they are …
_OWN = re.compile(
    r"(?:tinyint|smallint|mediumint|int|bigint|decimal|float|double|bit|year|date"
    r"|datetime|time|timestamp|(?:var)?binary|(?:tiny|medium|long)?blob)\b"
)
# … and these not at all, so a text is cast to them outside of it.
_CAST = re.compile(r"(?:uuid|inet4|inet6)\Z")
_GEOMETRY = re.compile(r"geometry|point|linestring|polygon|multi\w+|geometrycollection")


def row_source(table: Table, texts: Iterable[str]) -> str:
    """Return an empty row source under the table's name, as SQL.

    Only the columns that some text may mention are in it: less to parse, and a wide
    table stays below the size of a row.
    """
    mentioned = "\n".join(texts).lower()
    columns = [
        column
        for column in table.columns
        if column.name.lower().replace("`", "``") in mentioned
    ]
    inner = [_inner(quote(c.name), c, table.collation) for c in columns]
    declared = ", ".join(inner or ["`position` FOR ORDINALITY"])
    source = f"JSON_TABLE('[]', '$[*]' COLUMNS ({declared}))"
    outer = [_outer(quote(column.name), column) for column in columns]
    if all(text is None for text in outer):
        return f"{source} AS {quote(table.name)}"
    listed = ", ".join(
        text or quote(column.name) for column, text in zip(columns, outer, strict=True)
    )
    inner_select = f"SELECT {listed} FROM {source} AS `source`"  # noqa: S608  # All quoted.
    return f"({inner_select}) AS {quote(table.name)}"


def quote(name: str) -> str:
    """Return a name in backticks; Django's own leaves those inside it as they are."""
    return "`" + name.replace("`", "``") + "`"


def _inner(name: str, column: Column, table_collation: str | None) -> str:
    kind = canonical_type(column.type)
    if not _OWN.match(kind):
        text = kind if _TEXT.match(kind) else "longtext"
        collation = column.collation or table_collation
        kind = f"{text} COLLATE {collation}" if collation else text
    return f"{name} {kind} PATH '$'"


def _outer(name: str, column: Column) -> str | None:
    kind = canonical_type(column.type)
    if _CAST.match(kind):
        return f"CAST({name} AS {kind}) AS {name}"
    if _GEOMETRY.match(kind):
        return f"ST_GeomFromText({name}) AS {name}"
    return None
