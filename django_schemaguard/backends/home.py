"""A connection that stands for one schema of a database."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.identifiers import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import TableRef

_ATTRIBUTE = "schemaguard_home"


@dataclass(frozen=True, slots=True)
class Home:
    """The schema that a connection stands for.

    Attributes:
        schema: First on its search path.
        tables: Names of tables that schemas of this kind have: one of another
            schema never stands for them, though the search path finds it.
        shared: Names of tables of another schema, all others being its own; None
            where no more than `tables` is known to be its own.
    """

    schema: str
    tables: frozenset[str]
    shared: frozenset[str] | None = None

    def owns(self, table: str) -> bool:
        """Return whether a table of that name is the schema's own."""
        known = self.shared is not None and table not in self.shared
        return known or table in self.tables


def settle_in(connection: BaseDatabaseWrapper, home: Home) -> None:
    """Let a connection stand for a schema; its search path is the caller's matter."""
    wrapper: Any = connection
    setattr(wrapper, _ATTRIBUTE, home)


@contextmanager
def at_home(connection: BaseDatabaseWrapper, home: Home) -> Iterator[None]:
    """Let a connection stand for a schema inside the block alone."""
    wrapper: Any = connection
    before = home_of(connection)
    setattr(wrapper, _ATTRIBUTE, home)
    try:
        yield
    finally:
        setattr(wrapper, _ATTRIBUTE, before)


def home_of(connection: BaseDatabaseWrapper) -> Home | None:
    """Return the schema that a connection stands for; None for the whole database."""
    found: Home | None = getattr(connection, _ATTRIBUTE, None)
    return found


def namespace_of(connection: BaseDatabaseWrapper, ref: TableRef) -> str | None:
    """Return the schema that a table has to be named with; None for none."""
    home = home_of(connection)
    if ref.namespace or home is None or not home.owns(ref.name):
        return ref.namespace
    return home.schema


def beside(connection: BaseDatabaseWrapper, ref: TableRef, name: str) -> str:
    """Return the name of what lies in a table's namespace, as SQL."""
    namespace = namespace_of(connection, ref)
    bare = identifier(connection, name)
    return f"{identifier(connection, namespace)}.{bare}" if namespace else bare


def address(connection: BaseDatabaseWrapper, ref: TableRef) -> str:
    """Return a table's name as SQL, with its namespace where it has one."""
    return beside(connection, ref, ref.name)
