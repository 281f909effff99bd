from __future__ import annotations

import pytest

from django_schemaguard.core.types import DataType, Fit, fit, is_integer, is_text, parse


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("integer", DataType("integer"), id="plain"),
        pytest.param("numeric(10, 2)", DataType("numeric", ("10", "2")), id="spaces"),
        pytest.param(
            "timestamp(3) with time zone",
            DataType("timestamp with time zone", ("3",)),
            id="arguments-in-the-middle",
        ),
        pytest.param(
            "bigint unsigned", DataType("bigint", unsigned=True), id="unsigned"
        ),
        pytest.param(
            "character varying(10)[]",
            DataType("character varying", ("10",), array=True),
            id="array",
        ),
        pytest.param(
            "enum('A(','b')", DataType("enum", ("'A('", "'b'")), id="bracket-in-enum"
        ),
        pytest.param("", DataType(""), id="none"),
    ],
)
def test_parse(text, kind):
    assert parse(text) == kind


@pytest.mark.parametrize(
    ("expected", "actual", "verdict"),
    [
        pytest.param("bigint", "integer", Fit.NARROWER, id="smaller-integer"),
        pytest.param("integer", "bigint", Fit.WIDER, id="larger-integer"),
        pytest.param("integer", "numeric(10,0)", Fit.OTHER, id="integer-as-decimal"),
        pytest.param(
            "character varying(30)", "character varying(20)", Fit.NARROWER, id="shorter"
        ),
        pytest.param(
            "character varying(30)", "character varying(40)", Fit.WIDER, id="longer"
        ),
        pytest.param("character varying(30)", "text", Fit.WIDER, id="without-limit"),
        pytest.param("text", "character varying(30)", Fit.NARROWER, id="limited"),
        pytest.param(
            "character varying(1)", "character", Fit.LOOSE, id="padded-character"
        ),
        pytest.param("citext", "text", Fit.LOOSE, id="case-counts"),
        pytest.param("jsonb", "json", Fit.OTHER, id="json-without-operators"),
        pytest.param("numeric(10,2)", "numeric(8,2)", Fit.NARROWER, id="fewer-digits"),
        pytest.param("numeric(10,2)", "numeric(12,1)", Fit.NARROWER, id="fewer-places"),
        pytest.param("numeric(10,2)", "numeric(12,2)", Fit.WIDER, id="more-digits"),
        pytest.param(
            "numeric(10,2)", "numeric(10,4)", Fit.NARROWER, id="places-cost-digits"
        ),
        pytest.param("numeric(10,2)", "numeric", Fit.WIDER, id="any-digits"),
        pytest.param("numeric(5,2)", "numeric(5)", Fit.NARROWER, id="no-places"),
        pytest.param("double precision", "real", Fit.NARROWER, id="single-precision"),
        pytest.param(
            "timestamp with time zone",
            "timestamp without time zone",
            Fit.OTHER,
            id="time-zone",
        ),
        pytest.param(
            "timestamp with time zone",
            "timestamp(3) with time zone",
            Fit.NARROWER,
            id="milliseconds",
        ),
        pytest.param("integer[]", "integer", Fit.OTHER, id="no-array"),
        pytest.param("integer[]", "bigint[]", Fit.WIDER, id="array-of-larger"),
        pytest.param("uuid", "character(32)", Fit.OTHER, id="uuid"),
        pytest.param("vector(3)", "vector(4)", Fit.NARROWER, id="other-arguments"),
        pytest.param("vector(3)", "vector", Fit.WIDER, id="no-arguments"),
        pytest.param("bytea", "text", Fit.OTHER, id="bytes"),
    ],
)
def test_fit_on_postgresql(expected, actual, verdict):
    assert fit(expected, actual, "postgresql") is verdict


@pytest.mark.parametrize(
    ("expected", "actual", "verdict"),
    [
        pytest.param("integer unsigned", "integer", Fit.NARROWER, id="signed"),
        pytest.param("integer", "integer unsigned", Fit.NARROWER, id="unsigned"),
        pytest.param("integer", "mediumint", Fit.NARROWER, id="medium"),
        pytest.param("integer unsigned", "bigint unsigned", Fit.WIDER, id="larger"),
        pytest.param("integer unsigned", "bigint", Fit.WIDER, id="larger-signed"),
        pytest.param("longtext", "text", Fit.NARROWER, id="text-is-limited"),
        pytest.param("varchar(255)", "text", Fit.WIDER, id="text-is-larger"),
        pytest.param("longblob", "blob", Fit.NARROWER, id="blob"),
        pytest.param("datetime(6)", "datetime", Fit.NARROWER, id="no-microseconds"),
        pytest.param("time", "time(6)", Fit.WIDER, id="microseconds"),
        pytest.param("datetime(6)", "timestamp(6)", Fit.OTHER, id="until-2038"),
        pytest.param("decimal(12,0)", "decimal", Fit.NARROWER, id="ten-digits"),
        pytest.param("tinyint(1)", "tinyint", Fit.LOOSE, id="display-width"),
        pytest.param("enum('a')", "enum('b')", Fit.NARROWER, id="enum"),
    ],
)
def test_fit_on_mariadb(expected, actual, verdict):
    assert fit(expected, actual, "mysql") is verdict


@pytest.mark.parametrize(
    ("expected", "actual", "verdict"),
    [
        pytest.param("varchar(30)", "varchar(3)", Fit.EQUIVALENT, id="length"),
        pytest.param("varchar(30)", "text", Fit.EQUIVALENT, id="text"),
        pytest.param("bigint", "integer", Fit.EQUIVALENT, id="integer"),
        pytest.param("integer unsigned", "integer", Fit.EQUIVALENT, id="unsigned"),
        pytest.param("datetime", "decimal", Fit.LOOSE, id="converted-in-python"),
        pytest.param("bool", "integer", Fit.LOOSE, id="kinds-of-numbers"),
        pytest.param("real", "integer", Fit.LOOSE, id="float"),
        pytest.param("integer", "text", Fit.OTHER, id="number-as-text"),
        pytest.param("char(32)", "uuid", Fit.OTHER, id="text-as-number"),
        pytest.param("text", "blob", Fit.OTHER, id="text-as-blob"),
        pytest.param("blob", "", Fit.EQUIVALENT, id="no-type"),
    ],
)
def test_fit_on_sqlite(expected, actual, verdict):
    assert fit(expected, actual, "sqlite") is verdict


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("bigint", True),
        ("smallint unsigned", True),
        ("int", True),
        ("integer[]", False),
        ("numeric(10,0)", False),
        ("interval", False),
    ],
)
def test_is_integer(text, answer):
    assert is_integer(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("character varying(3)", True),
        ("longtext", True),
        ("text[]", True),
        ("integer", False),
        ("bytea", False),
    ],
)
def test_is_text(text, answer):
    assert is_text(text) is answer
