from __future__ import annotations

from pathlib import Path

import pytest

from django_schemaguard.core.finding import Severity
from django_schemaguard.core.lint import (
    Judgement,
    LintedDatabase,
    LintFinding,
    LintReport,
)
from django_schemaguard.core.report import Location
from django_schemaguard.lint.places import located

ROOT = Path(__file__).parents[2]
FILE = "example_project/orders/migrations/0001_initial.py"


def place(migration: str | None, operation: int | None, root: Path) -> Location | None:
    finding = LintFinding(
        "SG520",
        "index_blocks_writes",
        Severity.WARNING,
        "It waits.",
        "Do not.",
        "An index waits",
        "default",
        migration,
        operation,
    )
    judged = Judgement(findings=(finding,))
    database = LintedDatabase("default", "sqlite", live=False, judgement=judged)
    report = located(LintReport("production", (database,), ()), root)
    return report.findings[0].location


def lines(word: str) -> list[int]:
    text = (ROOT / FILE).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(text, 1) if word in line]


def test_an_operation_has_its_line() -> None:
    _, *starts = lines("        migrations.")  # The first is a dependency.

    for number, line in enumerate(starts, 1):
        assert place("orders.0001_initial", number, ROOT) == Location(FILE, line)


def test_a_whole_migration_has_that_of_its_class() -> None:
    (line,) = lines("class Migration")

    assert place("orders.0001_initial", None, ROOT) == Location(FILE, line)


@pytest.mark.parametrize(
    ("migration", "root"),
    [
        pytest.param(None, ROOT, id="the-run"),
        pytest.param("nowhere.0001_initial", ROOT, id="no-such-app"),
        pytest.param("orders.0001_initial", ROOT / "docs", id="outside"),
        pytest.param("contenttypes.0001_initial", Path("/"), id="a-package"),
    ],
)
def test_what_is_not_of_the_project_has_none(migration: str | None, root: Path) -> None:
    assert place(migration, 1, root) is None
