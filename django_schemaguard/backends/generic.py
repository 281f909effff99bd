"""Any server that Django can introspect, as far as its introspection goes.

Django tells columns, keys and indexes table by table, and nothing of what only
one server has; whatever is not told is reported as not compared.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError

from django_schemaguard._typing import override
from django_schemaguard.backends.base import Answer, Backend, Limits, Question, Scope
from django_schemaguard.backends.connect import one_line
from django_schemaguard.core.schema import (
    Column,
    Expression,
    Facet,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    RelationKind,
    Schema,
    Skip,
    Table,
    TableRef,
    Traits,
    Unique,
)
from django_schemaguard.exceptions import DatabaseUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.introspection import TableInfo

_SEES: Final = frozenset(
    {
        Facet.TABLES,
        Facet.COLUMNS,
        Facet.NULLS,
        Facet.PRIMARY_KEYS,
        Facet.UNIQUES,
        Facet.FOREIGN_KEYS,
        Facet.INDEXES,
    }
)
_KINDS: Final = {"v": RelationKind.VIEW, "p": RelationKind.PARTITIONED}
# What the backends' readers of SQL text and of driver rows run into.
_STUMBLES: Final = (LookupError, ValueError, TypeError, NotImplementedError)
_UNTOLD: Final = Expression("?", problem="Django does not tell index expressions")


class Generic(Backend):
    """Reads through `connection.introspection` alone, a few statements a table."""

    @override
    def traits(self, connection: BaseDatabaseWrapper) -> Traits:
        """Take names as folded where the server or Django folds any."""
        converted = connection.introspection.identifier_converter("Aa")
        folds = connection.features.ignores_table_name_case or converted != "Aa"
        return Traits(connection.vendor, folds, folds, _SEES)

    @override
    def bounded(
        self, connection: BaseDatabaseWrapper, limits: Limits
    ) -> AbstractContextManager[None]:
        """Bound nothing: no statement for it is common to all servers."""
        return nullcontext()

    @override
    def server_version(self, connection: BaseDatabaseWrapper) -> str:
        """Return the version, or "unknown" where Django cannot ask for it."""
        try:
            version = connection.get_database_version()
        except NotImplementedError:
            return "unknown"
        return ".".join(str(part) for part in version)

    @override
    def read(self, connection: BaseDatabaseWrapper, scope: Scope) -> Schema:
        """Return tables and views; a Skip for each facet that is not seen."""
        skips = [
            _unseen(connection.vendor, facet) for facet in Facet if facet not in _SEES
        ]
        tables = []
        for info in _table_list(connection):
            try:
                table, own_skips = _in_savepoint(connection, info)
            except DatabaseError as error:
                reason = f"it could not be read: {one_line(error, connection)}"
                table, own_skips = _unread(info, reason)
            except _STUMBLES as error:
                what = f"{type(error).__name__}: {error}".rstrip(": ")
                reason = f"Django's introspection failed on it: {what}"
                table, own_skips = _unread(info, reason)
            tables.append(table)
            skips += own_skips
        return Schema(self.traits(connection), tuple(tables), skips=tuple(skips))

    @override
    def canonical_type(self, type_name: str) -> str:
        """Return the type as it is; types are not compared."""
        return type_name

    @override
    def answer(
        self, connection: BaseDatabaseWrapper, questions: Iterable[Question]
    ) -> Mapping[Question, Answer]:
        """Say of each expression that it cannot be compared."""
        problem = f"the reader for {connection.vendor} cannot compare expressions"
        return dict.fromkeys(questions, Answer(problem=problem))


def _unseen(vendor: str, facet: Facet) -> Skip:
    return Skip(None, facet, f"The reader for {vendor} does not see {facet}.")


def _table_list(connection: BaseDatabaseWrapper) -> list[TableInfo]:
    try:
        with connection.cursor() as cursor:
            found = connection.introspection.get_table_list(cursor)
    except DatabaseError as error:
        raise DatabaseUnreadable(one_line(error, connection)) from error
    return sorted(found, key=lambda info: info.name)


def _unread(info: TableInfo, reason: str) -> tuple[Table, list[Skip]]:
    table = Table(info.name, kind=_kind(info), locked=reason)
    return table, [Skip(info.name, None, reason)]


def _kind(info: TableInfo) -> RelationKind:
    return _KINDS.get(info.type, RelationKind.TABLE)


def _in_savepoint(
    connection: BaseDatabaseWrapper, info: TableInfo
) -> tuple[Table, list[Skip]]:
    """Read one table; where that fails, the transaction around lives on."""
    sid = connection.savepoint() if connection.in_atomic_block else None
    try:
        found = _table(connection, info)
    except DatabaseError:
        if sid is not None:
            connection.savepoint_rollback(sid)
        raise
    if sid is not None:
        connection.savepoint_commit(sid)
    return found


def _table(
    connection: BaseDatabaseWrapper, info: TableInfo
) -> tuple[Table, list[Skip]]:
    introspection = connection.introspection
    with connection.cursor() as cursor:
        description = introspection.get_table_description(cursor, info.name)
        if info.type == "v":
            columns = _columns(connection, description, frozenset())
            return Table(info.name, columns, kind=_kind(info)), []
        key = tuple(introspection.get_primary_key_columns(cursor, info.name) or ())
        constraints = introspection.get_constraints(cursor, info.name)
    columns = _columns(connection, description, frozenset(key))
    names = frozenset(column.name for column in columns)
    objects = {
        name: it for name, it in sorted(constraints.items()) if not it["primary_key"]
    }
    foreign_keys, skips = _foreign_keys(info.name, objects)
    table = Table(
        info.name,
        columns,
        kind=_kind(info),
        primary_key=PrimaryKey("", key) if key else None,
        foreign_keys=foreign_keys,
        uniques=tuple(
            Unique(name, _keys(it, names), constraint=not it["index"])
            for name, it in objects.items()
            if it["unique"]
        ),
        indexes=tuple(
            Index(name, _keys(it, names))
            for name, it in objects.items()
            if it["index"] and not it["unique"]
        ),
    )
    return table, skips


def _columns(
    connection: BaseDatabaseWrapper, description: Iterable[Any], key: frozenset[str]
) -> tuple[Column, ...]:
    """Return the columns; their type is Django's guess at a field, for display."""
    return tuple(
        Column(
            row.name,
            _guess(connection, row),
            nullable=bool(row.null_ok) and row.name not in key,
        )
        for row in description
    )


def _guess(connection: BaseDatabaseWrapper, row: Any) -> str:
    try:
        return str(connection.introspection.get_field_type(row.type_code, row))
    except KeyError:
        return ""


def _keys(constraint: Mapping[str, Any], names: frozenset[str]) -> tuple[Key, ...]:
    """Return the keys; what is no column of the table stands for an expression."""
    columns = constraint["columns"] or (None,)
    orders = constraint.get("orders") or ("",) * len(columns)
    return tuple(
        Key(
            column if column in names else None,
            None if column in names else _UNTOLD,
            descending=order == "DESC",
        )
        for column, order in zip(columns, orders, strict=True)
    )


def _foreign_keys(
    table: str, constraints: Mapping[str, Mapping[str, Any]]
) -> tuple[tuple[ForeignKey, ...], list[Skip]]:
    """Return the foreign keys of one column; of others Django tells one target."""
    keys, skips = [], []
    for name, it in constraints.items():
        if not it["foreign_key"]:
            continue
        target, column = it["foreign_key"]
        if len(it["columns"]) == 1:
            columns = tuple(it["columns"])
            keys.append(ForeignKey(name, columns, TableRef(None, target), (column,)))
        else:
            reason = "Django tells only one column of what this foreign key refers to"
            skips.append(Skip(table, name, reason))
    return tuple(keys), skips
