from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import django
import jsonschema
import pytest

from django_schemaguard import __version__
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.report import Accepted, Report, Verdict
from django_schemaguard.reporters import as_json
from django_schemaguard.reporters.look import Look
from tests.reporters.samples import CLEAN, DRIFTED, LOST, ORDERS, Column, database


def schema() -> dict[str, Any]:
    shipped = files("django_schemaguard.reporters") / "validate-1.schema.json"
    return json.loads(shipped.read_text(encoding="utf-8"))


def test_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(CLEAN, id="clean"),
        pytest.param(DRIFTED, id="drifted-and-unreachable"),
        pytest.param(Report("development", (LOST,)), id="unreachable"),
        pytest.param(Report("production", ()), id="no-database"),
    ],
)
def test_document_fits_the_shipped_schema(report: Report) -> None:
    jsonschema.validate(json.loads(as_json.render(report, Look())), schema())


def test_schema_refuses_an_unreachable_database_without_an_error() -> None:
    document = as_json.document(Report("production", (LOST,)))
    document["databases"][0]["error"] = None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema())


def test_whole_document() -> None:
    assert as_json.document(DRIFTED) == {
        "format": 1,
        "schemaguard": __version__,
        "django": django.get_version(),
        "mode": "production",
        "databases": [
            {
                "alias": "default",
                "vendor": "postgresql",
                "server_version": "15.18",
                "reachable": True,
                "tables": 214,
                "queries": 7,
                "seconds": 0.18,
                "fingerprint": {
                    "expected": f"sha256:{'e' * 64}",
                    "actual": f"sha256:{'a' * 64}",
                },
                "error": None,
                "hint": None,
            },
            {
                "alias": "replica",
                "vendor": "postgresql",
                "server_version": None,
                "reachable": False,
                "tables": 0,
                "queries": 0,
                "seconds": 0.02,
                "fingerprint": {"expected": None, "actual": None},
                "error": 'connection to server at "db", port 5432 failed: '
                "Connection refused",
                "hint": "Check the network.",
            },
        ],
        "summary": {
            "status": "fail",
            "error": 1,
            "warning": 1,
            "info": 1,
            "skipped": 2,
            "waived": 2,
            "known": 0,
            "vanished": 0,
        },
        "findings": [
            _column("note", severity="info", cause="pending", migration=None),
            _column(
                "total",
                severity="warning",
                cause="drift",
                migration="shop.0003_order_total",
            ),
            {
                "code": "SG101",
                "kind": "missing_table",
                "severity": "error",
                "database": "default",
                "schema": "public",
                "table": "users",
                "object": None,
                "model": "accounts.User",
                "field": None,
                "expected": None,
                "actual": None,
                "cause": "drift",
                "migration": None,
                "effect": "every query on accounts.User fails",
                "message": "Table 'users' is missing.",
                "hint": "",
                "fixable": False,
            },
        ],
        "skipped": [
            {
                "database": "default",
                "table": "shop_order",
                "object": "total_gte_0",
                "reason": "the server could not say it",
            },
            {
                "database": "default",
                "table": None,
                "object": "collations",
                "reason": "the server does not show them",
            },
        ],
        "vanished": [],
    }


def _column(name: str, **given: str | None) -> dict[str, Any]:
    return {
        "code": "SG102",
        "kind": "missing_column",
        "database": "default",
        "schema": "public",
        "table": "shop_order",
        "object": name,
        "model": "shop.Order",
        "field": name,
        "expected": "integer NOT NULL",
        "actual": None,
        "effect": "every query on shop.Order fails",
        "message": f"Column 'shop_order.{name}' (integer) is missing.",
        "hint": "Add it.",
        "fixable": True,
        **given,
    }


def test_known_and_vanished_findings() -> None:
    gone = Accepted("default", "public", "shop_order", "", "SG101", "", "")
    report = Report("production", (database(known=3, vanished=(gone,)),))
    document = as_json.document(report)
    jsonschema.validate(document, schema())
    assert (document["summary"]["known"], document["summary"]["vanished"]) == (3, 1)
    assert document["vanished"] == [
        {
            "database": "default",
            "code": "SG101",
            "schema": "public",
            "table": "shop_order",
            "object": None,
        }
    ]


def test_key_order_is_the_documented_one() -> None:
    document = as_json.document(DRIFTED)
    shipped = schema()
    known = [key for key in shipped["properties"] if key != "against"]
    assert list(document) == known
    assert list(as_json.document(replace(DRIFTED, against="a.json"))) == list(
        shipped["properties"]
    )
    for part, name in (("findings", "finding"), ("skipped", "skip")):
        keys = list(shipped["$defs"][name]["properties"])
        assert list(document[part][0]) == [key for key in keys if key != "provenance"]


def test_same_report_same_bytes() -> None:
    assert as_json.render(DRIFTED, Look()) == as_json.render(
        DRIFTED, Look(color=True, width=40, encoding="ascii", detail=3)
    )


def test_hostile_names_stay_inside_their_string() -> None:
    name = 'a"\n\x1b[31m\u2028\u202e"größe'
    verdict = Verdict("default", Column(ORDERS, name), Severity.ERROR, Cause.DRIFT)
    text = as_json.render(
        Report("production", (database(verdicts=(verdict,)),)), Look()
    )
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["findings"][0]["object"] == name
