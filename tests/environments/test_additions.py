"""What `sync` does not begin, for the server lacks what it would need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.core.plan import Plan
from django_schemaguard.core.rules import Mode
from django_schemaguard.core.snapshot import ACTUAL, dump
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline.taking import take
from django_schemaguard.repair.additions import NO_ADDITION
from django_schemaguard.repair.planning import Choices
from django_schemaguard.repair.syncing import Sync
from django_schemaguard.reporters.plan_as_json import finding
from tests.damage.harness import SETTINGS
from tests.environments.test_objects import run

pytestmark = pytest.mark.vendors("postgresql")
JOB = Job(SETTINGS, Mode.PRODUCTION)
TWICE = (
    "CREATE FUNCTION twice(integer) RETURNS integer IMMUTABLE LANGUAGE sql"
    " AS 'SELECT $1 * 2'"
)
PLAIN = "CREATE TABLE plain (id integer PRIMARY KEY, note text)"

Planned = Callable[..., Plan]


@pytest.fixture
def planned(alias: str, connection: BaseDatabaseWrapper, tmp_path: Path) -> Planned:
    """Return what plans to bring a database back to what it was before a change."""

    def plan(before: tuple[str, ...], change: tuple[str, ...]) -> Plan:
        run(connection, *before)
        path = tmp_path / "before.json"
        path.write_text(dump(take(alias, ACTUAL, JOB)), encoding="utf-8")
        run(connection, *change)
        return Sync(str(path))(alias, JOB, Choices())

    return plan


def kinds(plan: Plan) -> list[str]:
    return [f"{it.kind} {it.stages[0].target.table.name}" for it in plan.steps]


def reasons(plan: Plan) -> list[str]:
    """Return why additions are left alone."""
    return [it.reason for it in plan.refusals if it.reason != NO_ADDITION]


ENUM = "CREATE TYPE mood AS ENUM ('fine', 'sad')"
ODD = "CREATE COLLATION odd (provider = libc, locale = 'C')"
USING = (
    PLAIN,
    ENUM,
    TWICE,
    ODD,
    "CREATE DOMAIN score AS integer NOT NULL DEFAULT 1",
    "CREATE OPERATOR CLASS backwards FOR TYPE integer USING btree AS"
    " FUNCTION 1 btint4cmp(integer, integer), OPERATOR 1 <, OPERATOR 3 =",
    "CREATE TABLE a_checked (id integer CHECK (twice(id) > 2))",
    "CREATE TABLE a_default (id integer DEFAULT twice(2))",
    "CREATE TABLE a_generated (id integer, n integer"
    " GENERATED ALWAYS AS (twice(id)) STORED)",
    "CREATE TABLE a_type (id integer, moods mood[])",
    "ALTER TABLE plain ADD COLUMN mood mood, ADD COLUMN score score",
    "ALTER TABLE plain ALTER COLUMN id SET DEFAULT twice(2)",
    "ALTER TABLE plain ADD CONSTRAINT high CHECK (twice(id) > 2)",
    "CREATE INDEX a_class ON plain (id backwards)",
    "CREATE INDEX a_collation ON plain (note COLLATE odd)",
    "CREATE INDEX a_condition ON plain (note) WHERE twice(id) > 2",
    "CREATE INDEX a_key ON plain (note, twice(id))",
    "ALTER TABLE plain ADD COLUMN other varchar(5) DEFAULT 'a'",
    "CREATE INDEX by_other ON plain (other)",
)
UNKNOWN = (
    "DROP TABLE a_checked, a_default, a_generated, a_type",
    "DROP TYPE mood, score CASCADE",
    "DROP FUNCTION twice CASCADE",
    "DROP COLLATION odd CASCADE",
    "DROP OPERATOR CLASS backwards USING btree CASCADE",
    "ALTER TABLE plain DROP COLUMN other",
)
NO_FUNCTION = "function twice(integer) does not exist"
NO_COLLATION = 'collation "odd" for encoding "UTF8" does not exist'
NO_CLASS = 'operator class "backwards" for access method "btree" does not exist'


def test_what_the_server_does_not_know_is_left_alone(planned: Planned) -> None:
    plan = planned(USING, UNKNOWN)
    assert kinds(plan) == ["add_column plain", "add_index plain"]
    told = {
        it.verdict.finding.object or it.verdict.finding.table.name: it
        for it in plan.refusals
        if it.reason != NO_ADDITION
    }
    assert {name: it.reason for name, it in told.items()} == {
        name: f"The server does not take it: {problem}."
        for name, problem in {
            "a_checked": NO_FUNCTION,
            "a_default": NO_FUNCTION,
            "a_generated": NO_FUNCTION,
            "a_type": 'type "mood[]" does not exist',
            "mood": 'type "mood" does not exist',
            "score": 'type "score" does not exist',
            "id": NO_FUNCTION,
            "high": NO_FUNCTION,
            "a_class": NO_CLASS,
            "a_collation": NO_COLLATION,
            "a_condition": NO_FUNCTION,
            "a_key": NO_FUNCTION,
        }.items()
    }
    assert {it.hint for it in told.values()} == {
        "Give it what it lacks by a migration, then run 'sync' again."
    }


def test_what_the_server_knows_is_planned(planned: Planned) -> None:
    plan = planned(
        (
            ENUM,
            TWICE,
            ODD,
            "CREATE TABLE plain (mood mood PRIMARY KEY DEFAULT 'fine',"
            " note text COLLATE odd, span int4range, id integer CHECK (twice(id) > 2),"
            " n integer GENERATED ALWAYS AS (twice(id)) STORED)",
            "CREATE INDEX by_span ON plain USING gist (span)",
            'CREATE INDEX sorted ON plain (note COLLATE "C", lower(note) COLLATE odd)'
            " WHERE twice(id) > 2",
        ),
        ("DROP TABLE plain",),
    )
    assert reasons(plan) == []
    assert kinds(plan) == ["create_table plain", "add_index plain", "add_index plain"]


MISSED = (
    PLAIN,
    ENUM,
    "ALTER TABLE plain ADD COLUMN mood mood UNIQUE, ADD COLUMN other integer UNIQUE",
    "CREATE INDEX of_both ON plain (other, mood)",
    "CREATE TABLE felt (mood mood REFERENCES plain (mood),"
    " other integer REFERENCES plain (other))",
)
DROPPED = (
    "ALTER TABLE felt DROP CONSTRAINT felt_mood_fkey, DROP CONSTRAINT felt_other_fkey",
    "ALTER TABLE plain DROP COLUMN other, DROP COLUMN mood",
)


def test_what_needs_a_column_that_is_not_added_is_left_alone(planned: Planned) -> None:
    plan = planned(MISSED, (*DROPPED, "DROP TYPE mood CASCADE"))
    assert reasons(plan) == [
        'The server does not take it: type "mood" does not exist.',
        'The server does not take it: type "mood" does not exist.',
        "Index 'of_both' goes with it. Column 'mood', which it needs, is not added.",
    ]
    assert kinds(plan) == [
        "add_column plain",
        "add_unique plain",
        "add_foreign_key felt",
    ]


def test_a_key_to_a_column_that_is_added_has_no_rows_yet(planned: Planned) -> None:
    plan = planned(MISSED, (*DROPPED, "INSERT INTO felt (other) VALUES (1)"))
    assert reasons(plan) == ["Rows refer to 'plain', which is not there."]
    assert kinds(plan) == [
        "add_column plain",
        "add_column plain",
        "add_index plain",
        "add_unique plain",
        "add_unique plain",
        "add_foreign_key felt",
    ]


def test_a_key_to_rows_that_repeat_is_left_alone(planned: Planned) -> None:
    plan = planned(
        (
            PLAIN,
            "ALTER TABLE plain ADD CONSTRAINT one UNIQUE (note)",
            "CREATE TABLE felt (id integer PRIMARY KEY,"
            " note text REFERENCES plain (note))",
        ),
        (
            "DROP TABLE felt",
            "ALTER TABLE plain DROP CONSTRAINT one",
            "INSERT INTO plain VALUES (1, 'twice'), (2, 'twice')",
        ),
    )
    assert kinds(plan) == ["create_table felt"]
    assert reasons(plan) == [
        "Foreign key 'felt_note_fkey' goes with it."
        " Key (note) of table 'plain' is not added.",
        "Values stand more than once.",
    ]


def test_signs_that_quote_names_may_be_in_names(
    planned: Planned, connection: BaseDatabaseWrapper
) -> None:
    odd = 'CREATE TABLE "an ""odd" ("i""d" integer PRIMARY KEY, """q""" text)'
    plan = planned(
        (
            PLAIN,
            odd,
            'CREATE TABLE felt (id integer REFERENCES "an ""odd")',
            'ALTER TABLE plain ADD COLUMN "o""k" integer',
        ),
        ('DROP TABLE felt, "an ""odd"', 'ALTER TABLE plain DROP COLUMN "o""k"'),
    )
    assert reasons(plan) == []
    stages = [stage for step in plan.steps for stage in step.stages]
    run(connection, *(sql for stage in stages for sql in stage.statements))
    run(connection, *(sql for stage in reversed(stages) for sql in stage.reverse))
    run(connection, odd)


def test_a_step_speaks_of_the_database_that_has_it(
    planned: Planned, tmp_path: Path
) -> None:
    plan = planned(
        (PLAIN, "ALTER TABLE plain ALTER note SET DEFAULT 'x'"),
        ("ALTER TABLE plain ALTER note DROP DEFAULT",),
    )
    (step,) = plan.steps
    has = f"'{tmp_path / 'before.json'}' has 'x'::text"
    assert step.why == f"Column 'plain.note' has no default; {has}."
    assert finding(step.verdict)["message"] == step.why
