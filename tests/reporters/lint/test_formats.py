"""One report in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import django_schemaguard
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.lint import (
    Judgement,
    LintedDatabase,
    LintFinding,
    LintReport,
    Unjudged,
)
from django_schemaguard.core.report import Location
from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint import RULES
from django_schemaguard.reporters.lint import LINT_REPORTERS, as_text
from django_schemaguard.reporters.look import Look

DROP = LintFinding(
    "SG540",
    "column_removed",
    Severity.ERROR,
    "Column 'shop_order.note' is dropped.",
    "Keep it.",
    "A column is dropped",
    "default",
    "shop.0002_change",
    2,
    TableRef(None, "shop_order", "shop.Order"),
    "note",
    1,
    destructive=True,
    location=Location("shop/migrations/0002_change.py", 8),
)
WAITS = LintFinding(
    "SG590",
    "waits_unbounded",
    Severity.WARNING,
    "It would wait [bold]for ever[/bold]: 100 %\n.",
    "Bound it.",
    "A session waits",
    "default",
)
JUDGED = Judgement(
    ("shop.0001_initial", "shop.0002_change"),
    (WAITS, DROP),
    (Unjudged(("SG520", "SG521"), "its SQL cannot be told", "shop.0002_change"),),
    1,
)
TOLD = tuple(rule.explanation for rule in RULES)
LOST = LintedDatabase(
    "other", "postgresql", live=True, error="Refused.", hint="Check it."
)
FOUND = LintedDatabase("default", "postgresql", live=True, judgement=JUDGED)
REPORT = LintReport("production", (FOUND, LOST), TOLD)
CLEAN = LintReport("production", (replace(FOUND, judgement=Judgement()),), TOLD)


def shown(name: str, report: LintReport = REPORT, look: Look | None = None) -> str:
    return LINT_REPORTERS[name](report, look or Look())


def test_text() -> None:
    assert (
        shown("text")
        == """\
Database 'default'

The whole run
  ⚠️ It would wait [bold]for ever[/bold]: 100 %\\n [SG590]
     hint: Bound it.

shop.0002_change
  ❌ Column 'shop_order.note' is dropped [SG540]
     at: operation 2, about 1 row
     hint: Keep it.

Not judged:
  SG520, SG521 in shop.0002_change: its SQL cannot be told

❌ Migrations could not be linted (other)
   Refused.
   hint: Check it.

❌ Migration lint failed (2 migrations): 1 error, 1 warning, 2 rules not judged, 1 \
waived, 1 database failed
"""
    )


def test_text_of_nothing() -> None:
    assert shown("text", CLEAN) == "✅ Migration lint passed (0 migrations)\n"


def test_text_of_warnings_alone() -> None:
    judged = replace(JUDGED, findings=(WAITS,), unjudged=(), waived=0)
    report = LintReport("production", (replace(FOUND, judgement=judged),), TOLD)

    last = "⚠️ Migration lint passed with warnings (2 migrations): 1 warning"
    assert shown("text", report).splitlines()[-1] == last


def test_text_lists_the_migrations_where_it_is_asked_for() -> None:
    text = shown("text", look=Look(detail=2))

    assert "Linted (2):\n  shop.0001_initial\n  shop.0002_change\n" in text


def test_summary_alone() -> None:
    text = as_text.render_summary(REPORT, Look())

    assert text == shown("text").splitlines(keepends=True)[-1]


def test_github() -> None:
    assert shown("github").splitlines() == [
        "::error file=shop/migrations/0002_change.py,line=8,title=SG540 column_removed"
        " (default)::Column 'shop_order.note' is dropped. (shop.0002_change, operation"
        " 2, about 1 row) Keep it.",
        "::warning title=SG590 waits_unbounded (default)::It would wait [bold]for"
        " ever[/bold]: 100 %25\\n. (The whole run) Bound it.",
        "::notice title=Not judged (default)::SG520, SG521 in shop.0002_change: its SQL"
        " cannot be told",
        "::error title=Migrations could not be linted (other)::Refused. Check it.",
        "ERROR: Migration lint failed (2 migrations): 1 error, 1 warning, 2 rules not"
        " judged, 1 waived, 1 database failed",
    ]


@pytest.mark.parametrize("report", [REPORT, CLEAN, LintReport("development", (), ())])
def test_json_fits_its_schema(report: LintReport) -> None:
    package = Path(django_schemaguard.__file__).parent
    path = package / "reporters" / "lint-1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(shown("json", report)), schema)


@pytest.mark.parametrize("report", [REPORT, CLEAN])
def test_sarif_fits_the_standard(report: LintReport) -> None:
    path = Path(__file__).parents[1] / "sarif-subset.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))

    jsonschema.validate(json.loads(shown("sarif", report)), schema)


def test_sarif() -> None:
    (run,) = json.loads(shown("sarif"))["runs"]
    waits, drop = run["results"]

    assert len(run["tool"]["driver"]["rules"]) == len(RULES)
    assert run["tool"]["driver"]["rules"][drop["ruleIndex"]]["id"] == "SG540"
    assert run["tool"]["driver"]["rules"][drop["ruleIndex"]]["name"] == "ColumnRemoved"
    assert drop["level"] == "error"
    place = drop["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop/migrations/0002_change.py"
    assert place["region"] == {"startLine": 8}
    assert "physicalLocation" not in waits["locations"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [
        each["message"]["text"]
        for each in run["invocations"][0]["toolExecutionNotifications"]
    ] == [
        "Migrations could not be linted (other): Refused.",
        "Not judged (default): SG520, SG521 in shop.0002_change: its SQL cannot be"
        " told",
    ]


@pytest.mark.parametrize(
    ("level", "failures"),
    [(Severity.ERROR, 1), (Severity.WARNING, 2), (None, 0)],
)
def test_junit(level: Severity | None, failures: int) -> None:
    root = ElementTree.fromstring(shown("junit", look=Look(level=level)))
    first, second = root

    assert (root.attrib["failures"], root.attrib["errors"]) == (str(failures), "1")
    assert [case.attrib["name"] for case in first] == [
        "shop.0001_initial",
        "shop.0002_change",
        "The whole run",
        "not judged: SG520, SG521 shop.0002_change",
    ]
    assert first.attrib["skipped"] == "1"
    assert len(first[0]) == 0
    texts = [element.text or "" for element in first[1]]
    assert texts == [
        "shop/migrations/0002_change.py:8: error: SG540 Column 'shop_order.note' is"
        " dropped. (shop.0002_change, operation 2, about 1 row) Keep it."
    ]
    (error,) = second[0]
    assert error.attrib["message"] == "Migrations could not be linted (other)"
