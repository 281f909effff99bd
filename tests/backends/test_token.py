"""The hint that nothing changed: it moves with the schema, and only with that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

MAKE = """
CREATE SCHEMA tokens;
CREATE TYPE tokens.mood AS ENUM ('good');
CREATE FUNCTION tokens.noise() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN RETURN NEW; END';
CREATE TABLE tokens.thing (
  id integer PRIMARY KEY, name varchar(10), other integer, many integer
);
CREATE INDEX thing_name ON tokens.thing (name);
CREATE SEQUENCE tokens.numbers;
CREATE TRIGGER loud BEFORE INSERT ON tokens.thing
  FOR EACH ROW EXECUTE FUNCTION tokens.noise();
CREATE VIEW tokens.seen AS SELECT id FROM tokens.thing;
INSERT INTO tokens.thing VALUES (1, 'a', 1, 1);
"""
CHANGES = [
    "CREATE TABLE tokens.new (id integer)",
    "DROP VIEW tokens.seen",
    "CREATE OR REPLACE VIEW tokens.seen AS SELECT id, 1 AS one FROM tokens.thing",
    "ALTER TABLE tokens.thing RENAME TO thing2",
    "ALTER TABLE tokens.thing ADD COLUMN more integer",
    "ALTER TABLE tokens.thing DROP COLUMN many",
    "ALTER TABLE tokens.thing RENAME COLUMN name TO title",
    "ALTER TABLE tokens.thing ALTER name TYPE varchar(11)",
    "ALTER TABLE tokens.thing ALTER name SET NOT NULL",
    "ALTER TABLE tokens.thing ALTER name SET DEFAULT 'x'",
    "ALTER TABLE tokens.thing ADD CHECK (id > 0)",
    "ALTER TABLE tokens.thing ADD CHECK (id > 0) NOT VALID",
    "ALTER TABLE tokens.thing ADD UNIQUE (name)",
    "ALTER TABLE tokens.thing ADD FOREIGN KEY (other) REFERENCES tokens.thing",
    "ALTER TABLE tokens.thing DROP CONSTRAINT thing_pkey",
    "CREATE INDEX ON tokens.thing (other)",
    "DROP INDEX tokens.thing_name",
    "ALTER INDEX tokens.thing_name RENAME TO thing_title",
    "ALTER TABLE tokens.thing ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON tokens.thing USING (true)",
    "ALTER TABLE tokens.thing DISABLE TRIGGER loud",
    "DROP TRIGGER loud ON tokens.thing",
    "CREATE RULE none AS ON DELETE TO tokens.thing DO INSTEAD NOTHING",
    "COMMENT ON COLUMN tokens.thing.name IS 'Name'",
    "COMMENT ON TABLE tokens.thing IS 'Thing'",
    "ALTER SEQUENCE tokens.numbers INCREMENT 2",
    "ALTER SEQUENCE tokens.numbers OWNED BY tokens.thing.id",
    "ALTER TYPE tokens.mood ADD VALUE 'bad'",
    "CREATE DOMAIN tokens.short AS varchar(3)",
    'CREATE COLLATION tokens.plain FROM "C"',
    "CREATE OR REPLACE FUNCTION tokens.noise() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN OLD; END'",
    "GRANT SELECT ON tokens.thing TO PUBLIC",
    "GRANT USAGE ON SCHEMA tokens TO PUBLIC",
]
HARMLESS = [
    "VACUUM tokens.thing",
    "VACUUM FREEZE tokens.thing",
    "ANALYZE tokens.thing",
    "INSERT INTO tokens.thing VALUES (2, 'b', 1, 1)",
    "SELECT nextval('tokens.numbers')",
    "CREATE TEMPORARY TABLE passing (id serial PRIMARY KEY, name text DEFAULT 'a')",
    "BEGIN; ALTER TABLE tokens.thing ADD COLUMN more integer; ROLLBACK",
    "VACUUM pg_catalog.pg_class, pg_catalog.pg_attribute",
]


@pytest.fixture
def session(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Return a session in autocommit, with things to change in a schema."""
    session = connection.copy()
    with session.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS tokens CASCADE")
        cursor.execute(MAKE)
    yield session
    session.close()
    with session.cursor() as cursor:
        cursor.execute("DROP SCHEMA tokens CASCADE")
    session.close()


def _token(connection: BaseDatabaseWrapper) -> str | None:
    backend = backend_for(connection)
    with backend.bounded(connection, Limits()):
        return backend.token(connection)


def _run(connection: BaseDatabaseWrapper, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.vendors("postgresql")
def test_each_change_of_the_schema_changes_it(session: BaseDatabaseWrapper) -> None:
    backend = backend_for(session)
    before = backend.token(session)
    missed = []
    session.set_autocommit(False)
    for change in CHANGES:
        _run(session, change)
        if backend.token(session) == before:
            missed.append(change)
        session.rollback()

    session.set_autocommit(True)
    assert missed == []
    assert backend.token(session) == before


@pytest.mark.vendors("postgresql")
def test_what_changes_no_schema_leaves_it(session: BaseDatabaseWrapper) -> None:
    before = _token(session)

    for work in HARMLESS:
        _run(session, work)

        assert _token(session) == before, work


@pytest.mark.vendors("sqlite")
def test_on_sqlite_it_is_all_statements(connection: BaseDatabaseWrapper) -> None:
    before = _token(connection)
    _run(connection, "INSERT INTO django_content_type VALUES (9999, 'a', 'b')")
    assert _token(connection) == before

    _run(connection, "CREATE INDEX tokens ON django_content_type (model)")

    assert _token(connection) != before


@pytest.mark.vendors("mariadb")
def test_mariadb_has_none(connection: BaseDatabaseWrapper) -> None:
    assert _token(connection) is None
