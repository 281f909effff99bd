"""What a schema has lost, and another schema on its search path has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.conftest import servers
from tests.deploy.operations import NOTE_MODEL

if TYPE_CHECKING:
    from tests.tenants.conftest import Tenants

postgresql = servers("postgresql")
ONE = ("--schemas", "tenant_0")
LENIENT = ("--mode", "development")
NO_NAME = 'migrations.RemoveField("item", "name")'


@pytest.fixture
def beside_public(tenants: Tenants) -> Tenants:
    """Return tenants beside a public schema that has the same tables, and a row."""
    code, said = tenants.guard("migrate")
    assert code == 0, said
    tenants.site.rows("INSERT INTO public.shop_item (name) VALUES ('precious')")
    return tenants


@pytest.mark.slow
@postgresql
def test_lost_table_is_not_answered_by_that_of_public(beside_public: Tenants) -> None:
    site = beside_public.site
    for number in range(4):
        site.rows(f"ALTER TABLE tenant_{number}.shop_item RENAME TO lost")
    site.write("0002_no_name", NO_NAME)
    said = "Table 'shop_item' is missing in 'tenant_0'; a migration would change that"
    for words in (ONE, (*ONE, "--plan"), ("--schemas", "tenant_*")):
        code, text = beside_public.guard("migrate", *words, *LENIENT)
        assert (code, said in text) == (1, True), text
    assert site.rows("SELECT name FROM public.shop_item") == [("precious",)]


@pytest.mark.slow
@postgresql
def test_sql_that_would_reach_public(tenants: Tenants) -> None:
    site = tenants.site
    site.rows("CREATE TABLE public.raw (n integer); INSERT INTO public.raw VALUES (7)")
    site.rows("CREATE INDEX raw_index ON public.raw (n)")
    site.write("0002_sql", 'RunSQL("UPDATE raw SET n = 1")')
    code, text = tenants.guard("migrate", *ONE, *LENIENT)
    said = "Relation 'raw', which a migration changes, is not in 'tenant_0'"
    assert (code, said in text) == (1, True), text

    site.rows("CREATE TABLE tenant_0.raw (n integer)")
    site.last = "0001_initial"
    site.write("0002_sql", 'RunSQL("DROP INDEX IF EXISTS raw_index")')
    code, text = tenants.guard("migrate", *ONE, *LENIENT)
    said = "Index 'raw_index', which a migration changes, is not in 'tenant_0'"
    assert (code, said in text) == (1, True), text

    site.rows("DROP TABLE tenant_0.raw")
    site.last = "0001_initial"
    site.write("0002_sql", 'RunSQL("CREATE TABLE raw (n integer); DROP TABLE raw")')
    code, text = tenants.guard("migrate", *ONE, *LENIENT)
    assert code == 0, text
    assert site.rows("SELECT n FROM public.raw") == [(7,)]


@pytest.mark.slow
@postgresql
def test_lost_table_is_looked_for_in_its_schema_alone(beside_public: Tenants) -> None:
    site = beside_public.site
    for number in range(4):
        site.rows(f"DROP TABLE tenant_{number}.shop_item")
    site.rows("CREATE TABLE public.shop_other (LIKE public.shop_item INCLUDING ALL)")
    for words in (ONE, ("--schemas", "tenant_*")):
        code, text = beside_public.guard("validate", *words)
        assert (code, "table 'shop_item' is missing [SG101]" in text) == (1, True), text
        assert "shop_other" not in text, text
    code, text = beside_public.guard("auto_fix", *ONE, "--yes")
    assert (code, "1 done." in text) == (0, True), text
    assert beside_public.guard("validate", *ONE)[0] == 0
    assert site.rows("SELECT count(*) FROM tenant_0.shop_item") == [(0,)]
    assert site.rows("SELECT name FROM public.shop_item") == [("precious",)]


@pytest.mark.slow
@postgresql
def test_what_is_applied_in_public_alone_is_pending(beside_public: Tenants) -> None:
    beside_public.site.write("0002_note", NOTE_MODEL)
    assert beside_public.guard("migrate")[0] == 0
    _, text = beside_public.guard("validate", *ONE)
    assert ("[SG701]" in text, "--fake" in text) == (True, False), text

    code, text = beside_public.guard("migrate", *ONE, *LENIENT)
    assert (code, "run 2" in text) == (0, True), text
    beside_public.site.rows("DROP TABLE tenant_0.shop_note")
    code, text = beside_public.guard("rollback", "2", "--schema", "tenant_0", "--yes")
    assert (code, "would change that of 'public'" in text) == (1, True), text
    assert beside_public.site.rows("SELECT count(*) FROM public.shop_note") == [(0,)]


@pytest.mark.slow
@postgresql
def test_record_of_public_is_not_the_schemas(beside_public: Tenants) -> None:
    site = beside_public.site
    site.rows("CREATE SCHEMA tenant_new; CREATE SCHEMA tenant_other")
    site.rows("CREATE TABLE tenant_other.foo (id integer)")
    both = ("--schemas", "tenant_new", "--schemas", "tenant_other")
    code, text = beside_public.guard("validate", "--schemas", "tenant_other")
    assert (code, text.count("[SG7")) == (1, 2), text
    assert "No table of the project is there; 6 migrations to be applied" in text
    code, text = beside_public.guard("auto_fix", *both, "--dry-run")
    assert (code, text.count("1 left to 'migrate'")) == (0, 2), text
    code, text = beside_public.guard("migrate", *both)
    assert (code, "2 done." in text) == (0, True), text
