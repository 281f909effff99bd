"""Which drift is a run's own."""

from __future__ import annotations

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.report import Verdict
from django_schemaguard.deploy.verifying import news
from tests.reporters.samples import ORDERS, STRAY, USERS, Column, Table, database

# A table that a model makes, one that the settings alone declare, and a column.
MADE = Verdict("default", Table(USERS), Severity.ERROR, Cause.DRIFT)
DECLARED = Verdict("default", Table(STRAY), Severity.WARNING, Cause.DRIFT)
COLUMN = Verdict("default", Column(ORDERS, "total"), Severity.ERROR, Cause.DRIFT)


def test_what_was_there_before_is_not() -> None:
    before, after = database(verdicts=(MADE,)), database(verdicts=(MADE, COLUMN))

    assert news(before, after) == (COLUMN,)


def test_a_declared_table_is_where_migrations_were_applied() -> None:
    after = database(verdicts=(MADE, DECLARED))

    assert news(database(), after) == (MADE, DECLARED)


def test_a_declared_table_is_not_where_they_were_unapplied() -> None:
    after = database(verdicts=(MADE, DECLARED, COLUMN))

    assert news(database(), after, backwards=True) == (MADE, COLUMN)
