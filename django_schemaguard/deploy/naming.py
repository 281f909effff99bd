"""The relations that SQL changes and makes, by the names that it gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.sql import Statement

_KINDS = (
    ("TABLE",),
    ("FOREIGN", "TABLE"),
    ("VIEW",),
    ("MATERIALIZED", "VIEW"),
    ("SEQUENCE",),
    ("INDEX",),
)
_ROWS = (("INSERT", "INTO"), ("DELETE", "FROM"), ("UPDATE",), ("COPY",))
_MORE_WORDS = frozenset({"UNIQUE", "TEMPORARY", "TEMP", "UNLOGGED", "OR", "REPLACE"})


@dataclass
class Named:
    """What statements read so far change by a name without a schema.

    Attributes:
        changed: Relations that were there before.
        made: Relations that a statement has made.
    """

    changed: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)

    def note(self, statement: Statement) -> None:
        """Take in what a statement changes, and then what it makes."""
        for path in _changed(statement):
            if len(path) == 1 and path[0] not in self.made:
                self.changed.add(path[0])
        self.made.update(_made(statement))


def _changed(statement: Statement) -> Iterator[tuple[str, ...]]:
    yield from _defined(statement)
    if statement.starts("TRUNCATE", "TABLE"):
        yield from statement.paths_after("TRUNCATE", "TABLE")
    elif statement.starts("TRUNCATE"):
        yield from statement.paths_after("TRUNCATE")
    for part in statement.parts(*(words[0] for words in _ROWS)):
        for words in _ROWS:
            if part.starts(*words):
                yield part.path_after(*words)


def _defined(statement: Statement) -> Iterator[tuple[str, ...]]:
    """Yield what a statement drops, alters, comments, or makes an index on."""
    for kind in _KINDS:
        for verb in (("DROP",), ("ALTER",), ("COMMENT", "ON")):
            if statement.starts(*verb, *kind):
                paths = statement.paths_after(*verb, *kind)
                yield from paths if verb == ("DROP",) else paths[:1]
    if statement.starts("CREATE") and "INDEX" in statement.upper[:3]:
        yield statement.path_after("ON")


def _made(statement: Statement) -> Iterator[str]:
    if statement.starts("CREATE"):
        words = [word for word in statement.upper[1:5] if word not in _MORE_WORDS]
        for kind in _KINDS:
            if tuple(words[: len(kind)]) == kind:
                yield from statement.path_after(*kind)[-1:]
    elif statement.starts("ALTER"):
        yield from statement.path_after("RENAME", "TO")[-1:]
