"""Any single change of a migrated table is noticed, and on that table alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from django.db.migrations.loader import MigrationLoader
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Limits, Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.compare import Comparison, compare
from django_schemaguard.expected import applied_state, from_state
from tests.property.mutations import Mutation, mutations

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Schema


@pytest.mark.vendors("sqlite", "postgresql")
def test_a_change_is_found_on_its_table(connection: BaseDatabaseWrapper) -> None:
    done: Counter[str] = Counter()
    expected = _expected(connection)
    before, actual = _compare(connection, expected)
    known = set(map(_signature, before.findings))
    compared = frozenset(before.compared)
    tables = [table for table in actual if str(table.ref) in compared]

    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        table = data.draw(st.sampled_from(tables))
        possible = mutations(connection, table, compared)
        mutation = data.draw(st.sampled_from(possible))
        with transaction.atomic(connection.alias):
            if _run(connection, mutation):
                done[mutation.label.partition(" ")[0]] += 1
                after, _ = _compare(connection, expected)
                news = [it for it in after.findings if _signature(it) not in known]
                assert {it.table.name for it in news} == {table.name}, (
                    mutation,
                    list(map(_signature, news)),
                )
            transaction.set_rollback(True, connection.alias)

    attempt()

    assert len(done) > 2, done


def _run(connection: BaseDatabaseWrapper, mutation: Mutation) -> bool:
    """Return whether the server let it happen."""
    try:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            for statement in mutation.statements:
                cursor.execute(statement)
    except DatabaseError:
        return False
    return True


def _expected(connection: BaseDatabaseWrapper) -> Schema:
    loader = MigrationLoader(connection)
    state = applied_state(loader, loader.applied_migrations)
    return from_state(state, connection, backend_for(connection).traits(connection))


def _compare(
    connection: BaseDatabaseWrapper, expected: Schema
) -> tuple[Comparison, Schema]:
    backend = backend_for(connection)
    scope = Scope(
        frozenset(table.namespace for table in expected if table.namespace),
        frozenset(table.name for table in expected),
    )
    with backend.bounded(connection, Limits()):
        actual = backend.read(connection, scope)
        return compare(*settle(backend, connection, expected, actual)), actual


def _signature(finding: Finding) -> tuple[str, str, str | None, str]:
    return finding.code, str(finding.table), finding.object, finding.message
