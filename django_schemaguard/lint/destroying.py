"""What SQL throws away: tables, columns and rows that no reverse brings back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.lint.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LATER = "Drop it in a later deploy, when no code uses it, and allow this rule there."
_KEEP = "Copy the rows that are to stay first; where none is, allow this rule there."
_NAMED = "Name what is to go, and drop it without CASCADE."
_BY_HAND = "Leave it to somebody who has a backup, or allow this rule there."
_BACKUP = "Copy the old values into a table first, or back up with --backup."
_READ = "Read what it runs; write statements that lint can read where you can."

# What follows DROP in ALTER TABLE and is no column.
_NO_COLUMN = frozenset({"CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK"})
_TEMPORARY = frozenset({"TEMPORARY", "TEMP", "UNLOGGED", "GLOBAL", "LOCAL"})
_AFTER_SET = frozenset({"FROM", "WHERE", "RETURNING", "ORDER", "LIMIT"})
_AFTER_WHERE = frozenset({"RETURNING", "ORDER", "LIMIT"})


@dataclass(frozen=True, slots=True)
class Loss:
    """What a statement throws away.

    Attributes:
        says: One line, such as "Table 'shop_order' is dropped: its rows are lost.".
        hint: One action.
        whole: A table, a column or all rows of one; otherwise some rows or values,
            or nobody knows what.
        table: Of which, unquoted and after its namespaces; () where more than one
            table is concerned, or nobody knows which.
        column: Of that table, where no more than its values are lost.
    """

    says: str
    hint: str
    whole: bool = True
    table: tuple[str, ...] = ()
    column: str = ""


@dataclass
class Fresh:
    """What the run itself has made so far, and what therefore holds nothing old."""

    tables: set[str] = field(default_factory=set)
    columns: set[tuple[str, str]] = field(default_factory=set)

    def note(self, statement: Statement) -> None:
        """Take in what a statement makes, renames and drops."""
        words = [word for word in statement.upper[:4] if word not in _TEMPORARY]
        name = statement.name_after("TABLE")
        if name is None:
            return
        if words[:2] == ["CREATE", "TABLE"] and words[2:3] != ["IF"]:
            self.tables.add(name)
        elif words[:2] == ["DROP", "TABLE"]:
            self.tables.difference_update(statement.names_after("TABLE"))
        elif words[:2] == ["ALTER", "TABLE"]:
            self._altered(name, statement)

    def _altered(self, table: str, statement: Statement) -> None:
        new = statement.name_after("RENAME", "TO")
        if new is not None and table in self.tables:
            self.tables.add(new)
        for action in statement.actions:
            if action.starts("ADD"):
                column = action.name_after("ADD", "COLUMN") or action.name_after("ADD")
                self.columns.add((table, column or "?"))


def losses(given: Iterable[Statement], fresh: Fresh) -> Iterator[Loss]:
    """Yield what statements throw away.

    Args:
        given: In their order.
        fresh: What the run made before them; what they make themselves is added.
    """
    for statement in given:
        yield from _losses(statement, fresh)
        fresh.note(statement)


def _losses(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    first = statement.upper[0]
    if first in {"DO", "CALL", "EXECUTE"}:
        says = f"{first} runs what lint does not read: it may delete or change rows."
        yield Loss(says, _READ, whole=False)
    elif first in {"WITH", "DELETE", "UPDATE"}:
        for part in statement.parts("DELETE", "UPDATE"):
            yield from _rows(part, fresh)
    elif first in {"MERGE", "REPLACE"}:
        yield from _merged(statement, fresh)
    else:
        yield from _of_schema(statement, fresh)


def _of_schema(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    if statement.starts("ALTER", "TABLE"):
        yield from _altered(statement, fresh)
    elif statement.starts("CREATE", "OR", "REPLACE", "TABLE"):
        yield from _tables(statement, fresh)
    elif statement.starts("TRUNCATE"):
        yield from _truncated(statement, fresh)
    elif statement.starts("DROP"):
        yield from _dropped(statement, fresh)


def _merged(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    verb = statement.upper[0]
    name = statement.name_after("INTO") or statement.name_after(verb)
    if name not in fresh.tables:
        says = f"{verb} changes rows of '{name}': no rollback brings them back."
        yield Loss(says, _BACKUP, whole=False)


def _truncated(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    paths = statement.paths_after("TABLE") or statement.paths_after("TRUNCATE")
    alone = statement.upper[-1] != "CASCADE"
    for path in paths or (("?",),):
        if path[-1] not in fresh.tables:
            says = f"TRUNCATE empties '{path[-1]}'."
            yield Loss(says, _KEEP, table=path if alone else ())


def _dropped(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    what = statement.upper[1:2]
    words = " ".join(statement.upper[:2])
    cascades = statement.upper[-1] == "CASCADE"
    if what == ("TABLE",):
        yield from _tables(statement, fresh)
    elif what in {("DATABASE",), ("SCHEMA",)}:
        yield Loss(f"{words} is final.", _BY_HAND)
    elif what == ("OWNED",):
        yield Loss("DROP OWNED drops all that a role owns.", _BY_HAND)
    elif cascades:
        yield Loss(f"{words} … CASCADE drops whatever depends on it.", _NAMED)


def _tables(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    for path in statement.paths_after("TABLE"):
        if path[-1] not in fresh.tables:
            says = f"Table '{path[-1]}' is dropped: its rows are lost."
            yield Loss(says, _hint(statement), table=path)


def _hint(statement: Statement) -> str:
    return _NAMED if statement.upper[-1] == "CASCADE" else _LATER


def _altered(statement: Statement, fresh: Fresh) -> Iterator[Loss]:
    path = statement.path_after("ALTER", "TABLE")
    table = path[-1] if path else "?"
    if table in fresh.tables:
        return
    for action in statement.actions:
        column = _column_dropped(action)
        if column is not None and (table, column) not in fresh.columns:
            says = f"Column '{table}.{column}' is dropped: its values are lost."
            yield Loss(says, _hint(action), table=path, column=column)
        elif action.starts("DROP", "PARTITION") or action.starts("TRUNCATE"):
            yield Loss(f"A partition of '{table}' loses its rows.", _KEEP)
        elif action.starts("DROP") and action.upper[-1] == "CASCADE":
            yield Loss("ALTER TABLE … CASCADE drops whatever depends on it.", _NAMED)
        else:
            yield from _converted(table, action, fresh)


def _column_dropped(action: Statement) -> str | None:
    if action.starts("DROP", "COLUMN"):
        return action.name_after("DROP", "COLUMN")
    others = _NO_COLUMN | {"PARTITION"}
    if action.starts("DROP") and action.upper[1:2] and action.upper[1] not in others:
        return action.name_after("DROP")
    return None


def _converted(table: str, action: Statement, fresh: Fresh) -> Iterator[Loss]:
    column = None
    if action.starts("ALTER") and action.has("TYPE"):
        column = action.name_after("ALTER", "COLUMN") or action.name_after("ALTER")
    for word in ("MODIFY", "CHANGE"):
        if action.starts(word):
            column = action.name_after(word, "COLUMN") or action.name_after(word)
    to_text = action.has("TYPE", "TEXT") and not action.has("USING")
    if column is None or to_text or (table, column) in fresh.columns:
        return
    says = f"Column '{table}.{column}' is converted: its values may be cut or rounded."
    yield Loss(says, _BACKUP, whole=False)


def _rows(part: Statement, fresh: Fresh) -> Iterator[Loss]:
    deletes = part.starts("DELETE")
    name = part.name_after("FROM") if deletes else part.name_after("UPDATE")
    if name is None or name in fresh.tables:
        return
    where = part.clause("WHERE", _AFTER_WHERE)
    if not deletes:
        if not _only_fills(name, part, where, fresh):
            says = f"UPDATE changes rows of '{name}': no rollback brings them back."
            yield Loss(says, _BACKUP, whole=False)
    elif part.has("LIMIT") or not _is_always_true(where):
        says = f"DELETE removes rows of '{name}': no rollback brings them back."
        yield Loss(says, _BACKUP, whole=False)
    else:
        path = part.path_after("FROM")
        yield Loss(f"DELETE empties '{name}'.", _KEEP, table=path)


def _only_fills(
    table: str, part: Statement, where: tuple[str, ...], fresh: Fresh
) -> bool:
    """Return whether nothing that an UPDATE sets had a value before."""
    columns = Statement(part.clause("SET", _AFTER_SET)).assigned
    condition = Statement(where)
    return bool(columns) and all(
        (table, column) in fresh.columns
        or (condition.tests_null(column) and not condition.has("OR"))
        for column in columns
    )


def _is_always_true(where: tuple[str, ...]) -> bool:
    """Return whether a condition says nothing, such as `1 = 1`; true of none."""
    tokens = where
    while tokens[:1] == ("(",) and tokens[-1:] == (")",):
        tokens = tokens[1:-1]
    words = " ".join(tokens).upper().split(" OR ")
    return not tokens or any(
        all(_is_trivial(each) for each in word.split(" AND ")) for word in words
    )


def _is_trivial(condition: str) -> bool:
    text = condition.strip("() ").replace(" ", "")
    left, sign, right = text.partition("=")
    if sign:
        return left == right
    return text in {"TRUE", "NOTFALSE"} or (text.isdigit() and int(text) > 0)
