"""Faults of repairs, each with the tests that show how it ends; and some of these.

Whatever a crash, a busy table or somebody else can do to a repair is shown on real
servers. `FAULTS` is the whole list; a test sees to it that none of its tests is lost.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import Error, IntegrityError

from django_schemaguard.core.finding import Severity
from django_schemaguard.executor.apply import RepairIncomplete
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.rollback import RollbackRefused
from django_schemaguard.repair.planning import Choices, plan
from django_schemaguard.repair.running import Pace, auto_fix
from tests.damage.harness import findings
from tests.executor.conftest import ALIAS, another, run
from tests.repair.applying import JOB, undo_last
from tests.repair.sites import Sites

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TESTS = Path(__file__).parents[1]
# What happens, how it ends, and how the tests in tests/ begin that show it.
FAULTS: tuple[tuple[str, ...], ...] = (
    (
        "a long reader holds the table",
        "nobody else waits for 0.6 s; it is done later",
        "executor/test_faults.py: test_long_reader_makes_no_other_wait_for_long",
    ),
    (
        "the lock is never free",
        "75, unchanged",
        "executor/test_apply.py: test_lock_that_is_never_free_changes_nothing",
        "executor/test_apply.py: test_writer_that_never_ends_changes_nothing",
    ),
    (
        "a hot table",
        "done within the deadline",
        "executor/test_faults.py: test_hot_table_is_altered_in_time",
    ),
    (
        "kill -9 inside a transaction",
        "neither DDL nor entry",
        "executor/test_faults.py: test_killed_in_a_transaction_leaves_neither",
    ),
    (
        "session terminated inside a transaction",
        "neither DDL nor entry",
        "executor/test_faults.py: test_terminated_in_a_transaction_leaves_neither",
    ),
    (
        "kill -9 during a concurrent build",
        "the next run waits, and adopts",
        "executor/test_faults.py: test_killed_while_building_is_waited_for_and_adopted",
    ),
    (
        "session terminated during a build",
        "built anew",
        "executor/test_faults.py: test_terminated_while_building_is_built_anew",
    ),
    (
        "a build that is too late",
        "nothing is left; the next run builds it",
        "executor/test_faults.py: test_build_that_is_too_late_leaves_nothing",
    ),
    (
        "an invalid index bears the name",
        "never reported as done",
        "executor/test_faults.py: test_invalid_index_is_never_taken_for_the_one",
    ),
    (
        "duplicates under a unique",
        "refused with a sample; nothing left",
        "executor/test_apply.py: test_unique_index_over_duplicates_leaves_nothing",
        "repair/test_refusals.py: test_values_that_stand_twice_are_counted_and_shown",
    ),
    (
        "an invalid unique index rejects writes",
        "an error, left to people",
        "repair/test_faults.py: test_invalid_unique_that_rejects_writes_is_an_error",
    ),
    (
        "what a failed REINDEX left",
        "reported, not dropped",
        "repair/test_faults.py: test_what_a_failed_reindex_left_is_reported",
    ),
    (
        "an invalid index behind a constraint",
        "built anew in its place",
        "repair/test_faults.py: test_invalid_index_behind_a_constraint_is_built_anew",
    ),
    (
        "somebody else is building it",
        "not dropped; adopted",
        "executor/test_faults.py: test_build_of_somebody_else_is_not_dropped",
    ),
    (
        "eight processes at once",
        "one applies, seven find nothing to do",
        "executor/test_faults.py: test_eight_processes_add_one_thing_once",
    ),
    (
        "a second run waits during a build",
        "no deadlock",
        "executor/test_faults.py: test_killed_while_building_is_waited_for_and_adopted",
        "executor/test_faults.py: test_eight_processes_add_one_thing_once",
    ),
    (
        "a pooler in transaction mode",
        "what is no transaction is refused",
        "executor/test_pooled.py: test_one_transaction_is_applied_and",
    ),
    (
        "the holder of a lease dies",
        "taken over when it is over, and fenced",
        "executor/test_pooled.py: test_lease_of_a_dead_run_is_taken_over_and_fenced",
    ),
    (
        "rows break a check",
        "refused, with count and query",
        "repair/test_refusals.py: test_rows_that_break_a_check_are_counted_and_shown",
    ),
    (
        "a row that breaks it slips in",
        "our constraint is dropped again",
        "executor/test_faults.py: test_violator_that_slips_in_removes_our_constraint",
    ),
    (
        "orphans",
        "refused, with count and query",
        "repair/test_refusals.py: test_orphans_are_counted_and_shown",
    ),
    (
        "a foreign key of a partitioned table",
        "refused before 18, added since",
        "repair/test_refusals.py: test_partitioned_tables_are_not_locked_for_long",
    ),
    (
        "NOT NULL without a value, over rows",
        "refused; nothing is invented",
        "repair/test_refusals.py: test_rows_without_a_value_refuse_the_column",
        "executor/test_faults.py: test_guard_holds_what_the_precheck_saw",
    ),
    (
        "a unique default of its own for each row",
        "distinct values",
        "repair/test_refusals.py: test_each_row_gets_a_value_of_its_own",
    ),
    (
        "values are not all written by the deadline",
        "they stay; the next run goes on",
        "repair/test_faults.py: test_backfill_that_is_too_late_goes_on_later",
    ),
    (
        "a column with a check on a big table",
        "writers wait under 0.1 s",
        "repair/test_faults.py: test_writers_hardly_wait_for_a_column_with_a_check",
    ),
    (
        "a default that rewrites a big table",
        "refused unless asked for",
        "repair/test_refusals.py: test_large_tables_are_not_rewritten_unasked",
    ),
    (
        "undeclared things on SQLite",
        "they survive",
        "executor/test_faults.py: test_undeclared_things_survive",
        "repair/test_refusals.py: test_sqlite_keeps_undeclared_columns",
    ),
    (
        "the new table got rows",
        "not rolled back",
        "commands/test_auto_fix.py: test_rollback_refuses_to_lose_rows",
    ),
    (
        "a row is written while a column is dropped",
        "it is not lost",
        "executor/test_rollback.py: test_row_that_is_being_written_is_not_lost",
    ),
    (
        "a view stands on it",
        "not rolled back",
        "executor/test_rollback.py: test_view_is_kept",
    ),
    (
        "MariaDB's client is killed during ALTER",
        "the lock is held on; adopted",
        "executor/test_faults.py: test_killed_client_keeps_the_lock",
    ),
    (
        "the schema changed since the plan",
        "75, nothing done",
        "repair/test_running.py: test_schema_that_changed_since_the_plan_is_left_alone",
    ),
    (
        "a read-only server, a standby, no privilege",
        "2, with the GRANT",
        "executor/test_rights.py: test_role_of_postgresql",
        "executor/test_rights.py: test_user_of_mariadb",
        "executor/test_rights.py: test_database_that_is_opened_read_only",
        "executor/test_rights.py: test_standby_is_refused",
    ),
    (
        "an object was altered since the run",
        "not rolled back",
        "executor/test_rollback.py: test_object_that_was_altered_since_is_kept",
    ),
    (
        "a pending migration will make it",
        "left to it",
        "repair/test_running.py: test_what_belongs_to_a_pending_migration",
    ),
)


def test_each_fault_has_its_tests() -> None:
    for fault, outcome, *tests in FAULTS:
        assert outcome
        assert tests, fault
        for place in tests:
            file, name = place.split(": ")
            text = (TESTS / file).read_text(encoding="utf-8")
            assert re.search(rf"^def {name}", text, re.MULTILINE), place


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker
) -> Iterator[BaseDatabaseWrapper]:
    """Give the alias "private" to one migrated database; each test mends it."""
    if "postgresql" in settings.ABSENT:
        pytest.skip(settings.ABSENT["postgresql"].reason)
    folder = tmp_path_factory.mktemp("faults")
    with django_db_blocker.unblock(), Sites(folder).site("postgresql", folder) as found:
        yield found


@contextmanager
def reading(connection: BaseDatabaseWrapper, table: str) -> Iterator[None]:
    """Keep a snapshot open, which concurrent builds wait for."""
    with closing(another(connection)) as reader:
        run(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ", f"SELECT * FROM {table}")
        yield


def cut_short(connection: BaseDatabaseWrapper, statement: str) -> None:
    """Run a statement that is ended by a timeout in the middle."""
    with closing(another(connection)) as builder:
        run(builder, "SET statement_timeout = '1s'")
        with pytest.raises(Error):
            run(builder, statement)


SPOIL = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{}'::regclass"


@pytest.mark.slow
def test_invalid_unique_that_rejects_writes_is_an_error(site) -> None:
    with reading(site, "orders_payment"):
        cut_short(
            site, "CREATE UNIQUE INDEX CONCURRENTLY stray ON orders_payment (provider)"
        )
    insert = (
        "INSERT INTO orders_payment (amount, provider, token, received, order_id)"
        " VALUES (1, 'same', '{}', now(), 1)"
    )
    run(site, "BEGIN", insert.format(1))
    with pytest.raises(IntegrityError, match="stray"):
        run(site, insert.format(2))
    run(site, "ROLLBACK")

    assert findings(ALIAS) == ("error SG303 orders_payment.stray",)
    repair = auto_fix(ALIAS, JOB, Choices())
    assert repair.run is None
    refusals = repair.plan.refusals
    (refusal,) = [it for it in refusals if it.verdict.severity is Severity.ERROR]
    assert refusal.verdict.hint == "Drop it; a failed build left it behind."
    run(site, "DROP INDEX stray")
    assert findings(ALIAS) == ()


@pytest.mark.slow
def test_what_a_failed_reindex_left_is_reported(site) -> None:
    with reading(site, "customers_address"):
        cut_short(site, "REINDEX INDEX CONCURRENTLY address_place")
    left = "warning SG303 customers_address.address_place_ccnew"
    assert findings(ALIAS) == (left,)
    assert auto_fix(ALIAS, JOB, Choices()).run is None

    run(site, SPOIL.format("address_place"))
    refused = [it.reason for it in plan(ALIAS, JOB, Choices()).refusals]
    assert "A rebuild that failed left 'address_place_ccnew'." in refused
    assert left in findings(ALIAS)
    run(site, "DROP INDEX address_place_ccnew")
    assert auto_fix(ALIAS, JOB, Choices()).failure is None
    assert findings(ALIAS) == ()


@pytest.mark.slow
@pytest.mark.parametrize("index", ["catalogue_tag_name_key", "order_one_basket_each"])
def test_invalid_index_behind_a_constraint_is_built_anew(site, index) -> None:
    run(site, SPOIL.format(index))
    (found,) = findings(ALIAS)
    assert found.startswith("error SG303 ")
    repair = auto_fix(ALIAS, JOB, Choices())
    assert repair.failure is None
    assert [it.statements for it in repair.entries] == [
        [f'REINDEX INDEX CONCURRENTLY "{index}"']
    ]
    assert findings(ALIAS) == ()
    with pytest.raises(RollbackRefused, match="an index is not made invalid again"):
        undo_last()
    run(site, "DELETE FROM schemaguard_step")


@pytest.mark.slow
def test_writers_hardly_wait_for_a_column_with_a_check(site) -> None:
    run(
        site,
        "INSERT INTO catalogue_category (name, slug)"
        " SELECT g, g FROM generate_series(1, 200000) g",
    )
    for _ in range(3):  # The machine may be busy with something else.
        run(site, "ALTER TABLE catalogue_category DROP COLUMN position")
        with writing(site) as late:
            repair = auto_fix(ALIAS, JOB, Choices())
        assert repair.failure is None
        if not late:
            break
    else:
        pytest.fail("Writers were kept waiting.")
    assert findings(ALIAS) == ()
    run(site, "DELETE FROM catalogue_category")


@contextmanager
def writing(connection: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """Write rows without a pause; yield what had to wait for 0.1 s."""
    late: list[str] = []
    done = threading.Event()

    def write() -> None:
        with closing(another(connection)) as session:
            run(session, "SET lock_timeout = '100ms'")
            while not done.is_set():
                try:
                    run(session, "UPDATE catalogue_category SET name = '' WHERE id = 1")
                except Error as error:
                    late.append(str(error))
                time.sleep(0.002)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield late
    finally:
        done.set()
        writer.join()


@pytest.mark.slow
def test_backfill_that_is_too_late_goes_on_later(site, monkeypatch) -> None:
    run(
        site,
        "INSERT INTO customers_customer (id, username, password, is_superuser,"
        " first_name, last_name, email, is_staff, is_active, date_joined, phone,"
        " newsletter) VALUES"
        " (1, 'a', '', false, '', '', '', false, true, now(), '', false)",
        "INSERT INTO orders_order (reference, customer_id, note, status)"
        " SELECT gen_random_uuid(), 1, '', 'cancelled' FROM generate_series(1, 900)",
        "ALTER TABLE orders_order DROP COLUMN reference",
    )
    asked = Choices(backfill=True)
    written: list[str] = []

    def hear(line: str) -> None:
        written.extend([line] if "rows have got a value" in line else [])

    with monkeypatch.context() as patch:
        patch.setattr(Deadline, "passed", property(lambda _: bool(written)))
        hasty = auto_fix(ALIAS, JOB, asked, Pace(progress=hear))
    assert isinstance(hasty.failure, RepairIncomplete)
    assert "have got a value, not yet all" in str(hasty.failure)
    with pytest.raises(RollbackRefused, match="holds values of its own"):
        undo_last()

    later = auto_fix(ALIAS, JOB, asked)
    assert later.failure is None
    sql = "SELECT count(*), count(DISTINCT reference) FROM orders_order"
    with site.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchone() == (900, 900)
    run(site, "DELETE FROM orders_order", "DELETE FROM customers_customer")
    auto_fix(ALIAS, JOB, asked)
    assert findings(ALIAS) == ()
