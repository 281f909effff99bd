from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from django_schemaguard import __version__
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.core.report import Location, Report, Verdict
from django_schemaguard.reporters import as_sarif
from django_schemaguard.reporters.look import Look
from tests.reporters.samples import CLEAN, DRIFTED, LOST, ORDERS, Column, database


def schema() -> dict[str, Any]:
    """Return the parts of SARIF 2.1.0 in use, closed against any other key."""
    path = Path(__file__).with_name("sarif-subset.schema.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(CLEAN, id="clean"),
        pytest.param(DRIFTED, id="drifted-and-unreachable"),
        pytest.param(Report("development", (LOST,)), id="unreachable"),
        pytest.param(Report("production", ()), id="no-database"),
    ],
)
def test_log_fits_the_standard(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(as_sarif.render(report, Look())), schema())


def test_schema_refuses_a_line_zero() -> None:
    log = as_sarif.document(report_of(Location("shop/models.py", 0)))
    with pytest.raises(jsonschema.ValidationError, match="minimum"):
        jsonschema.validate(log, schema())


def report_of(place: Location | None, name: str = "total") -> Report:
    verdict = Verdict(
        "default",
        Column(ORDERS, name),
        Severity.WARNING,
        Cause.DRIFT,
        "shop.0003_order_total",
        location=place,
    )
    return Report("production", (database(verdicts=(verdict,)),))


def test_whole_result() -> None:
    (run,) = as_sarif.document(report_of(Location("shop/my models.py", 12)))["runs"]
    (result,) = run["results"]
    assert result == {
        "ruleId": "SG102",
        "ruleIndex": 1,
        "level": "warning",
        "message": {
            "text": "Column 'shop_order.total' (integer) is missing."
            " Effect: every query on shop.Order fails."
            " Cause: drift (the database was changed behind the migrations),"
            " migration shop.0003_order_total. Add it."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "shop/my%20models.py",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 12},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "default.public.shop_order.total"}
                ],
            }
        ],
        "partialFingerprints": {
            "schemaguard/v1": "cbf28d3f7424378ee28671020b1bd60f"
            "7a4afabef8cb3e531a780f175ae3f027",
        },
        "properties": {
            "database": "default",
            "cause": "drift",
            "migration": "shop.0003_order_total",
        },
    }


def test_rules_are_the_kinds() -> None:
    (run,) = as_sarif.document(CLEAN)["runs"]
    driver = run["tool"]["driver"]
    assert driver["semanticVersion"] == __version__
    assert [rule["id"] for rule in driver["rules"]] == [kind.code for kind in KINDS]
    for rule in driver["rules"]:
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
    rule = driver["rules"][1]
    assert (rule["id"], rule["name"]) == ("SG102", "MissingColumn")
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_what_was_not_compared_and_not_reached_is_told() -> None:
    (run,) = as_sarif.document(DRIFTED)["runs"]
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {
                        "text": "Database connection failed (replica): connection to"
                        ' server at "db", port 5432 failed: Connection refused'
                    },
                },
                {
                    "level": "note",
                    "message": {
                        "text": "Not compared (default): shop_order.total_gte_0:"
                        " the server could not say it"
                    },
                },
                {
                    "level": "note",
                    "message": {
                        "text": "Not compared (default): collations:"
                        " the server does not show them"
                    },
                },
            ],
        }
    ]


def fingerprints(report: Report) -> list[str]:
    (run,) = as_sarif.document(report)["runs"]
    return [
        result["partialFingerprints"]["schemaguard/v1"] for result in run["results"]
    ]


def test_fingerprint_follows_the_object_and_not_the_line() -> None:
    here, moved = report_of(Location("a.py", 1)), report_of(Location("b.py", 9))
    assert fingerprints(here) == fingerprints(moved)
    assert fingerprints(here) != fingerprints(report_of(None, "note"))
    (first,) = here.databases
    renamed = replace(first.verdicts[0], database="other")
    other = Report("production", (database("other", verdicts=(renamed,)),))
    assert fingerprints(here) != fingerprints(other)


def test_hostile_names_stay_inside_their_string() -> None:
    text = as_sarif.render(report_of(None, 'a"\n\x1b[31m\u202e"größe'), Look())
    assert text.isascii()
    (run,) = json.loads(text)["runs"]
    assert (
        "'shop_order.a\"\\n\\x1b[31m\\u202e\"größe'"
        in (run["results"][0]["message"]["text"])
    )
