"""The expected schema at each point of a project's history."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.apps import apps as live_apps
from django.core.cache import caches

from django_schemaguard.core.history import is_own
from django_schemaguard.expected import (
    Choice,
    Same,
    States,
    cache_tables,
    from_apps,
    from_state,
    same_models,
    states,
    with_declared,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.rules import DeclaredTable
    from django_schemaguard.core.schema import Schema, Table, Traits
    from django_schemaguard.history import MigrationGraph


@dataclass(frozen=True)
class Sides:
    """What is expected of one database; each schema is made once, when asked for.

    Attributes:
        apps: Only these; empty for all.
        declared: Tables from the settings.
    """

    connection: BaseDatabaseWrapper
    graph: MigrationGraph
    traits: Traits
    apps: frozenset[str]
    declared: tuple[DeclaredTable, ...]
    _made: dict[object, Table] = field(default_factory=dict)

    @cached_property
    def at_applied(self) -> Schema:
        """The schema that the applied migrations leave."""
        return self._schema(self._states.applied)

    @cached_property
    def at_leaves(self) -> Schema:
        """The schema that all migrations leave."""
        if self._states.leaf is self._states.applied:
            return self.at_applied
        return self._schema(self._states.leaf)

    @cached_property
    def at_models(self) -> Schema:
        """The schema that the live models ask for."""
        choice = self._choice()
        schema = from_apps(live_apps, self.connection, self.traits, choice)
        return schema if self.apps else with_declared(schema, self.declared)

    @property
    def applied(self) -> ProjectState:
        """The project after the applied migrations."""
        return self._states.applied

    @property
    def leaf(self) -> ProjectState:
        """The project after all migrations."""
        return self._states.leaf

    @cached_property
    def same(self) -> Same:
        """The live models that are as all migrations leave them."""
        return same_models(self.leaf)

    @property
    def asked_for(self) -> Schema:
        """The schema whose tables are to be looked for.

        Without any record of a migration the tables may still be there, so all
        of them are looked for.
        """
        return self.at_applied if self._is_recorded else self.at_leaves

    def fitting(self, actual: Schema) -> Schema:
        """Return the schema to compare the database with.

        Where no migration is recorded, a database that holds tables of the project
        has lost its record; one that holds none is new.
        """
        if self._is_recorded or _share_tables(self.at_leaves, actual):
            return self.asked_for
        return self.at_applied

    @property
    def _is_recorded(self) -> bool:
        return not self.graph.history.unbegun

    @cached_property
    def _states(self) -> States:
        return states(self.graph.loader, self.graph.applied)

    def _schema(self, state: ProjectState) -> Schema:
        same = self.same if state is self.leaf else same_models(state)
        choice = self._choice()
        schema = from_state(state, self.connection, self.traits, choice, same)
        return schema if self.apps else with_declared(schema, self.declared)

    def _choice(self) -> Choice:
        return Choice(
            app_labels=self.apps or None,
            known=cache_tables(caches.settings),
            made=self._made,
        )


def _share_tables(expected: Schema, actual: Schema) -> bool:
    return any(_found(expected, actual))


def _found(expected: Schema, actual: Schema) -> Iterable[bool]:
    for table in expected:
        if table.model is not None and not is_own(table.model):
            yield actual.table(table.name, table.namespace) is not None
