"""The generic reader, with everything but Django's introspection hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Answer, Limits, Question, Role, Scope
from django_schemaguard.backends.generic import Generic
from django_schemaguard.core.schema import (
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
    Unique,
)
from django_schemaguard.exceptions import DatabaseUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

ALLOWED = frozenset(
    {
        *("alias", "cursor", "features", "introspection", "in_atomic_block"),
        *("savepoint", "savepoint_commit", "savepoint_rollback"),
        *("settings_dict", "get_database_version"),
    }
)
UNTOLD = Expression("?", problem="Django does not tell index expressions")
TABLES = (
    "CREATE TABLE gen_parent (id integer NOT NULL PRIMARY KEY, code varchar(9) UNIQUE)",
    "CREATE TABLE gen_child (id integer NOT NULL PRIMARY KEY, size integer NOT NULL,"
    " word varchar(9) NULL, parent_id integer NOT NULL,"
    " CONSTRAINT gen_u UNIQUE (word, size),"
    " CONSTRAINT gen_fk FOREIGN KEY (parent_id) REFERENCES gen_parent (id))",
    "CREATE TABLE gen_pair (left_id integer NOT NULL, right_id integer NOT NULL,"
    " PRIMARY KEY (right_id, left_id))",
    "CREATE INDEX gen_i ON gen_child (size, word)",
    "CREATE UNIQUE INDEX gen_ui ON gen_child (size)",
    "CREATE VIEW gen_view AS SELECT size, word FROM gen_child",
)


class OtherServer:
    """A connection whose vendor nobody knows and that offers little else."""

    vendor = "other"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        if name not in ALLOWED:
            raise AttributeError(name)
        return getattr(self._connection, name)


@pytest.fixture
def other(connection: BaseDatabaseWrapper) -> Iterator[Any]:
    """Return a stranger's connection with some tables, gone after the test."""
    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
    yield OtherServer(connection)
    if connection.vendor == "mysql":  # Where a transaction undoes no DDL.
        with connection.cursor() as cursor:
            cursor.execute("DROP VIEW gen_view")
            for table in ("gen_pair", "gen_child", "gen_parent"):
                cursor.execute(f"DROP TABLE {table}")


def _read(other: Any) -> Schema:
    backend = Generic()
    with backend.bounded(other, Limits()):
        return backend.read(other, Scope())


def _table(schema: Schema, name: str) -> Table:
    table = schema.table(name)
    assert table is not None
    return table


def test_unknown_vendor_gets_this_reader(other: Any) -> None:
    assert isinstance(backend_for(other), Generic)


def test_columns(other: Any) -> None:
    child = _table(_read(other), "gen_child")
    assert [(column.name, column.nullable) for column in child.columns] == [
        ("id", False),
        ("size", False),
        ("word", True),
        ("parent_id", False),
    ]


def test_constraints_and_indexes(other: Any) -> None:
    child = _table(_read(other), "gen_child")
    assert child.primary_key == PrimaryKey("", ("id",))
    (key,) = child.foreign_keys
    assert key == ForeignKey(
        key.name, ("parent_id",), TableRef(None, "gen_parent"), ("id",)
    )
    assert {unique.name: unique.keys for unique in child.uniques} == {
        "gen_u": (Key("word"), Key("size")),
        "gen_ui": (Key("size"),),
    }
    assert Index("gen_i", (Key("size"), Key("word"))) in child.indexes


# On SQLite Django gives them in the order of the columns.
@pytest.mark.vendors("postgresql", "mariadb")
def test_key_of_two_columns_keeps_their_order(other: Any) -> None:
    pair = _table(_read(other), "gen_pair")
    assert pair.primary_key == PrimaryKey("", ("right_id", "left_id"))
    assert (pair.uniques, pair.indexes, pair.foreign_keys) == ((), (), ())


def test_unnamed_unique(other: Any) -> None:
    (unique,) = _table(_read(other), "gen_parent").uniques
    assert unique.keys == (Key("code"),)


def test_view(other: Any) -> None:
    view = _table(_read(other), "gen_view")
    assert view.kind is RelationKind.VIEW
    assert [column.name for column in view.columns] == ["size", "word"]


def test_each_facet_that_is_not_seen_is_said_once(other: Any) -> None:
    schema = _read(other)
    seen = Generic().traits(other).sees
    assert schema.traits.sees == seen
    assert schema.skips == tuple(
        Skip(None, facet, f"The reader for other does not see {facet}.")
        for facet in Facet
        if facet not in seen
    )
    assert Facet.CHECKS not in seen
    assert Facet.TYPES not in seen


def test_tables_come_by_name(other: Any) -> None:
    names = [table.name for table in _read(other)]
    assert names == sorted(names)


def test_expressions_are_not_compared(other: Any) -> None:
    question = Question(Table("t"), "t", Role.CONDITION, "a > 1")
    assert Generic().answer(other, [question]) == {
        question: Answer(problem="the reader for other cannot compare expressions")
    }


def test_types_stay_as_they_are() -> None:
    assert Generic().canonical_type("NUMBER (10)") == "NUMBER (10)"


def test_version(other: Any, connection: BaseDatabaseWrapper) -> None:
    version = ".".join(map(str, connection.get_database_version()))
    assert Generic().server_version(other) == version


@pytest.mark.vendors("sqlite")
def test_version_that_django_cannot_ask_for(
    other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise NotImplementedError

    monkeypatch.setattr(other, "get_database_version", refuse, raising=False)
    assert Generic().server_version(other) == "unknown"


@pytest.mark.vendors("sqlite", "postgresql")
def test_index_on_an_expression_is_not_mistaken_for_one_on_columns(
    other: Any, connection: BaseDatabaseWrapper
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX gen_e ON gen_child (lower(word))")
        cursor.execute("CREATE INDEX gen_f ON gen_child (lower(word))")
    child = _table(_read(other), "gen_child")
    untold = (Key(expression=UNTOLD),)
    assert Unique("gen_e", untold, constraint=False) in child.uniques
    assert Index("gen_f", untold) in child.indexes


@pytest.mark.vendors("sqlite", "postgresql")
def test_foreign_key_of_two_columns_is_said_to_be_unread(
    other: Any, connection: BaseDatabaseWrapper
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE gen_two (ours integer, mine integer, CONSTRAINT gen_two_fk"
            " FOREIGN KEY (ours, mine) REFERENCES gen_pair (right_id, left_id))"
        )
    schema = _read(other)
    found = {key.columns for key in _table(schema, "gen_two").foreign_keys}
    skips = [skip for skip in schema.skips if skip.table == "gen_two"]
    if connection.vendor == "sqlite":  # Told there as two keys of one column.
        assert (found, skips) == ({("ours",), ("mine",)}, [])
    else:
        reason = "Django tells only one column of what this foreign key refers to"
        assert (found, skips) == (set(), [Skip("gen_two", "gen_two_fk", reason)])


def test_names_fold_where_the_server_ignores_case(
    other: Any, connection: BaseDatabaseWrapper
) -> None:
    traits = Generic().traits(other)
    folds = connection.features.ignores_table_name_case
    assert (traits.folds_tables, traits.folds_columns) == (folds, folds)


def test_names_fold_where_django_converts_them(
    other: Any, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    introspection = connection.introspection
    monkeypatch.setattr(introspection, "identifier_converter", str.lower)
    traits = Generic().traits(other)
    assert (traits.folds_tables, traits.folds_columns) == (True, True)


def test_table_that_fails_spoils_no_other(
    other: Any, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    introspection = connection.introspection
    describe = introspection.get_table_description

    def fail(cursor: Any, name: str) -> Any:
        if name == "gen_pair":
            cursor.execute("SELECT * FROM gen_gone")
        return describe(cursor, name)

    monkeypatch.setattr(introspection, "get_table_description", fail)
    schema = _read(other)
    pair = _table(schema, "gen_pair")
    (skip,) = (skip for skip in schema.skips if skip.table == "gen_pair")
    assert skip.object is None
    assert skip.reason.startswith("it could not be read: ")
    assert "gen_gone" in skip.reason
    assert (pair.columns, pair.locked) == ((), skip.reason)
    assert len(_table(schema, "gen_parent").columns) == 2


@pytest.mark.vendors("sqlite")
def test_table_that_django_itself_stumbles_over_spoils_no_other(
    other: Any, connection: BaseDatabaseWrapper
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE gen_odd (a integer, b integer, UNIQUE (b, a))")
    schema = _read(other)
    (skip,) = (skip for skip in schema.skips if skip.table == "gen_odd")
    assert skip.reason == (
        "Django's introspection failed on it: IndexError: list index out of range"
    )
    assert _table(schema, "gen_odd").locked == skip.reason
    assert len(_table(schema, "gen_parent").columns) == 2


def test_list_that_fails_is_one_clear_line(
    other: Any, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(cursor: Any) -> Any:
        raise DatabaseError("no\nsuch catalog")

    monkeypatch.setattr(connection.introspection, "get_table_list", fail)
    with pytest.raises(DatabaseUnreadable) as caught:
        _read(other)
    assert str(caught.value) == "no such catalog"


@pytest.mark.django_db(transaction=True)
@pytest.mark.vendors("sqlite")
def test_outside_a_transaction(connection: BaseDatabaseWrapper) -> None:
    assert not connection.in_atomic_block
    names = {table.name for table in _read(OtherServer(connection))}
    assert {"django_migrations", "django_content_type"} <= names
