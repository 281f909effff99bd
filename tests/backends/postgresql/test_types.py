"""Text rules against what the server makes of the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.backends.postgresql import PostgreSQL
from tests.backends.postgresql.asking import read_table, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

BACKEND = PostgreSQL()
NAMES = """
bigint, bigserial, bit, bit(3), bit varying, bit varying(3), BOOL, boolean, box,
bpchar, bytea, char, char(3), "char", character, character varying(4), cidr, date,
dec(4,1), decimal(5, 2), double  precision, float, float(24), float(25), float4,
float8, inet, int, int2, int4, int8, INTEGER, INTEGER ARRAY, int array[3], int[3][],
int4range, interval, interval(3), interval second(3), interval YEAR to month, json,
jsonb, "int4"[], national character varying(5), nchar(3), numeric, NUMERIC(5),
numeric(3,-2), pg_catalog.int4, pg_catalog."varchar"(3), pg_catalog."char", point,
real, serial, serial8, smallint, smallserial, "text", Text, time, time(3), timetz,
timetz(2), time without time zone, timestamp, timestamp (3) with time zone,
timestamptz, timestamptz(0), tsvector, uuid, varbit(3), varchar, VARCHAR ( 10 ),
varchar(10)[], varchar(3)[3][], "varchar", xml, "Odd (Type)", "Odd (Type)"[], mood,
Mood, "mood", odd.mood, odd."Mood [2]"[]
"""


def names() -> list[str]:
    """Split at commas outside parentheses and quotes."""
    from django_schemaguard.backends.postgresql.words import split

    return split(NAMES.strip())


@pytest.mark.vendors("postgresql")
@pytest.mark.parametrize("name", names())
def test_as_the_catalog_spells_it(space: BaseDatabaseWrapper, name: str) -> None:
    run(
        space,
        "CREATE SCHEMA odd",
        *(
            f"CREATE TYPE {it} AS ENUM ()"
            for it in ('"Odd (Type)"', "mood", "odd.mood", 'odd."Mood [2]"')
        ),
        f"CREATE TABLE t (c {name})",
    )
    with space.cursor() as cursor:
        cursor.execute(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = 't'::regclass AND attnum = 1"
        )
        (spelled,) = cursor.fetchone()

    assert BACKEND.canonical_type(name) == spelled
    assert BACKEND.canonical_type(spelled) == spelled
    assert read_table(space).columns[0].type == spelled


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("varchar(10)", "varchar(11)", id="length"),
        pytest.param("varchar", "text", id="text"),
        pytest.param("numeric(5,2)", "numeric(5,1)", id="scale"),
        pytest.param("timestamp", "timestamptz", id="zone"),
        pytest.param("int", "int[]", id="array"),
        pytest.param("int", '"integer"', id="quoted-grammar-word"),
        pytest.param("mood", '"Mood"', id="case-in-quotes"),
        pytest.param("char", '"char"', id="char"),
        pytest.param("one.mood", "two.mood", id="namespace"),
    ],
)
def test_different_types_stay_different(one: str, other: str) -> None:
    assert BACKEND.canonical_type(one) != BACKEND.canonical_type(other)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        pytest.param("geometry(POINT, 4326)", "geometry(point,4326)", id="django"),
        pytest.param("geometry(Point,4326)", "geometry(point,4326)", id="catalog"),
        pytest.param(
            "public.geography(Point,4326)", "public.geography(point,4326)", id="path"
        ),
        pytest.param("vector(3)", "vector(3)", id="unknown-with-argument"),
        pytest.param("halfvec( 3 , 4 )", "halfvec(3,4)", id="spaces"),
    ],
)
def test_types_of_extensions(name: str, canonical: str) -> None:
    assert BACKEND.canonical_type(name) == canonical
