from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import TableRef
from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.executor.rights import check_rights
from tests.clusters import cluster, standby
from tests.executor.conftest import ALIAS, only, run
from tests.executor.plans import SHOP, applied, column, index, place, planned

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.plugin import DjangoDbBlocker

ROLE = "schemaguard_test_role"


@pytest.fixture
def shop(private: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    run(private, "CREATE TABLE shop (id int NOT NULL PRIMARY KEY)")
    with place(private):
        pass
    return private


@contextmanager
def role(owner: BaseDatabaseWrapper, *grants: str) -> Iterator[BaseDatabaseWrapper]:
    """Yield the session of a role that has these grants alone."""
    name = f"{ROLE}_{abs(hash(owner.settings_dict['NAME'])) % 10_000}"
    quoted = f"'{name}'@'%'" if owner.vendor == "mysql" else name
    login = "" if owner.vendor == "mysql" else " LOGIN"
    create = "CREATE USER" if owner.vendor == "mysql" else "CREATE ROLE"
    run(owner, f"{create} {quoted}{login}", *(it.format(role=quoted) for it in grants))
    session = owner.copy(ALIAS)
    session.settings_dict["USER"] = name
    try:
        yield session
    finally:
        session.close()
        if owner.vendor == "mysql":
            run(owner, f"DROP USER {quoted}")
        else:
            run(owner, f"DROP OWNED BY {quoted}", f"DROP ROLE {quoted}")


WRITES = (
    "GRANT SELECT, INSERT, UPDATE ON schemaguard_run, schemaguard_step,"
    " schemaguard_schemaversion TO {role}"
)
CREATES = "GRANT CREATE, USAGE ON SCHEMA public TO {role}"
OWNS = "ALTER TABLE shop OWNER TO {role}"
TABLE = Stage(("CREATE TABLE new (id int)",), Target("table", TableRef(None, "new")))


def lack(session: BaseDatabaseWrapper, *stages: Stage) -> tuple[str, str] | None:
    try:
        check_rights(session, [planned(*stages)])
    except NotPermitted as error:
        name = session.settings_dict["USER"]
        return str(error).replace(name, "R"), error.hint.replace(name, "R")
    return None


@only("postgresql")
@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        pytest.param(
            (WRITES, CREATES),
            (
                "Role R does not own table 'shop'.",
                "Run it as the owner of table 'shop' (role 'postgres').",
            ),
            id="not-the-owner",
        ),
        pytest.param(
            (WRITES, OWNS),
            (
                "Role R may not create in schema public.",
                "GRANT CREATE ON SCHEMA public TO R;",
            ),
            id="no-create",
        ),
        pytest.param((WRITES, CREATES, OWNS), None, id="all-that-is-needed"),
        pytest.param(
            (
                WRITES,
                CREATES,
                OWNS,
                "ALTER ROLE {role} SET default_transaction_read_only TO on",
            ),
            (
                "Transactions of role R on database 'private' are read-only.",
                "ALTER ROLE R SET default_transaction_read_only TO off;",
            ),
            id="read-only",
        ),
    ],
)
def test_role_of_postgresql(
    shop: BaseDatabaseWrapper, grants: tuple[str, ...], expected: tuple[str, str] | None
) -> None:
    with role(shop, *grants) as session:
        assert lack(session, column(shop, "total")) == expected


@only("postgresql")
def test_journal_has_to_be_writable(shop: BaseDatabaseWrapper) -> None:
    with role(shop, CREATES) as session:
        found = lack(session, TABLE)
    assert found is not None
    assert found[0] == "Role R may not write to the journal."
    assert found[1].startswith(
        'GRANT SELECT, INSERT, UPDATE ON "schemaguard_run" TO R;'
    )


@only("mariadb")
def test_user_of_mariadb(shop: BaseDatabaseWrapper) -> None:
    name = shop.settings_dict["NAME"]
    run(shop, "CREATE TABLE elsewhere (id int NOT NULL PRIMARY KEY)")
    grant = f"GRANT SELECT, INSERT, UPDATE, LOCK TABLES ON `{name}`.* TO {{role}}"
    both = (SHOP, TableRef(None, "elsewhere"))
    stages = (replace(column(shop, "total"), locks=both), index(shop, "shop_idx"))
    with role(shop, grant) as session:
        found = lack(session, *stages)
    assert found == (
        "User R@% lacks REFERENCES on table 'elsewhere'."
        " User R@% lacks ALTER, INDEX on table 'shop'.",
        f"GRANT REFERENCES ON `{name}`.`elsewhere` TO 'R'@'%';"
        f" GRANT ALTER, INDEX ON `{name}`.`shop` TO 'R'@'%';",
    )
    with role(shop, f"GRANT SELECT ON `{name}`.shop TO {{role}}") as session:
        found = lack(session, index(shop, "shop_idx"))
    assert found is not None
    assert f"GRANT LOCK TABLES ON `{name}`.* TO 'R'@'%';" in found[1]
    assert f"GRANT INDEX ON `{name}`.`shop` TO 'R'@'%';" in found[1]


@only("mariadb")
def test_what_a_user_of_mariadb_is_granted_is_enough(shop: BaseDatabaseWrapper) -> None:
    stages = (column(shop, "total"), index(shop, "shop_idx"))
    with role(
        shop, f"GRANT SELECT ON `{shop.settings_dict['NAME']}`.shop TO {{role}}"
    ) as it:
        remedy = (lack(it, *stages) or ("", ""))[1]
        name = it.settings_dict["USER"]
        run(
            shop,
            *(
                f"{line};"
                for line in remedy.replace("'R'", f"'{name}'").split(";")
                if line
            ),
        )
        connections.settings[ALIAS]["USER"] = name
        usual = connections[ALIAS]
        connections[ALIAS] = it
        try:
            _, done = applied(it, planned(*stages))
        finally:
            connections[ALIAS] = usual
    assert done.failure is None


@only("mariadb")
def test_user_of_mariadb_who_may(shop: BaseDatabaseWrapper) -> None:
    name = shop.settings_dict["NAME"]
    with role(shop, f"GRANT ALL ON `{name}`.* TO {{role}}") as session:
        assert lack(session, column(shop, "total")) is None


@only("sqlite")
def test_database_that_is_opened_read_only(shop: BaseDatabaseWrapper) -> None:
    assert lack(shop, column(shop, "total")) is None
    run(shop, "PRAGMA query_only = 1")
    assert SHOP.name == "shop"
    assert connections[ALIAS] is shop
    with pytest.raises(NotPermitted, match="Database 'private' is opened read-only"):
        check_rights(shop, [planned(column(shop, "total"))])


@pytest.mark.slow
def test_standby_is_refused(django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), cluster() as primary, standby(primary) as replica:
        usual = connections["default"].settings_dict
        connections.settings[ALIAS] = {**usual, **replica.settings, "OPTIONS": {}}
        try:
            with pytest.raises(NotPermitted) as caught:
                check_rights(connections[ALIAS], [planned(TABLE)])
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]
            del connections.settings[ALIAS]
    assert str(caught.value) == "Database 'private' is a standby; it takes no writes."
    assert caught.value.hint == "Run it on the primary."
