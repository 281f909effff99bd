from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.core.report import Location, Report, Verdict
from django_schemaguard.reporters import as_junit
from django_schemaguard.reporters.look import Look
from tests.reporters.samples import CLEAN, DRIFTED, LOST, ORDERS, Column, database


def suites(report: Report, look: Look | None = None) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(as_junit.render(report, look or Look())))


def outcomes(suite: ElementTree.Element) -> dict[str, list[str]]:
    """Return what is inside each case that is not empty."""
    return {case.attrib["name"]: [e.tag for e in case] for case in suite if len(case)}


def test_whole_document_of_a_lost_database() -> None:
    assert as_junit.render(Report("production", (LOST,)), Look()) == (
        """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="schemaguard" tests="1" failures="0" errors="1" skipped="0">
  <testsuite name="replica" tests="1" failures="0" errors="1" skipped="0" time="0.020">
    <testcase classname="schemaguard.replica" name="connection">
      <error message="Database connection failed (replica)">connection to server at "db", port 5432 failed: Connection refused
Check the network.</error>
    </testcase>
  </testsuite>
</testsuites>
"""  # noqa: E501
    )


def test_clean_database_has_a_passing_case_for_each_kind() -> None:
    (suite,) = suites(CLEAN)
    assert [case.attrib for case in suite] == [
        {"classname": "schemaguard.default", "name": f"{kind.code} {kind.kind}"}
        for kind in KINDS
    ]
    assert outcomes(suite) == {}
    assert suite.attrib == {
        "name": "default",
        "tests": str(len(KINDS)),
        "failures": "0",
        "errors": "0",
        "skipped": "0",
        "time": "0.180",
    }


@pytest.mark.parametrize(
    ("level", "columns", "failures"),
    [
        pytest.param(Severity.ERROR, ["system-out"], "1", id="error"),
        pytest.param(Severity.WARNING, ["failure", "system-out"], "2", id="warning"),
        pytest.param(Severity.INFO, ["failure"], "2", id="info"),
        pytest.param(None, ["system-out"], "0", id="never"),
    ],
)
def test_fail_level(level: Severity | None, columns: list[str], failures: str) -> None:
    first = suites(DRIFTED, Look(level=level))[0]
    assert outcomes(first) == {
        "SG101 missing_table": ["failure" if level else "system-out"],
        "SG102 missing_column": columns,
        "not compared: shop_order.total_gte_0": ["skipped"],
        "not compared: collations": ["skipped"],
    }
    assert (first.get("failures"), first.get("skipped")) == (failures, "2")


def test_failure_tells_each_finding_with_its_place() -> None:
    verdict = Verdict(
        "default",
        Column(ORDERS, "total"),
        Severity.ERROR,
        Cause.DRIFT,
        location=Location("shop/models.py", 12),
    )
    other = replace(verdict, finding=Column(ORDERS, "note"), location=None)
    (suite,) = suites(Report("production", (database(verdicts=(verdict, other)),)))
    failure = suite.find("testcase/failure")
    assert failure is not None
    tail = (
        " (integer) is missing. Effect: every query on shop.Order fails."
        " Cause: drift (the database was changed behind the migrations). Add it."
    )
    assert failure.attrib == {"message": "2 findings"}
    assert failure.text == (
        f"shop/models.py:12: error: Column 'shop_order.total'{tail}\n"
        f"error: Column 'shop_order.note'{tail}"
    )


def test_hostile_names_stay_text() -> None:
    name = 'a"]]></failure>\x00\x1b\ud800&amp;\ufffeß'
    verdict = Verdict("<a>", Column(ORDERS, name), Severity.ERROR, Cause.DRIFT)
    report = Report("production", (database("<a>", verdicts=(verdict,)),))
    (suite,) = suites(report)
    assert as_junit.render(report, Look()).isascii()
    assert suite.get("name") == "<a>"
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text.startswith(
        "error: Column 'shop_order.a\"]]></failure>\\x00\\x1b\\ud800&amp;\\ufffeß'"
    )
