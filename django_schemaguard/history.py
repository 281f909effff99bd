"""Read which migrations a database has had, and the loader that knows them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.migrations.exceptions import (
    BadMigrationError,
    CircularDependencyError,
    NodeNotFoundError,
)
from django.db.migrations.loader import MigrationLoader

from django_schemaguard.core.history import History
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

Node = tuple[str, str]


class BrokenMigrations(SchemaguardError):
    """The project's migrations cannot be loaded."""


@dataclass(frozen=True, slots=True)
class MigrationGraph:
    """The loader with what it read, and the history in plain words."""

    loader: MigrationLoader
    history: History

    @property
    def applied(self) -> frozenset[Node]:
        """The applied nodes of the graph, squashed ones resolved."""
        return frozenset(self.loader.applied_migrations) & frozenset(
            self.loader.graph.nodes
        )


def read_history(connection: BaseDatabaseWrapper) -> MigrationGraph:
    """Load the migrations and read the applied ones, in two queries.

    Raises:
        BrokenMigrations: A migration cannot be imported, or depends on one that
            does not exist.
    """
    try:
        loader = MigrationLoader(connection)
    except (
        BadMigrationError,
        CircularDependencyError,
        ImportError,
        NodeNotFoundError,
    ) as error:
        message = " ".join(str(error).split())
        raise BrokenMigrations(
            f"The migrations cannot be loaded: {message}",
            "Run 'manage.py showmigrations' and mend what it names.",
        ) from error
    return MigrationGraph(loader, _history(loader))


def _history(loader: MigrationLoader) -> History:
    recorded = frozenset(loader.applied_migrations)
    plan = full_plan(loader)
    return History(
        migrated=bool(loader.graph.nodes),
        applied=tuple(word(node) for node in plan if node in recorded),
        pending=tuple(word(node) for node in plan if node not in recorded),
        unknown=tuple(word(node) for node in sorted(recorded - _known(loader))),
    )


def full_plan(loader: MigrationLoader) -> list[Node]:
    """Return every node in the order in which Django would apply them."""
    seen: dict[Node, None] = {}
    for leaf in loader.graph.leaf_nodes():
        seen.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return list(seen)


def _known(loader: MigrationLoader) -> frozenset[Node]:
    return frozenset(loader.graph.nodes) | frozenset(loader.disk_migrations)


def word(node: Node) -> str:
    """Return a node as "app.name"."""
    return f"{node[0]}.{node[1]}"
