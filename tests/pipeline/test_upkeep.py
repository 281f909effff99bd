"""What of the settings has no effect."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from django_schemaguard.conf import Settings
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.kinds.migration_unapplied import MigrationUnapplied
from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.report import DatabaseReport, Verdict
from django_schemaguard.core.rules import DeclaredColumn, DeclaredTable, Waiver
from django_schemaguard.core.schema import Skip, TableRef
from django_schemaguard.pipeline.upkeep import with_upkeep

TODAY = date(2026, 2, 1)
YESTERDAY = date(2026, 1, 31)
TABLES = (TableRef(None, "shop_order", "shop.Order"), TableRef(None, "rates"))


def database(alias: str = "default", **rest: Any) -> DatabaseReport:
    return DatabaseReport(alias, "sqlite", "3", reachable=True, expected=TABLES, **rest)


def told(
    settings: Settings, *databases: DatabaseReport, whole: bool = True
) -> list[tuple[str, str, str]]:
    """Return (severity, code, message) of all that is found."""
    reports = with_upkeep(databases or (database(),), settings, TODAY, whole=whole)
    return [
        (v.severity.word, v.finding.code, v.finding.message)
        for report in reports
        for v in report.verdicts
    ]


def waiver(**rest: Any) -> Waiver:
    return Waiver("made by hand", code=Pattern("SG306"), **rest)


UNUSED = ("warning", "SG901", "Waiver IGNORE[0] (code 'SG306') fits no finding.")


def test_a_waiver_that_hides_nothing() -> None:
    assert told(Settings(ignore=(waiver(until=TODAY),))) == [UNUSED]


def test_a_waiver_that_only_one_database_needs_is_used() -> None:
    settings = Settings(ignore=(waiver(),))
    used = database("other", waivers=frozenset({0}))
    assert told(settings, database(), used) == []


@pytest.mark.parametrize(
    "skip",
    [
        pytest.param(Skip(None, "check constraints", "Hidden."), id="of-all-tables"),
        pytest.param(Skip("shop_order", "x", "Locked."), id="of-its-table"),
    ],
)
def test_a_waiver_is_not_called_unused_where_something_was_skipped(skip: Skip) -> None:
    settings = Settings(ignore=(waiver(table=Pattern("shop_*")),))
    assert told(settings, database(skips=(skip,))) == []


def test_a_skip_of_another_table_excuses_no_waiver() -> None:
    settings = Settings(ignore=(waiver(table=Pattern("shop_*")),))
    found = told(settings, database(skips=(Skip("rates", None, "Locked."),)))
    assert [code for _, code, _ in found] == ["SG901"]


@pytest.mark.parametrize("cause", [Cause.PENDING, Cause.UNMADE])
def test_what_is_still_to_come_may_be_what_they_are_for(cause: Cause) -> None:
    waits = MigrationUnapplied(TableRef(None, "django_migrations"), "shop.0003")
    verdict = Verdict("default", waits, Severity.WARNING, cause)
    settings = Settings(ignore=(waiver(),), optional=(Pattern("refunds"),))
    assert told(settings, database(verdicts=(verdict,))) == [
        ("warning", "SG701", waits.message)
    ]
    assert len(told(settings)) == 2


def test_an_expired_waiver_is_told_in_every_run() -> None:
    settings = Settings(ignore=(waiver(until=YESTERDAY, owner="ann"),))
    message = "Waiver IGNORE[0] (code 'SG306') ended on 2026-01-31; its owner is ann."
    assert told(settings, whole=False) == [("warning", "SG902", message)]
    assert told(settings) == [("warning", "SG902", message)]


def test_patterns_that_fit_no_table() -> None:
    settings = Settings(
        required=(Pattern("*"), Pattern("shop.Order"), Pattern("shop.Oder")),
        optional=(Pattern("shop"), Pattern("rat?s"), Pattern("rates_*")),
    )
    fits = "fits no table of the project."
    assert told(settings) == [
        ("warning", "SG903", f"REQUIRED[2] ('shop.Oder') {fits}"),
        ("warning", "SG903", f"OPTIONAL[2] ('rates_*') {fits}"),
    ]


def test_declarations_that_say_nothing() -> None:
    column = (DeclaredColumn("id"),)
    settings = Settings(
        tables=(
            DeclaredTable("shop_order", columns=column),
            DeclaredTable("rates", columns=column),
            DeclaredTable("twice"),
            DeclaredTable("twice", required=False),
        )
    )
    owner = "is the table of shop.Order, which tells its columns"
    assert told(settings) == [
        ("warning", "SG904", f"TABLES[0] ('shop_order') {owner}."),
        ("warning", "SG904", "TABLES[2] ('twice') is declared twice."),
        ("warning", "SG904", "TABLES[3] ('twice') is declared twice."),
    ]


def test_a_model_s_table_may_be_declared_optional() -> None:
    assert told(Settings(tables=(DeclaredTable("shop_order", required=False),))) == []


IDLE = Settings(
    ignore=(waiver(),),
    optional=(Pattern("nowhere"),),
    tables=(DeclaredTable("twice"), DeclaredTable("twice")),
)


@pytest.mark.parametrize(
    ("databases", "whole"),
    [
        pytest.param((database(),), False, id="some-apps-or-databases-only"),
        pytest.param((database(), database("b", error="lost")), True, id="one-failed"),
        pytest.param((), True, id="no-database"),
    ],
)
def test_silent_where_not_all_was_compared(
    databases: tuple[DatabaseReport, ...],
    whole: bool,
) -> None:
    assert with_upkeep(databases, IDLE, TODAY, whole=whole) == databases


def test_it_is_told_once_with_the_first_database() -> None:
    first, second = with_upkeep((database("a"), database("b")), IDLE, TODAY, whole=True)
    assert [(v.database, v.finding.object) for v in first.verdicts] == [
        ("a", "IGNORE[0]"),
        ("a", "OPTIONAL[0]"),
        ("a", "TABLES[0]"),
        ("a", "TABLES[1]"),
    ]
    assert second.verdicts == ()
