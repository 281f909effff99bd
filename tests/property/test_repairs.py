"""Whatever of Django's making is dropped is found, mended and, undone, found again.

The models are drawn with hostile names, values and conditions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from django_schemaguard.backends.repair import Options, for_connection
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.plan import PlannedStep, Refusal
from django_schemaguard.core.report import Verdict
from django_schemaguard.core.schema import Schema
from django_schemaguard.repair.planning import ORDER
from django_schemaguard.repair.sources import sources_of
from django_schemaguard.repair.steps import Drafting
from tests.property.bench import Bench
from tests.property.databases import both_sides, empty, findings, lines
from tests.repair.applying import run_stage, undo_stage

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Table

WITNESS = "CREATE TABLE witness_of_harm (id integer PRIMARY KEY)"


def test_what_is_dropped_is_mended(alias: str) -> None:
    done: Counter[str] = Counter()

    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        with empty(alias) as connection:
            bench = Bench(connection, data)
            for _ in range(data.draw(st.integers(1, 2))):
                bench.apply(bench.create())
            expected, _ = both_sides(connection, bench.state)
            clean = lines(findings(connection, bench.state)[0])
            drops = [drop for table in expected for drop in _drops(connection, table)]
            label, sql = data.draw(st.sampled_from(drops))
            if not _ran(connection, sql) or not _ran(connection, WITNESS):
                return
            _law(connection, bench, expected, clean)
            done[label] += 1
            _see_witness(connection)

    attempt()

    assert done.total() > 5, done


def _law(
    connection: BaseDatabaseWrapper, bench: Bench, expected: Schema, clean: list[str]
) -> None:
    found = findings(connection, bench.state)[0]
    before = lines(found)
    steps, refusals = _drafted(connection, bench, expected, found)
    if refusals:
        return
    for step in steps:
        for stage in step.stages:
            run_stage(connection, stage)
    left = lines(tuple(it for it in found if it.cause is not Cause.DRIFT))
    extra = [line for line in before if "witness_of_harm" in line]
    assert set(lines(findings(connection, bench.state)[0])) <= {*clean, *left, *extra}
    for step in reversed(steps):
        for stage in reversed(step.stages):
            if stage.reverse:
                undo_stage(connection, stage)
    assert lines(findings(connection, bench.state)[0]) == before


def _drafted(
    connection: BaseDatabaseWrapper,
    bench: Bench,
    expected: Schema,
    found: tuple[Finding, ...],
) -> tuple[list[PlannedStep], list[Refusal]]:
    drafting = Drafting(
        for_connection(connection),
        sources_of(_fresh(bench), expected),
        Options(backfill=True, invent=True, accept_rewrite=True),
        expected.traits,
    )
    verdicts = [
        Verdict("property", it, Severity.ERROR, Cause.DRIFT)
        for it in found
        if it.cause is Cause.DRIFT and it.expected is not None
    ]
    for verdict in verdicts:
        drafting.expect(verdict)
    done = [it for verdict in verdicts for it in drafting.draft(verdict)]
    steps = [it for it in done if isinstance(it, PlannedStep)]
    steps.sort(key=lambda step: ORDER.index(step.kind))
    return steps, [it for it in done if isinstance(it, Refusal)]


def _fresh(bench: Bench):
    fresh = bench.state.clone()
    fresh.__dict__.pop("apps", None)
    return fresh


def _drops(connection: BaseDatabaseWrapper, table: Table) -> list[tuple[str, str]]:
    quote = connection.ops.quote_name
    name = quote(table.name)
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    on = f" ON {name}" if connection.vendor == "mysql" else ""
    drops = [("table", f"DROP TABLE {name}{cascade}")]
    drops += [
        ("column", f"ALTER TABLE {name} DROP COLUMN {quote(column.name)}")
        for column in table.columns
    ]
    drops += [("index", f"DROP INDEX {quote(it.name)}{on}") for it in table.indexes]
    if connection.vendor != "sqlite":
        drops += [
            ("constraint", f"ALTER TABLE {name} DROP CONSTRAINT {quote(it.name)}")
            for it in (*table.uniques, *table.checks, *table.foreign_keys)
            if it.name
        ]
    return drops


def _ran(connection: BaseDatabaseWrapper, sql: str) -> bool:
    """Return whether the server let it happen."""
    try:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return False
    return True


def _see_witness(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM witness_of_harm")
        assert cursor.fetchone() == (0,)
