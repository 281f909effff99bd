"""Schemas of a plain `search_path` set-up: some tables in each, the rest in public."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.core.report import DatabaseReport
from django_schemaguard.core.rules import Mode
from django_schemaguard.exceptions import SchemaguardError, UnknownName
from django_schemaguard.pipeline import Job
from django_schemaguard.tenants import validate_schemas
from django_schemaguard.tenants.shapes import expression, read_shapes
from tests.damage.harness import SETTINGS

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.vendors("postgresql")
JOB = Job(SETTINGS, Mode.PRODUCTION, apps=frozenset({"catalogue"}))
COPIED = ("catalogue_tag", "catalogue_supplier", "django_migrations")


class ByTenant:
    """Keeps tables off schemas by what it alone knows, so it is asked in vain."""


@pytest.fixture(autouse=True)
def own_router(settings: SettingsWrapper) -> None:
    settings.DATABASE_ROUTERS = [ByTenant()]


def run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def make(connection: BaseDatabaseWrapper, *names: str) -> None:
    for name in (name.replace('"', '""') for name in names):
        run(connection, f'CREATE SCHEMA "{name}"')
        for table in COPIED:
            run(
                connection,
                f'CREATE TABLE "{name}".{table} (LIKE public.{table} INCLUDING ALL)',
            )
        run(
            connection,
            f'INSERT INTO "{name}".django_migrations SELECT * FROM django_migrations',
        )


@pytest.fixture
def tenants(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Return the connection of a database with the schemas tenant_0 to tenant_5."""
    make(connection, *(f"tenant_{number}" for number in range(6)))
    return connection


def told(
    reports: tuple[DatabaseReport, ...],
) -> list[tuple[tuple[str, ...], list[str]]]:
    return [
        (
            report.schemas,
            [f"{v.finding.code} {v.message}" for v in report.verdicts],
        )
        for report in reports
    ]


ALL = tuple(f"tenant_{number}" for number in range(6))


def without(*numbers: int) -> tuple[str, ...]:
    return tuple(f"tenant_{number}" for number in range(6) if number not in numbers)


@pytest.mark.usefixtures("tenants")
def test_alike_schemas_are_one_shape(alias: str) -> None:
    assert told(validate_schemas(alias, ["tenant_*"], JOB)) == [(ALL, [])]


def test_the_number_of_queries_does_not_depend_on_that_of_schemas(
    alias: str, tenants: BaseDatabaseWrapper
) -> None:
    (few,) = validate_schemas(alias, ["tenant_?"], JOB)
    make(tenants, *(f"tenant_more_{number}" for number in range(12)))
    (many,) = validate_schemas(alias, ["tenant_*"], JOB)
    assert (len(few.schemas), len(many.schemas)) == (6, 18)
    assert few.queries == many.queries


def test_what_differs_is_told_of_those_that_differ(
    alias: str, tenants: BaseDatabaseWrapper
) -> None:
    run(
        tenants,
        "ALTER TABLE tenant_1.catalogue_tag ADD colour integer",
        "ALTER TABLE tenant_4.catalogue_tag ADD colour integer",
        "DROP TABLE tenant_2.catalogue_supplier",
        "DELETE FROM tenant_3.django_migrations WHERE app = 'catalogue'"
        " AND name LIKE '0004%'",
    )
    alike, both, *single = told(validate_schemas(alias, ["tenant_*"], JOB))
    assert alike == (("tenant_0", "tenant_5"), [])
    assert both == (
        ("tenant_1", "tenant_4"),
        ["SG104 Column 'catalogue_tag.colour' (integer) is not in the model."],
    )
    (missing, (pending, found)) = sorted(single)
    assert missing == (
        ("tenant_2",),
        ["SG101 Table 'catalogue_supplier' is missing."],
    )
    assert pending == ("tenant_3",)
    assert any("0004" in line for line in found)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE tenant_1.catalogue_tag ALTER name TYPE varchar(99)",
        "ALTER TABLE tenant_1.catalogue_tag ALTER name DROP NOT NULL",
        "ALTER TABLE tenant_1.catalogue_tag ALTER name SET DEFAULT 'x'",
        "ALTER TABLE tenant_1.catalogue_tag ADD CHECK (name <> 'x')",
        "ALTER TABLE tenant_1.catalogue_tag DISABLE TRIGGER ALL;"
        "ALTER TABLE tenant_1.catalogue_tag ENABLE ROW LEVEL SECURITY",
        "CREATE INDEX ON tenant_1.catalogue_tag (name) WHERE name <> 'x'",
        "CREATE UNIQUE INDEX ON tenant_1.catalogue_tag (lower(name))",
        "COMMENT ON COLUMN tenant_1.catalogue_tag.name IS 'a name'",
        "GRANT SELECT ON tenant_1.catalogue_tag TO PUBLIC",
        "CREATE TABLE tenant_1.leftover (id integer)",
        "DELETE FROM tenant_1.django_migrations WHERE app = 'catalogue'",
        "CREATE SEQUENCE other; ALTER TABLE tenant_1.catalogue_tag ADD n integer"
        " DEFAULT nextval('other')",
    ],
)
def test_every_change_makes_another_shape(
    connection: BaseDatabaseWrapper, tenants: BaseDatabaseWrapper, change: str
) -> None:
    run(connection, *change.split(";"))
    shapes = read_shapes(connection, ["tenant_*"])
    assert [shape.schemas for shape in shapes.shapes] == [without(1), ("tenant_1",)]


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO {0}.catalogue_tag (name) VALUES ('a')",
        "ANALYZE {0}.catalogue_tag",
        "ALTER TABLE {0}.catalogue_tag ADD CHECK (name <> 'x')",
        "CREATE TYPE {0}.mood AS ENUM ('fine');"
        "ALTER TABLE {0}.catalogue_tag ADD mood {0}.mood DEFAULT 'fine'"
        " CHECK (mood <> 'fine'::{0}.mood)",
        "CREATE SEQUENCE {0}.own;"
        "ALTER TABLE {0}.catalogue_tag ADD n integer DEFAULT nextval('{0}.own')",
        "ALTER TABLE {0}.catalogue_supplier ADD tag bigint"
        " REFERENCES {0}.catalogue_tag",
    ],
)
def test_names_and_oids_make_no_other_shape(
    tenants: BaseDatabaseWrapper, change: str
) -> None:
    """The same change of every schema, padded so that no position is the same."""
    for number, name in enumerate(ALL):
        for statement in change.format(name).split(";"):
            run(tenants, " " * number + statement)
    (shape,) = read_shapes(tenants, ["tenant_*"]).shapes
    assert shape.schemas == ALL


def test_shared_tables_are_nobodys_drift(
    alias: str, tenants: BaseDatabaseWrapper
) -> None:
    run(
        tenants,
        "ALTER TABLE public.catalogue_product ADD colour integer",
        "CREATE TABLE public.leftover (id integer)",
    )
    everything = replace(JOB, apps=frozenset())
    (report,) = validate_schemas(alias, ["tenant_*"], everything)
    assert not [v for v in report.verdicts if v.finding.code in {"SG103", "SG104"}]


def test_more_shapes_than_are_told_are_counted(
    alias: str, tenants: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_schemaguard.tenants.MOST", 2)
    for number in range(4):
        run(tenants, f"ALTER TABLE tenant_{number}.catalogue_tag ADD c{number} integer")
    reports = validate_schemas(alias, ["tenant_*"], JOB)
    rest = next(report for report in reports if report.skips)
    assert rest.schemas == ("tenant_1", "tenant_2", "tenant_3")
    (skip,) = rest.skips
    assert skip.object == "3 more shapes"


def test_odd_names(alias: str, connection: BaseDatabaseWrapper) -> None:
    make(connection, 'te"n an%t', "Tenant.X")
    (report,) = validate_schemas(alias, ['te"*', "Tenant.X"], JOB)
    assert report.schemas == ("Tenant.X", 'te"n an%t')
    assert report.verdicts == ()


def test_path_is_put_back(alias: str, tenants: BaseDatabaseWrapper) -> None:
    def path() -> str:
        with tenants.cursor() as cursor:
            cursor.execute("SHOW search_path")
            return str(cursor.fetchone()[0])

    before = path()
    validate_schemas(alias, ["tenant_*"], JOB)
    assert path() == before


def test_schemas_without_tables_are_told(
    alias: str, tenants: BaseDatabaseWrapper
) -> None:
    run(tenants, "CREATE SCHEMA tenant_new", "CREATE SCHEMA tenant_next")
    whole, bare = validate_schemas(alias, ["tenant_*"], JOB)
    assert (len(whole.schemas), whole.error) == (6, None)
    assert bare.schemas == ("tenant_new", "tenant_next")
    assert bare.error == (
        "No table is in 'tenant_new' and in 1 more yet, so nothing was compared."
    )
    (alone,) = validate_schemas(alias, ["tenant_new"], JOB)
    assert alone.hint == (
        "Run 'manage.py schemaguard migrate --database postgresql --schemas"
        " tenant_new' to make the tables."
    )


def test_own_schema_is_mended_without_its_name(
    alias: str, tenants: BaseDatabaseWrapper
) -> None:
    run(tenants, "ALTER TABLE public.catalogue_tag DROP COLUMN name")
    for patterns in (["pub*"], ["*"]):
        reports = validate_schemas(alias, patterns, JOB)
        hints = {v.hint for it in reports for v in it.verdicts if it.schemas}
        assert (
            "See what 'manage.py schemaguard auto_fix --dry-run --database postgresql'"
            " would do."
        ) in hints


def test_no_schema_fits(alias: str) -> None:
    with pytest.raises(
        UnknownName, match=r"No schema of 'postgresql' fits 'nobody_\*'"
    ):
        validate_schemas(alias, ["nobody_*"], JOB)
    with pytest.raises(UnknownName):  # The server's own schemas are nobody's tenants.
        validate_schemas(alias, ["pg_*"], JOB)


@pytest.mark.vendors("sqlite")
def test_other_databases_have_no_schemas() -> None:
    with pytest.raises(SchemaguardError, match="only PostgreSQL has schemas"):
        validate_schemas("default", ["tenant_*"], JOB)


@pytest.mark.parametrize(
    ("pattern", "regular"),
    [
        ("tenant_*", "^tenant_.*$"),
        ("t?", "^t.$"),
        ("a.b+c", r"^a\.b\+c$"),
        ("a(b|c)[d]$", r"^a\(b\|c\)\[d\]\$$"),
        ("müller", "^müller$"),
    ],
)
def test_patterns(pattern: str, regular: str) -> None:
    assert expression(pattern) == regular


def test_patterns_mean_the_same_to_the_server(connection: BaseDatabaseWrapper) -> None:
    for sign in "+.|()[]{}^$\\-#&~ '\"/":
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s ~ %s", [f"a{sign}b", expression(f"a{sign}b")])
            assert cursor.fetchone() == (True,), sign
            cursor.execute("SELECT 'axb' ~ %s", [expression(f"a{sign}b")])
            assert cursor.fetchone() == (False,), sign


def test_unreachable_database_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connections["postgresql"].copy("elsewhere")
    connection.settings_dict = {**connection.settings_dict, "PORT": "1"}
    connections["elsewhere"] = connection
    try:
        (report,) = validate_schemas("elsewhere", ["tenant_*"], JOB)
    finally:
        del connections["elsewhere"]
    assert not report.reachable
    assert report.error is not None
