"""Processes killed, sessions ended and tables held, on real servers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError

from django_schemaguard.backends.repair import Standing, for_connection
from django_schemaguard.core.plan import Guard, Stage, Target
from django_schemaguard.exceptions import NotInTime, NotPermitted
from django_schemaguard.executor.apply import RepairFailed, RepairIncomplete, apply
from django_schemaguard.executor.resume import settle_unfinished
from django_schemaguard.models import Run, Step
from tests.executor import child
from tests.executor.conftest import another, only, run
from tests.executor.plans import SHOP, applied, column, index, place, planned

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.slow

NAP = (
    "CREATE FUNCTION nap() RETURNS event_trigger LANGUAGE plpgsql AS"
    " 'BEGIN PERFORM pg_sleep(1.5); END'",
    "CREATE EVENT TRIGGER nap ON ddl_command_end WHEN TAG IN ('ALTER TABLE')"
    " EXECUTE FUNCTION nap()",
)
# Time for others to come after the look at who is there, and before the build.
LATE_START = (
    NAP[0],
    "CREATE EVENT TRIGGER nap ON ddl_command_start WHEN TAG IN ('CREATE INDEX')"
    " EXECUTE FUNCTION nap()",
)


@pytest.fixture
def shop(private: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Make a table with two rows, and the journal."""
    run(
        private,
        "CREATE TABLE shop (id int NOT NULL PRIMARY KEY, ref int)",
        "INSERT INTO shop VALUES (1, 7), (2, 7)",
    )
    with place(private):
        pass
    return private


@pytest.fixture
def reader(shop: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Return a session whose transaction has read the table and stays open."""
    with closing(another(shop)) as session:
        read(session)
        yield session


@pytest.fixture
def late(shop: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Return a session that is to read once a build has begun, which begins late."""
    run(shop, *LATE_START)
    with closing(another(shop)) as session:
        session.connect()
        yield session


def read(session: BaseDatabaseWrapper) -> None:
    """Read the table in a transaction that stays open."""
    if session.vendor == "postgresql":
        run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ")
    else:
        run(session, "BEGIN")
    run(session, "SELECT * FROM shop")


def one(session: BaseDatabaseWrapper, sql: str) -> Any:
    with session.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row and row[0]


def wait_for(holds: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "It did not come to hold in time."
        time.sleep(0.05)


def busy(session: BaseDatabaseWrapper, text: str) -> int | None:
    """Return the session of the server that is running such a statement."""
    if session.vendor == "mysql":
        found = one(
            session,
            "SELECT id FROM information_schema.processlist"
            f" WHERE info LIKE '{text}%' AND db = database() AND command = 'Query'",
        )
    else:
        found = one(
            session,
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            f" AND state = 'active' AND query LIKE '{text}%'",
        )
    return None if found is None else int(found)


def standing(session: BaseDatabaseWrapper, stage: Stage) -> Standing:
    return for_connection(session).standing(stage.target)


def entries() -> list[tuple[int, str, str]]:
    found = Step.objects.using("private").order_by("pk")
    return [(it.run_id, it.object_name, it.status) for it in found]


@only("postgresql")
def test_killed_in_a_transaction_leaves_neither(shop: BaseDatabaseWrapper) -> None:
    run(shop, *NAP)
    process = child.begun(child.start(shop, "column"))
    wait_for(lambda: busy(shop, "ALTER TABLE shop ADD"))
    child.kill(process)
    wait_for(lambda: not busy(shop, "ALTER TABLE shop ADD"))

    assert standing(shop, column(shop, "new_column")) is Standing.ABSENT
    assert entries() == []
    assert child.outcome(child.start(shop, "column"))["status"] == "done"
    assert [it[1:] for it in entries()] == [("new_column", "done")]
    runs = Run.objects.using("private").order_by("pk")
    assert [it.status for it in runs] == ["interrupted", "done"]


@only("postgresql")
def test_terminated_in_a_transaction_leaves_neither(shop: BaseDatabaseWrapper) -> None:
    run(shop, *NAP)
    process = child.begun(child.start(shop, "column"))
    wait_for(lambda: busy(shop, "ALTER TABLE shop ADD"))
    one(shop, f"SELECT pg_terminate_backend({busy(shop, 'ALTER TABLE shop ADD')})")
    found = child.outcome(process)

    assert found["status"] == "needs_resume"
    assert "The connection was lost" in found["failure"]
    assert standing(shop, column(shop, "new_column")) is Standing.ABSENT
    assert entries() == []


@only("postgresql")
def test_killed_while_building_is_waited_for_and_adopted(
    shop: BaseDatabaseWrapper, late: BaseDatabaseWrapper
) -> None:
    process = child.begun(child.start(shop, "index"))
    wait_for(lambda: busy(shop, "CREATE INDEX CONCURRENTLY"))
    read(late)
    child.kill(process)

    second = child.start(shop, "index")
    time.sleep(0.7)
    assert second.poll() is None  # The dead one's session has the lock still.
    assert busy(shop, "CREATE INDEX CONCURRENTLY")
    run(late, "COMMIT")

    assert child.outcome(second) == {"status": "noop", "settled": 1}
    assert standing(shop, index(shop, "new_index")) is Standing.VALID
    assert [it[1:] for it in entries()] == [("new_index", "adopted")]


@only("postgresql")
def test_terminated_while_building_is_built_anew(
    shop: BaseDatabaseWrapper, late: BaseDatabaseWrapper
) -> None:
    process = child.begun(child.start(shop, "index"))
    wait_for(lambda: busy(shop, "CREATE INDEX CONCURRENTLY"))
    read(late)
    pid = busy(shop, "CREATE INDEX CONCURRENTLY")
    wait_for(lambda: standing(shop, index(shop, "new_index")) is not Standing.ABSENT)
    one(shop, f"SELECT pg_terminate_backend({pid})")
    found = child.outcome(process)
    assert found["status"] == "needs_resume"
    assert "The connection was lost" in found["failure"]
    wait_for(lambda: standing(shop, index(shop, "new_index")) is Standing.INVALID)
    run(late, "COMMIT")

    assert child.outcome(child.start(shop, "index"))["status"] == "done"
    assert standing(shop, index(shop, "new_index")) is Standing.VALID
    assert [it[1:] for it in entries()] == [
        ("new_index", "abandoned"),
        ("new_index", "done"),
    ]


@only("postgresql")
def test_build_that_is_too_late_leaves_nothing(
    shop: BaseDatabaseWrapper, late: BaseDatabaseWrapper
) -> None:
    threading.Timer(0.7, lambda: read(late)).start()
    threading.Timer(3.5, lambda: run(late, "COMMIT")).start()
    _, done = applied(shop, planned(index(shop, "new_index")), seconds=2.5)

    assert isinstance(done.failure, NotInTime)
    assert "was not done within 2.5 s" in str(done.failure)
    assert standing(shop, index(shop, "new_index")) is Standing.ABSENT
    _, again = applied(shop, planned(index(shop, "new_index")))
    assert again.failure is None


@only("postgresql")
@pytest.mark.parametrize("writes", [True, False])
def test_build_does_not_begin_before_older_transactions_end(
    shop: BaseDatabaseWrapper, writes: bool
) -> None:
    with closing(another(shop)) as other:
        if writes:
            run(other, "BEGIN", "UPDATE shop SET ref = 8 WHERE id = 1")
        else:
            run(other, "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT 1")
        time.sleep(0.3)
        pid = one(other, "SELECT pg_backend_pid()")
        _, done = applied(shop, planned(index(shop, "new_index")), seconds=1)
        assert isinstance(done.failure, NotInTime)
        assert str(done.failure) == (
            "Could not begin index 'shop.new_index' within 1 s: session"
            f" {pid} has an older transaction open."
        )
        assert standing(shop, index(shop, "new_index")) is Standing.ABSENT
        threading.Timer(0.5, lambda: run(other, "COMMIT")).start()
        _, done = applied(shop, planned(index(shop, "new_index")))
        assert done.failure is None


@only("postgresql")
def test_reader_that_a_build_does_not_wait_for_is_no_obstacle(
    shop: BaseDatabaseWrapper,
) -> None:
    with closing(another(shop)) as other:
        run(other, "BEGIN", "SELECT * FROM shop")
        time.sleep(0.3)
        _, done = applied(shop, planned(index(shop, "new_index")), seconds=2)
    assert done.failure is None


@only("postgresql")
def test_what_cannot_be_removed_in_time_is_removed_by_the_next_run(
    shop: BaseDatabaseWrapper, late: BaseDatabaseWrapper, monkeypatch
) -> None:
    monkeypatch.setattr("django_schemaguard.executor.stages.CLEANUP_MS", 300)
    pid = one(late, "SELECT pg_backend_pid()")
    threading.Timer(0.7, lambda: read(late)).start()
    _, done = applied(shop, planned(index(shop, "new_index")), seconds=2.5)
    assert isinstance(done.failure, RepairIncomplete)
    assert str(done.failure).endswith(
        "What a failed try left of index 'shop.new_index' could not be removed:"
        f" session {pid} has a transaction open."
    )
    assert standing(shop, index(shop, "new_index")) is Standing.INVALID

    with place(shop, 1) as at, pytest.raises(NotInTime) as caught:
        settle_unfinished(at)
    assert str(caught.value) == (
        "What run 1 left of index 'shop.new_index' could not be"
        f" removed: session {pid} has a transaction open."
    )
    run(late, "COMMIT")
    with place(shop) as at:
        settle_unfinished(at)
    assert standing(shop, index(shop, "new_index")) is Standing.ABSENT


@only("postgresql")
def test_invalid_index_is_never_taken_for_the_one(shop: BaseDatabaseWrapper) -> None:
    build = "CREATE UNIQUE INDEX CONCURRENTLY new_index ON shop (ref)"
    with closing(another(shop)) as other, pytest.raises(IntegrityError):
        run(other, build)  # There are duplicates.
    stage = index(shop, "new_index")
    assert standing(shop, stage) is Standing.INVALID

    _, done = applied(shop, planned(stage))
    assert isinstance(done.failure, RepairFailed)
    assert standing(shop, stage) is Standing.INVALID  # Not ours to drop.

    (text,) = stage.statements
    silent = text.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS")
    _, done = applied(shop, planned(replace(stage, statements=(silent,))))
    assert isinstance(done.failure, RepairFailed)
    assert "was built and is invalid" in str(done.failure)
    assert [it[2] for it in entries()] == ["failed", "failed"]


@only("postgresql")
def test_build_of_somebody_else_is_not_dropped(
    shop: BaseDatabaseWrapper, reader: BaseDatabaseWrapper
) -> None:
    sql = "CREATE INDEX CONCURRENTLY new_index ON shop (id)"
    with closing(another(shop)) as other:
        other.connect()
        builder = threading.Thread(target=run, args=(other, sql))
        builder.start()
        wait_for(lambda: standing(shop, index(shop, "new_index")) is Standing.BUILDING)
        threading.Timer(0.5, lambda: run(reader, "COMMIT")).start()
        _, done = applied(shop, planned(index(shop, "new_index")))
        builder.join()

    assert done.failure is None
    assert [(it.status, it.reverse) for it in done.entries] == [("adopted", [])]
    assert standing(shop, index(shop, "new_index")) is Standing.VALID


@only("postgresql")
def test_violator_that_slips_in_removes_our_constraint(
    shop: BaseDatabaseWrapper,
) -> None:
    target = Target("constraint", SHOP, "ref_positive")
    drop = "ALTER TABLE shop DROP CONSTRAINT ref_positive"
    add = Stage(
        ("ALTER TABLE shop ADD CONSTRAINT ref_positive CHECK (ref > 9) NOT VALID",),
        target,
        reverse=(drop,),
    )
    validate = Stage(
        ("ALTER TABLE shop VALIDATE CONSTRAINT ref_positive",),
        target,
        atomic=False,
        lock="SHARE UPDATE EXCLUSIVE on shop",
        cleanup=(drop,),
    )
    _, done = applied(shop, planned(add, validate))

    assert isinstance(done.failure, RepairFailed)
    assert "violated by some row" in str(done.failure)
    assert standing(shop, add) is Standing.ABSENT
    run(shop, "UPDATE shop SET ref = 8")


@pytest.mark.parametrize("what", ["column", "index"])
def test_eight_processes_add_one_thing_once(
    shop: BaseDatabaseWrapper, what: str
) -> None:
    children = [child.start(shop, what) for _ in range(8)]
    found = sorted(child.outcome(it)["status"] for it in children)

    assert found == ["done", *["noop"] * 7]
    assert [it[1:] for it in entries()] == [(f"new_{what}", "done")]


@only("postgresql", "mariadb")
def test_long_reader_makes_no_other_wait_for_long(
    shop: BaseDatabaseWrapper, reader: BaseDatabaseWrapper
) -> None:
    threading.Timer(2, lambda: run(reader, "COMMIT")).start()
    stalls: list[float] = []
    done = threading.Event()
    with closing(another(shop)) as other:
        other.connect()
        watcher = threading.Thread(target=_watch, args=(other, stalls, done))
        watcher.start()
        _, result = applied(shop, planned(column(shop, "total")))
        done.set()
        watcher.join()

    assert result.failure is None
    assert max(stalls) < 0.6
    assert result.entries[0].waited_ms > 1000


def _watch(
    session: BaseDatabaseWrapper, stalls: list[float], done: threading.Event
) -> None:
    while not done.is_set():
        began = time.monotonic()
        run(session, "SELECT count(ref) FROM shop")
        stalls.append(time.monotonic() - began)
        time.sleep(0.01)


@only("postgresql", "mariadb")
def test_hot_table_is_altered_in_time(shop: BaseDatabaseWrapper) -> None:
    done = threading.Event()
    sessions = [another(shop) for _ in range(4)]
    for session in sessions:
        session.connect()
    readers = [
        threading.Thread(target=_read_again_and_again, args=(session, done))
        for session in sessions
    ]
    for each in readers:
        each.start()
    try:
        _, result = applied(shop, planned(column(shop, "total")), seconds=20)
    finally:
        done.set()
        for each, session in zip(readers, sessions, strict=True):
            each.join()
            session.close()
    assert result.failure is None


def _read_again_and_again(session: BaseDatabaseWrapper, done: threading.Event) -> None:
    while not done.is_set():
        run(session, "BEGIN", "SELECT count(*) FROM shop")
        time.sleep(0.03)
        run(session, "COMMIT")


@only("postgresql", "mariadb")
def test_lost_connection_ends_the_run(shop: BaseDatabaseWrapper) -> None:
    with place(shop) as at:
        entry = at.journal.start("auto_fix")
        number = {
            "postgresql": "SELECT pg_backend_pid()",
            "mysql": "SELECT connection_id()",
        }[shop.vendor]
        end = {"postgresql": "SELECT pg_terminate_backend(%s)", "mysql": "KILL %s"}
        with closing(another(shop)) as other:
            run(other, end[shop.vendor] % one(shop, number))
        done = apply(at, entry, [planned(column(shop, "total"))])

    assert isinstance(done.failure, RepairIncomplete)
    assert done.failure.exit_code == 4


@only("mariadb")
def test_killed_client_keeps_the_lock_until_the_server_is_done(
    shop: BaseDatabaseWrapper,
) -> None:
    rows = "SELECT seq, seq FROM seq_10_to_1500000"
    run(shop, f"INSERT INTO shop {rows}")
    process = child.begun(child.start(shop, "index"))
    wait_for(lambda: busy(shop, "CREATE INDEX"))
    child.kill(process)
    assert busy(shop, "CREATE INDEX")

    second = child.start(shop, "index")
    found = child.outcome(second)
    assert found["status"] in {"noop", "done"}
    assert standing(shop, index(shop, "new_index")) is Standing.VALID
    assert entries()[0][2] in {"adopted", "abandoned"}


@only("mariadb")
def test_guard_holds_what_the_precheck_saw(shop: BaseDatabaseWrapper) -> None:
    stage = column(shop, "total", "int NOT NULL")
    guard = Guard(("LOCK TABLES shop WRITE",), "SELECT 1 FROM shop", "table has rows")
    _, done = applied(shop, planned(replace(stage, precheck=guard)))

    assert isinstance(done.failure, RepairFailed)
    assert standing(shop, stage) is Standing.ABSENT
    with closing(another(shop)) as other:
        run(other, "INSERT INTO shop VALUES (9, 9)")  # Nothing is locked any more.


@only("sqlite")
def test_undeclared_things_survive(shop: BaseDatabaseWrapper) -> None:
    run(
        shop,
        "ALTER TABLE shop ADD COLUMN extra text DEFAULT 'kept'",
        "CREATE INDEX shop_extra ON shop (extra)",
        "CREATE TRIGGER shop_trigger AFTER INSERT ON shop BEGIN SELECT 1; END",
    )
    _, done = applied(shop, planned(column(shop, "total")))

    assert done.failure is None
    assert one(shop, "SELECT count(*) FROM shop WHERE extra = 'kept'") == 2
    names = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'shop_%'"
    assert one(shop, names) == 2


def test_unfinished_migrations_come_first(shop: BaseDatabaseWrapper) -> None:
    with place(shop) as at:
        at.journal.start("migrate")
        with pytest.raises(NotPermitted, match=r"Run 1 \(migrate\) was not finished"):
            settle_unfinished(at)
