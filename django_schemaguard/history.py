"""Read which migrations a database has had, and the loader that knows them all."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.core.history import History
from django_schemaguard.exceptions import SchemaguardError, in_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

Node = tuple[str, str]

# Frames of Python, Django and this module, between us and a migration.
_IMPORTING = re.compile(r"^<frozen|/importlib/|/django/|/django_schemaguard/")


class BrokenMigrations(SchemaguardError):
    """The project's migrations cannot be loaded."""


@dataclass(frozen=True, slots=True)
class MigrationGraph:
    """The loader with what it read, and the history in plain words."""

    loader: MigrationLoader
    history: History

    @property
    def records(self) -> Mapping[Node, Any]:
        """The rows of Django's record of migrations."""
        return self.loader.applied_migrations

    @property
    def applied(self) -> frozenset[Node]:
        """The applied nodes of the graph, squashed ones resolved.

        With them what they depend on: they could not run without, whatever the
        record says.
        """
        graph = self.loader.graph
        recorded = frozenset(self.loader.applied_migrations) & frozenset(graph.nodes)
        if not self.history.early:
            return recorded
        found, waiting = set(), [graph.node_map[node] for node in recorded]
        while waiting:
            node = waiting.pop()
            if node.key not in found:
                found.add(node.key)
                waiting.extend(node.parents)
        return frozenset(found)


class _Informed(MigrationLoader):
    """A loader that is told the applied migrations, so that it need not read them."""

    def __init__(self, connection: BaseDatabaseWrapper, records: Sequence[Any]) -> None:
        self._applied = {(record.app, record.name): record for record in records}
        super().__init__(None)
        self.connection = connection

    @property  # type: ignore[explicit-override]  # Of an attribute.
    def applied_migrations(self) -> dict[Node, Any]:
        return self._applied

    @applied_migrations.setter
    def applied_migrations(self, found: dict[Node, Any]) -> None:
        if self.connection is not None:  # Else Django takes none for applied.
            self._applied = found


def read_history(
    connection: BaseDatabaseWrapper, records: Sequence[Any] | None = None
) -> MigrationGraph:
    """Load the migrations and read the applied ones, in two queries at most.

    Args:
        connection: Where they are recorded.
        records: The rows of that record, where they were read already.

    Raises:
        BrokenMigrations: A migration cannot be imported, or depends on one that
            does not exist.
        DatabaseError: The record of migrations cannot be read.
    """
    if records is None:
        recorder = MigrationRecorder(connection)
        records = tuple(recorder.migration_qs) if recorder.has_table() else ()
    with _named():
        loader = _Informed(connection, records)
    return MigrationGraph(loader, _history(loader, records))


def known_history(loader: MigrationLoader) -> MigrationGraph:
    """Return what a loader has read already; no record is told to be there twice."""
    return MigrationGraph(loader, _history(loader, ()))


def load_migrations(
    connection: BaseDatabaseWrapper | None, *, replace_squashed: bool = True
) -> MigrationLoader:
    """Load the migrations; without a connection as if none were applied.

    Args:
        connection: Where the applied ones are recorded.
        replace_squashed: Let a squash stand for those that it replaces.

    Raises:
        BrokenMigrations: A migration cannot be imported, or depends on one that
            does not exist.
        DatabaseError: The record of migrations cannot be read.
    """
    with _named():
        return MigrationLoader(connection, replace_migrations=replace_squashed)


@contextmanager
def _named() -> Iterator[None]:
    """Say in one line which migration cannot be loaded."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:  # A migration is the project's own code.
        said = in_one_line(error)
        raise BrokenMigrations(
            f"The migrations cannot be loaded{_place(error)}: {said}",
            "Mend the migration; nothing was compared.",
        ) from error


def _place(error: BaseException) -> str:
    """Return the file and line that an error comes from, for a person."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}, line {error.lineno})"
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not _IMPORTING.search(Path(frame.filename).as_posix())
    ]
    return f" ({own[-1].filename}, line {own[-1].lineno})" if own else ""


def _history(loader: MigrationLoader, records: Sequence[Any]) -> History:
    recorded = frozenset(loader.applied_migrations)
    plan = full_plan(loader)
    strange = _strange(loader)
    latest = _latest(loader, strange)
    return History(
        migrated=bool(loader.graph.nodes),
        applied=tuple(word(node) for node in plan if node in recorded),
        pending=tuple(word(node) for node in plan if node not in recorded),
        unknown=tuple(
            word(node) for node, row in strange.items() if row > latest.get(node[0], 0)
        ),
        superseded=tuple(
            word(node) for node, row in strange.items() if row < latest.get(node[0], 0)
        ),
        duplicates=_duplicates(records),
        early=tuple(
            (word(node), word(dependency)) for node, dependency in _early(loader, plan)
        ),
        conflicts=_conflicts(loader),
    )


def full_plan(loader: MigrationLoader) -> list[Node]:
    """Return every node in the order in which Django would apply them."""
    seen: dict[Node, None] = {}
    for leaf in loader.graph.leaf_nodes():
        seen.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return list(seen)


def _strange(loader: MigrationLoader) -> dict[Node, int]:
    """Return the rows of what is recorded for installed apps and nowhere on disk."""
    known = {*loader.graph.nodes, *loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        # Their own files may be gone already.
        known.update(migration.replaces)
    return {
        node: row
        for node, row in sorted(_rows(loader).items())
        if node not in known and node[0] in loader.migrated_apps
    }


def _rows(loader: MigrationLoader) -> dict[Node, int]:
    """Return the key of each record; a squash that stands for others has none."""
    rows = {
        node: getattr(record, "pk", None)
        for node, record in loader.applied_migrations.items()
    }
    return {node: row for node, row in rows.items() if row is not None}


def _latest(loader: MigrationLoader, strange: dict[Node, int]) -> dict[str, int]:
    """Return for each app the last row of those that are known."""
    latest: dict[str, int] = {}
    for node, row in _rows(loader).items():
        if node not in strange:
            latest[node[0]] = max(row, latest.get(node[0], 0))
    return latest


def _duplicates(records: Sequence[Any]) -> tuple[str, ...]:
    times = Counter((record.app, record.name) for record in records)
    return tuple(word(node) for node, rows in sorted(times.items()) if rows > 1)


def _conflicts(loader: MigrationLoader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    conflicts = sorted(loader.detect_conflicts().items())
    return tuple((app, tuple(names)) for app, names in conflicts)


def _early(loader: MigrationLoader, plan: list[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield all that `MigrationLoader.check_consistent_history` stops at."""
    applied = loader.applied_migrations
    for node in plan:
        if node not in applied:
            continue
        for parent in sorted(loader.graph.node_map[node].parents):
            if parent.key not in applied and not _stood_for(loader, parent.key):
                yield node, parent.key


def _stood_for(loader: MigrationLoader, node: Node) -> bool:
    """Return whether all that a squash replaces is applied."""
    squash = loader.replacements.get(node)
    return squash is not None and all(
        old in loader.applied_migrations or _stood_for(loader, old)
        for old in squash.replaces
    )


def word(node: Node) -> str:
    """Return a node as "app.name"."""
    return f"{node[0]}.{node[1]}"
