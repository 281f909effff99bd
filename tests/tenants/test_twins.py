"""What a schema has lost, and another schema on its search path has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.conftest import servers

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
