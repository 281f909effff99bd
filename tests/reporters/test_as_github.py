from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.report import Location, Report, Verdict
from django_schemaguard.reporters import as_github
from django_schemaguard.reporters.look import Look
from tests.reporters.samples import CLEAN, DRIFTED, ORDERS, Column, database


def test_clean_database_is_the_summary_alone() -> None:
    assert as_github.render(CLEAN, Look()) == (
        "OK: Database schema validation passed (214 tables, 7 queries, 0.18 s)\n"
    )


def test_a_command_for_each_finding_skip_and_failure() -> None:
    first, *others = DRIFTED.databases
    located = tuple(
        replace(v, location=Location("shop/models.py", 12 + place))
        for place, v in enumerate(first.verdicts)
    )
    report = replace(DRIFTED, databases=(replace(first, verdicts=located), *others))
    assert (
        as_github.render(report, Look())
        == """\
::error file=shop/models.py,line=14,title=SG101 missing_table (default)::\
Required table 'users' is missing. Effect: every query on accounts.User fails. \
Cause: drift (the database was changed behind the migrations).
::warning file=shop/models.py,line=13,title=SG102 missing_column (default)::\
Column 'shop_order.total' (integer) is missing. \
Effect: every query on shop.Order fails. \
Cause: drift (the database was changed behind the migrations), \
migration shop.0003_order_total. Add it.
::notice file=shop/models.py,line=12,title=SG102 missing_column (default)::\
Column 'shop_order.note' (integer) is missing. \
Effect: every query on shop.Order fails. \
Cause: pending (an unapplied migration will change it). Add it.
::notice title=Not compared (default)::\
shop_order.total_gte_0: the server could not say it
::notice title=Not compared (default)::collations: the server does not show them
::error title=Database connection failed (replica)::\
connection to server at "db", port 5432 failed: Connection refused \
Check the network.
ERROR: Database schema validation failed (214 tables, 7 queries, 0.18 s): 1 error, \
1 warning, 1 info, 2 not compared, 2 waived, 1 database failed
"""
    )


HOSTILE = "a%0A::error::b\r\n::stop-commands::x\u2028,c:d"


def test_hostile_names_make_no_commands() -> None:
    verdict = Verdict(
        "al:ias,x",
        Column(ORDERS, HOSTILE),
        Severity.ERROR,
        Cause.DRIFT,
        location=Location("a,b:c%/models.py", 1),
    )
    text = as_github.render(
        Report("production", (database("al:ias,x", verdicts=(verdict,)),)), Look()
    )
    command, summary = text.splitlines()
    assert command.startswith(
        "::error file=a%2Cb%3Ac%25/models.py,line=1,"
        "title=SG102 missing_column (al%3Aias%2Cx)::Column 'shop_order.a%250A::error::b"
        "\\r\\n::stop-commands::x\\u2028,c:d' (integer) is missing."
    )
    assert summary.startswith("ERROR: ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_stream_that_cannot_take_a_name(encoding: str) -> None:
    verdict = Verdict("default", Column(ORDERS, "größe✓"), Severity.INFO, Cause.DRIFT)
    report = Report("production", (database(verdicts=(verdict,)),))
    text = as_github.render(report, Look(encoding=encoding))
    assert "shop_order.gr\\xf6\\xdfe\\u2713" in text
