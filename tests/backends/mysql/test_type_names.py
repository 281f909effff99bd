from __future__ import annotations

import pytest

from django_schemaguard.backends.mysql import MySQL


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        pytest.param("integer", "int", id="alias"),
        pytest.param("INT(11)", "int", id="display-width"),
        pytest.param(
            "bigint(20) unsigned", "bigint unsigned", id="width-then-unsigned"
        ),
        pytest.param("integer UNSIGNED", "int unsigned", id="unsigned-in-capitals"),
        pytest.param(
            "int(5) unsigned zerofill", "int unsigned zerofill", id="zerofill"
        ),
        pytest.param(
            "int zerofill", "int unsigned zerofill", id="zerofill-is-unsigned"
        ),
        pytest.param("int signed", "int", id="signed"),
        pytest.param("bool", "tinyint(1)", id="bool"),
        pytest.param("BOOLEAN", "tinyint(1)", id="boolean-in-capitals"),
        pytest.param("tinyint(1)", "tinyint(1)", id="one-digit-stays"),
        pytest.param("tinyint(4)", "tinyint", id="four-digits-go"),
        pytest.param("numeric(5, 2)", "decimal(5,2)", id="numeric-with-a-space"),
        pytest.param("decimal", "decimal(10,0)", id="bare-decimal"),
        pytest.param("decimal(7)", "decimal(7,0)", id="decimal-without-scale"),
        pytest.param("double precision", "double", id="two-words"),
        pytest.param("real", "double", id="real"),
        pytest.param("double unsigned", "double unsigned", id="double-unsigned"),
        pytest.param("float(5,2)", "float(5,2)", id="float-with-digits"),
        pytest.param("varchar(30)", "varchar(30)", id="as-it-is"),
        pytest.param(
            "character varying (30) character set latin1 collate latin1_bin",
            "varchar(30)",
            id="character-set-and-collation",
        ),
        pytest.param("char", "char(1)", id="bare-char"),
        pytest.param("datetime(6)", "datetime(6)", id="fraction"),
        pytest.param("datetime(0)", "datetime", id="no-fraction"),
        pytest.param("year(4)", "year", id="year"),
        pytest.param("bit", "bit(1)", id="bare-bit"),
        pytest.param("json", "longtext", id="json-is-a-longtext"),
        pytest.param("UUID", "uuid", id="uuid"),
        pytest.param("enum('a','B')", "enum('a','B')", id="enum-keeps-its-case"),
        pytest.param("ENUM('a', 'it''s (x)')", "enum('a','it''s (x)')", id="enum-odd"),
        pytest.param("geometry", "geometry", id="geometry"),
        pytest.param("no such(type", "no such(type", id="unknown-comes-back"),
    ],
)
def test_types_have_one_spelling(given: str, canonical: str) -> None:
    backend = MySQL()
    assert backend.canonical_type(given) == canonical
    assert backend.canonical_type(canonical) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("tinyint(1)", "tinyint(4)", id="boolean-and-small-integer"),
        pytest.param("int", "int unsigned", id="sign"),
        pytest.param("datetime", "datetime(6)", id="fraction"),
        pytest.param("varchar(30)", "char(30)", id="varying"),
        pytest.param("longtext", "text", id="size"),
        pytest.param("enum('a','b')", "enum('a','B')", id="case-of-a-value"),
        pytest.param("float", "double", id="precision"),
    ],
)
def test_different_types_stay_different(one: str, other: str) -> None:
    assert MySQL().canonical_type(one) != MySQL().canonical_type(other)
