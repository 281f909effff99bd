"""How messages name tables, columns and other objects."""

from __future__ import annotations

from django_schemaguard.core.schema import Check, ForeignKey, TableObject, TableRef

_LONGEST = 48
_AROUND = 3  # Words told before what differs.

ADD_IT = "Add it by hand; 'manage.py sqlmigrate' prints the SQL of its migration."
LEFT_OUT = "Add it by RunSQL in a migration, where it is needed."
TRY_IT = "See what 'manage.py schemaguard auto_fix --dry-run' would do."
DROP_OR_WAIVE = "Drop it if nothing needs it, or waive it in SCHEMAGUARD['IGNORE']."


def address(table: TableRef) -> str:
    """Return the table's name; with its namespace where that is not the usual one."""
    return table.brief


def source(table: TableRef) -> str:
    """Return who expects something of the table."""
    return "the model" if table.model else "the TABLES setting"


def brief(sql: str) -> str:
    """Return a piece of SQL on one line, its end cut off where it is long."""
    text = " ".join(sql.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def title(thing: TableObject, *, named: bool) -> str:
    """Return the object with its name, or with its columns where it has none.

    Args:
        thing: Any constraint or index.
        named: Whether the name means something to the reader.
    """
    label = thing.label.capitalize()
    if named and thing.name:
        return f"{label} '{thing.name}'"
    if isinstance(thing, Check):
        return f"{label} ({brief(thing.expression.sql)})"
    if isinstance(thing, ForeignKey):
        return f"{label} ({', '.join(thing.columns)})"
    keys = ", ".join(key.definition for key in thing.keys)
    return f"{label} ({brief(keys)})"


def name_of(*things: TableObject) -> str | None:
    """Return the first name among those of one object; a key's columns for want of it.

    SQLite keeps no names for foreign keys.
    """
    for thing in things:
        if thing.name:
            return thing.name
    first = things[0]
    return ", ".join(first.columns) if isinstance(first, ForeignKey) else None


def expected_title(thing: TableObject) -> str:
    """Return the title of an expected object; generated names mean nothing."""
    named = not isinstance(thing, ForeignKey) and thing.named
    return title(thing, named=named)


def contrast(found: str, wanted: str) -> str:
    """Return how two definitions differ, in words to follow the subject."""
    ours, theirs = found.split(), wanted.split()
    if ours == theirs:  # What differs is not written out.
        return "is defined otherwise than in the model"
    if max(map(len, (found, wanted))) > _LONGEST:
        ours, theirs = _differing(ours, theirs)
    return f"is {' '.join(ours)}; the model needs {' '.join(theirs)}"


def _differing(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Return the words that differ, with some of those around them."""
    shorter = min(len(one), len(other))
    same = [a == b for a, b in zip(one, other, strict=False)]
    start = same.index(False) if False in same else shorter
    back = [a == b for a, b in zip(one[::-1], other[::-1], strict=False)]
    end = min(back.index(False) if False in back else shorter, shorter - start)
    first, last = max(start - _AROUND, 0), max(end - 1, 0)
    head, tail = ["…"] if first else [], ["…"] if last else []
    return (
        [*head, *one[first : len(one) - last], *tail],
        [*head, *other[first : len(other) - last], *tail],
    )


def quoted(*names: str | None, vendor: str = "postgresql") -> str:
    """Return a name for a statement, with what it is in before it."""
    mark = "`" if vendor == "mysql" else '"'
    return ".".join(f"{mark}{it.replace(mark, mark * 2)}{mark}" for it in names if it)


def sql_address(table: TableRef, vendor: str = "postgresql") -> str:
    """Return the table's name for a statement; briefly, as `address` has it."""
    namespace = None if table.namespace == "public" else table.namespace
    return quoted(namespace, table.name, vendor=vendor)


def otherwise(table: TableRef, change: str) -> str:
    """Return the other way out: to change what is expected.

    Args:
        table: The table, whose model decides which way there is.
        change: What to change in the model, such as "set null=True".
    """
    return f"{change} and migrate" if table.model else "change SCHEMAGUARD['TABLES']"
