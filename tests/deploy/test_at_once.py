"""RunSQL outside of a transaction that the server refuses as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db.migrations import RunPython, RunSQL

from django_schemaguard.deploy.at_once import is_done_at_once
from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.stopping import read_stop
from django_schemaguard.deploy.ways import Choice, hint, ways
from django_schemaguard.models import Step
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import ITEM, NOTE, PRICE

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.operations.base import Operation

    from tests.deploy.conftest import Site

LOOSE = "atomic = False"
MENDED = 'RunSQL("UPDATE shop_item SET name = \'b\'", "SELECT 1")'
REFUSED = 'RunSQL("UPDATE nowhere SET name = \'b\'", "SELECT 1")'
IN_PARTS = 'RunSQL(["SELECT 1", "SELECT nothing FROM nowhere"], "SELECT 1")'


def offered(site: Site) -> tuple[Choice, ...]:
    return ways(read_stop(site.connection, site.run))


def test_what_the_server_refused_is_run_again_or_undone(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_sql", PRICE, REFUSED, NOTE, extra=LOOSE)

    result = site.migrate()

    assert (result.status, result.exit_code) == ("needs_resume", 4)
    assert offered(site) == (Choice.FINISH, Choice.SKIP, Choice.UNDO)
    site.last = "0001_initial"
    site.write("0002_sql", PRICE, MENDED, NOTE, extra=LOOSE)
    result = resume(site.request(), Choice.FINISH)
    assert (result.exit_code, result.applied) == (0, ("shop.0002_sql",))
    assert {"price", "note"} <= site.columns("shop_item")


@servers("sqlite", "mariadb")
def test_a_migration_that_begins_with_it_changed_nothing(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_price", PRICE)
    site.write("0003_sql", REFUSED, NOTE, extra=LOOSE)

    result = site.migrate()

    assert (result.status, result.exit_code) == ("reverted", 3)
    assert site.recorded == ["0001_initial"]
    assert site.columns("shop_item") == {"id", "name"}


@servers("sqlite", "postgresql")
def test_of_several_statements_only_the_user_can_tell(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_sql", PRICE, IN_PARTS, NOTE, extra=LOOSE)

    result = site.migrate()

    assert result.exit_code == 4
    assert offered(site) == (Choice.RERUN, Choice.SKIP)
    assert result.hint.startswith(
        "Look at 'manage.py schemaguard history 2' and in the database whether"
        " operation 2 of 'shop.0002_sql' (Raw SQL operation) was done, mend the cause,"
        " then run 'manage.py schemaguard resume --rerun' to run the operation again or"
    )


@servers("sqlite")
def test_nor_of_one_that_nobody_heard_an_answer_to(site: Site):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.write("0002_sql", PRICE, REFUSED, NOTE, extra=LOOSE)
    site.migrate()
    steps = Step.objects.using(ALIAS).filter(kind="operation", status="failed")
    assert steps.update(status=Step.Status.INTENT) == 1

    assert offered(site) == (Choice.RERUN, Choice.SKIP)
    assert "in the database whether operation 2" in hint(
        read_stop(site.connection, site.run)
    )


@pytest.mark.parametrize(
    ("operation", "vendors"),
    [
        pytest.param(RunSQL("UPDATE a SET b = 1"), "psm", id="one"),
        pytest.param(RunSQL(["UPDATE a SET b = 1"]), "psm", id="one-in-a-list"),
        pytest.param(RunSQL([("UPDATE a SET b = %s", [1])]), "psm", id="parameters"),
        pytest.param(RunSQL("UPDATE a SET b = 1; DELETE FROM a"), "p", id="two"),
        pytest.param(RunSQL(["UPDATE a SET b = 1", "DELETE FROM a"]), "", id="list"),
        pytest.param(RunSQL("CREATE INDEX CONCURRENTLY i ON a (b)"), "", id="index"),
        pytest.param(RunSQL("UPDATE a SET b = 1; COMMIT"), "", id="commit"),
        pytest.param(RunSQL("DROP TABLE a, b"), "ps", id="tables"),
        pytest.param(RunSQL(RunSQL.noop), "", id="nothing"),
        pytest.param(RunPython(RunPython.noop), "", id="python"),
    ],
)
def test_which_sql_is_done_at_once(
    connection: BaseDatabaseWrapper, operation: Operation, vendors: str
) -> None:
    found = is_done_at_once(connection, operation, backwards=False)

    assert found is (connection.vendor[0] in vendors)


@pytest.mark.vendors("mariadb")
def test_not_where_a_table_keeps_what_a_statement_began(
    connection: BaseDatabaseWrapper,
) -> None:
    update = RunSQL(RunSQL.noop, "UPDATE a SET b = 1")
    assert is_done_at_once(connection, update, backwards=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int) ENGINE = MyISAM")
        try:
            assert not is_done_at_once(connection, update, backwards=True)
        finally:
            cursor.execute("DROP TABLE kept")
