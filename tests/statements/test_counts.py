"""How many statements a validation takes does not depend on the number of tables.

Counted is what goes to the server while the command runs: on PostgreSQL with psycopg
each round trip, which may carry several statements, but for those by which
`django.contrib.postgres` looks for its types; elsewhere each statement, but for

- what opens, bounds and describes the session (SAVEPOINT, SET, `@@variables` and the
  like);
- what reads the rows of `django_migrations`, which is no catalog;
- EXPLAIN, which is asked in batches about expressions whose texts differ.

``SCHEMAGUARD_TEST_TABLES=1000 pytest tests/statements/test_counts.py`` makes 1,000
tables, which takes minutes; a usual run makes fewer.
"""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.statements.site import Site, new_site

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

AT_MOST = {"postgresql": 3, "sqlite": 6, "mysql": 10}
MANY = int(os.environ.get("SCHEMAGUARD_TEST_TABLES", "60"))
ASIDE = ("@@", "PRAGMA busy_timeout", 'FROM "django_migrations"', "FROM `django_migr")
TYPES = "SELECT oid, typarray FROM pg_type"
MARKING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "EXPLAIN")
COUNT = """
import io, json, django
django.setup()
from django.core.management import call_command
from django.db import connection

statements = []

def keep(execute, sql, params, many, context):
    statements.append(sql)
    return execute(sql, params, many, context)

out = io.StringIO()
with connection.execute_wrapper(keep):
    call_command("schemaguard", "validate", "--format", "json", stdout=out)
report = json.loads(out.getvalue())
print(json.dumps([statements, report["databases"][0]["tables"], report["findings"]]))
"""


def _counted(site: Site) -> tuple[list[str], int]:
    done = site.python("-c", COUNT)
    assert done.returncode == 0, done.stderr
    statements, tables, findings = json.loads(done.stdout)
    assert [it for it in findings if it["severity"] != "info"] == []
    all_count = site.database["ENGINE"].endswith("postgresql") and is_psycopg3()
    asked = [it for it in statements if not it.startswith(TYPES)]
    return [it for it in asked if all_count or _is_counted(it)], tables


def is_psycopg3() -> bool:
    return find_spec("psycopg") is not None


def _is_counted(statement: str) -> bool:
    marking = statement.lstrip().startswith(MARKING)
    return not marking and not any(word in statement for word in ASIDE)


@pytest.mark.slow
def test_statements_for_few_and_for_many_tables(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    counts = []
    for tables in (10, MANY):
        with new_site(connection, _made(tmp_path / str(tables)), tables) as (site, _):
            site.migrate()
            asked, found = _counted(site)
        assert found >= tables
        assert len(asked) <= AT_MOST[connection.vendor], asked
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _made(path: Path) -> Path:
    path.mkdir()
    return path
