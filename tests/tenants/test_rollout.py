"""Many schemas, one of which goes first; each with a journal of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from django_schemaguard.exceptions import LockLost
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import lock_for, run_lock
from django_schemaguard.tenants.members import Member, entered
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.killing import kill_when_paused
from tests.deploy.operations import FAILS, INSERT, ITEM, NOTE_MODEL, PRICE
from tests.tenants.conftest import Tenants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.conftest import Site

UNIQUE = "django_content_type_app_label_model_76bd3d3b_uniq"
LOSE = f"ALTER TABLE {{}}.django_content_type DROP CONSTRAINT {UNIQUE}"
FIRST, BOTH = ["0001_initial"], ["0001_initial", "0002_next"]
EARLIER = ("migrate", "done")
TRIGGER = """
CREATE FUNCTION {0}.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {1} END $$;
CREATE TRIGGER t BEFORE INSERT ON {0}.shop_item EXECUTE FUNCTION {0}.look()
"""
postgresql = servers("postgresql")


@contextmanager
def counted_sessions() -> Iterator[list[str]]:
    """Collect a word for each session that is begun."""
    begun: list[str] = []

    def count(connection: object, **_: object) -> None:
        begun.append(str(connection.alias))  # type: ignore[attr-defined]

    connection_created.connect(count)
    try:
        yield begun
    finally:
        connection_created.disconnect(count)


def left_in_public(site: Site) -> list[str]:
    rows = site.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [name for (name,) in rows]


@pytest.mark.slow
@postgresql
def test_third_fails_and_the_next_call_goes_on(tenants: Tenants) -> None:
    for number in range(4):  # One shape: what a function does is no part of it.
        does = "RAISE 'not now';" if number == 2 else "RETURN NEW;"
        tenants.site.rows(TRIGGER.format(f"tenant_{number}", does))
    tenants.site.write("0002_next", PRICE, INSERT)

    assert tenants.told("migrate") == (
        3,
        {
            "done": ["tenant_0", "tenant_1"],
            "failed": ["tenant_2"],
            "not_tried": ["tenant_3"],
        },
    )
    assert tenants.recorded("tenant_2") == FIRST

    _, said = tenants.told("migrate", "--canary", "tenant_3", "--keep-going")
    assert said == {
        "done": ["tenant_3"],
        "unchanged": ["tenant_0", "tenant_1"],
        "failed": ["tenant_2"],
    }

    tenants.site.rows("DROP FUNCTION tenant_2.look() CASCADE")
    code, said = tenants.told("migrate")
    assert (code, said["done"], len(said["unchanged"])) == (0, ["tenant_2"], 3)
    assert tenants.recorded("tenant_2") == BOTH

    with counted_sessions() as begun:
        code, said = tenants.told("migrate")
    assert (code, list(said)) == (0, ["unchanged"])
    assert len(begun) == 2  # One for each shape: tenant_2 has no trigger any more.

    assert tenants.guard("rollback", "2", "--schema", "tenant_3", "--yes")[0] == 0
    assert [len(tenants.recorded(f"tenant_{n}")) for n in range(4)] == [2, 2, 2, 1]


@postgresql
def test_lost_things_are_added_and_taken_back_in_one_schema(tenants: Tenants) -> None:
    site = tenants.site
    for number in (0, 1, 3):
        site.rows(LOSE.format(f"tenant_{number}"))
    code, said = tenants.all("auto_fix", "--dry-run")
    assert code == 0
    assert "3 schemas of 'deploy': 'tenant_0', 'tenant_1' and 'tenant_3'" in said
    code, said = tenants.all("auto_fix")
    assert (code, "nothing is changed unasked" in said) == (2, True)
    assert tenants.runs("tenant_0") == [EARLIER]

    code, said = tenants.all("validate")
    full = f'auto_fix --database {ALIAS} --schemas "tenant_*"\''
    assert (code, f"Run 'manage.py schemaguard {full}." in said) == (1, True), said
    code, said = tenants.guard("rollback", "--schema", "tenant_1")
    assert f"rollback 1 --database {ALIAS} --schema tenant_1'" in said

    assert tenants.told("auto_fix", "--yes") == (
        0,
        {"done": ["tenant_0", "tenant_1", "tenant_3"], "unchanged": ["tenant_2"]},
    )
    assert left_in_public(site) == []
    _, said = tenants.guard("history", "--schema", "tenant_1", "2")
    assert f"{site.connection.settings_dict['NAME']}.tenant_1)" in said
    assert f'"tenant_1"."django_content_type" DROP CONSTRAINT "{UNIQUE}"' in said

    code, said = tenants.guard("rollback", "--schema", "tenant_1", "--yes")
    assert (code, "Run 2 is undone" in said) == (0, True), said
    keys = site.rows(
        "SELECT connamespace::regnamespace::text FROM pg_constraint"
        f" WHERE conname = '{UNIQUE}' ORDER BY 1"
    )
    assert keys == [("tenant_0",), ("tenant_2",), ("tenant_3",)]
    _, said = tenants.guard("auto_fix", "--schemas", "tenant_1", "--yes")
    assert f"rollback 4 --database {ALIAS} --schema tenant_1'" in said, said


@pytest.mark.slow
@postgresql
def test_canary_fails_and_nothing_else_is_touched(tenants: Tenants) -> None:
    tenants.site.write("0002_next", PRICE, FAILS)
    code, said = tenants.all("migrate", "--keep-going")
    assert code == 3
    assert "1 failed, 3 not tried." in said
    assert "Not tried: 'tenant_1', 'tenant_2' and 'tenant_3'." in said
    assert tenants.runs("tenant_0") == [EARLIER, ("migrate", "failed_clean")]
    assert [tenants.runs(f"tenant_{n}") for n in (1, 2, 3)] == [[EARLIER]] * 3
    tenants.site.rows("CREATE SCHEMA bare")
    told = f"Schema 'bare' of database '{ALIAS}' has no journal of any run."
    assert tenants.guard("rollback", "--schema", "bare")[1] == told


@pytest.mark.slow
@postgresql
def test_killed_in_the_middle(tenants: Tenants) -> None:
    site = tenants.site
    site.write("0002_next", PRICE, NOTE_MODEL, extra="atomic = False")
    both = ("--schemas", "tenant_0", "--schemas", "tenant_1")
    lenient = ("--mode", "development")
    assert tenants.guard("migrate", *both, *lenient)[0] == 0
    site.connection.close()
    kill_when_paused(
        site.spawn("migrate", "--schemas", "tenant_*", PAUSE="shop.0002_next:applied")
    )
    assert tenants.told("migrate", "--keep-going", *lenient) == (
        4,
        {
            "unchanged": ["tenant_0", "tenant_1"],
            "failed": ["tenant_2"],
            "not_tried": ["tenant_3"],
        },
    )
    code, said = tenants.guard("resume", "--schema", "tenant_2", "--finish", *lenient)
    assert code == 0, said
    code, found = tenants.told("migrate", *lenient)
    assert (code, found["done"]) == (0, ["tenant_3"])
    assert tenants.recorded("tenant_2") == tenants.recorded("tenant_3") == BOTH


@pytest.mark.slow
@postgresql
def test_table_of_public_is_nobodys_stand_in(tenants: Tenants) -> None:
    site = tenants.site
    site.rows("CREATE TABLE public.django_content_type (id integer)")
    site.rows("DROP TABLE tenant_0.django_content_type")
    site.write("0002_next", PRICE)
    code, said = tenants.all("migrate", "--canary", "tenant_0")
    assert (code, "a migration would change that of 'public'" in said) == (1, True)
    assert tenants.told("auto_fix", "--yes")[1]["done"] == ["tenant_0"]
    code, said = tenants.all("migrate", "--canary", "tenant_0")
    assert (code, "4 done." in said) == (0, True), said
    assert left_in_public(site) == ["django_content_type"]


@pytest.mark.slow
@postgresql
def test_one_run_at_a_time_in_a_schema(tenants: Tenants) -> None:
    tenants.site.write("0002_next", PRICE)
    with entered(Member(ALIAS, "tenant_1"), 5) as inside:
        number = int(lock_for(inside).key)
    other = tenants.site.connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        code, said = tenants.told("migrate", "--keep-going", "--no-wait")
    finally:
        other.close()
    assert (code, said["failed"], len(said["done"])) == (75, ["tenant_1"], 3)


@pytest.mark.slow
@postgresql
def test_schema_dropped_meanwhile(tenants: Tenants) -> None:
    tenants.site.write("0002_next", PRICE)

    def drop(**_: object) -> None:
        tenants.site.rows("DROP SCHEMA IF EXISTS tenant_1 CASCADE")

    post_migrate.connect(drop)
    try:
        code, said = tenants.told("migrate")
    finally:
        post_migrate.disconnect(drop)
    assert (code, said) == (
        0,
        {"done": ["tenant_0", "tenant_2", "tenant_3"], "gone": ["tenant_1"]},
    )


@postgresql
def test_lock_is_lost_with_its_schema(site: Site) -> None:
    site.rows('CREATE SCHEMA "odd ""%\\one"')
    with (
        entered(Member(ALIAS, 'odd "%\\one'), 5) as inside,
        run_lock(inside, Deadline(1)) as lock,
    ):
        lock.check()
        site.rows('DROP SCHEMA "odd ""%\\one"')
        with pytest.raises(LockLost, match="was dropped in the middle of the run"):
            lock.check()
    assert connections[ALIAS] is site.connection


@pytest.fixture
def stranger(tenants: Tenants) -> Iterator[str]:
    """Connect as a role that may use all schemas but tenant_1."""
    site = tenants.site
    name = site.connection.settings_dict["NAME"]
    one, other = f"{name}_one", f"{name}_other"
    for role in (one, other):
        site.rows(f"DROP ROLE IF EXISTS {role}")
        site.rows(f"CREATE ROLE {role}")
    site.rows(f"GRANT {site.connection.settings_dict['USER']} TO {one}")
    site.rows(f"ALTER SCHEMA tenant_1 OWNER TO {other}")
    site.connection.settings_dict["OPTIONS"] = {"assume_role": one}
    site.connection.close()
    yield one
    site.connection.settings_dict["OPTIONS"] = {}
    site.connection.close()
    site.rows("ALTER SCHEMA tenant_1 OWNER TO current_user")
    site.rows(f"DROP ROLE {one}")
    site.rows(f"DROP ROLE {other}")


@pytest.mark.slow
@postgresql
def test_schema_that_the_role_may_not_use(tenants: Tenants, stranger: str) -> None:
    tenants.site.write("0002_next", PRICE)
    code, said = tenants.all("migrate", "--keep-going")
    assert (code, "3 done, 1 failed." in said) == (2, True), said
    assert f'GRANT USAGE ON SCHEMA "tenant_1" TO {stranger};' in said
    code, said = tenants.all("validate", "--fail-level", "never")
    assert (code, "1 schema: 'tenant_1'" in said) == (2, True), said


@postgresql
def test_schema_without_tables_is_made_beside_a_full_public(site: Site) -> None:
    site.write("0001_initial", ITEM)
    tenants = Tenants(site)
    code, said = tenants.guard("migrate")
    assert code == 0, said
    site.rows("CREATE SCHEMA tenant_new")
    code, said = tenants.all("migrate")
    assert (code, "1 done." in said) == (0, True), said
    assert tenants.recorded("tenant_new") == ["0001_initial"]
    assert tenants.runs("tenant_new") == [("migrate", "done")]


@postgresql
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("migrate", "--schemas", "*"), "Schema 'public' holds what all share"),
        (("migrate", "--schemas", "nobody_*"), "No schema of 'deploy' fits 'nobody_*'"),
        (("migrate", "--schemas", "*", "--backup"), "--backup without --schemas"),
        (("migrate", "--keep-going"), "go with --schemas or --group"),
        (("migrate", "--group", "--canary", "x"), "'x' is none of those"),
        (("auto_fix", "--schemas", "*", "--adopt"), "write into the project"),
        (("history", "--schema", "x"), "No schema of 'deploy' fits 'x'"),
    ],
    ids=lambda it: it[-1] if isinstance(it, tuple) else "",
)
def test_refusals(site: Site, words: tuple[str, ...], problem: str) -> None:
    code, said = Tenants(site).guard(*words)
    assert (code, problem in said) == (2, True), said
