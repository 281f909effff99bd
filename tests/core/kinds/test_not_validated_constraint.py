from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.not_validated_constraint import (
    NotValidatedConstraint,
)
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import Check, Column, ForeignKey, TableRef
from tests.core.kinds.builders import Told, column_pair, found, order, pairs_of, sql


def check(**rest):
    return Check("positive", sql("total > 0"), **rest)


def foreign_key(**rest):
    return ForeignKey("fk", ("c",), TableRef(None, "shop_customer"), ("id",), **rest)


@pytest.mark.parametrize(
    ("having", "make", "subject"),
    [
        pytest.param("checks", check, "Check constraint 'positive'", id="check"),
        pytest.param("foreign_keys", foreign_key, "Foreign key 'fk'", id="foreign-key"),
    ],
)
@pytest.mark.parametrize("state", ["same", "changed"])
def test_a_constraint_that_is_not_validated(having, make, subject, state):
    pair = (make(), make(validated=False))
    pairs = pairs_of(order(**{having: Matching(**{state: (pair,)})}))

    assert found(NotValidatedConstraint, pairs) == [
        Told(
            severity="warning",
            effect="the database accepts rows that shop.Order forbids",
            message=f"{subject} of 'shop_order' is not validated for rows from before.",
            hint="Run ValidateConstraint in a migration, once no row breaks it.",
            object=pair[1].name,
            expected="validated",
            actual="not validated",
            fixable=True,
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(check(), check(), id="validated"),
        pytest.param(
            check(), check(validated=False, enforced=False), id="not-enforced-at-all"
        ),
        pytest.param(
            check(validated=False), check(validated=False), id="meant-to-be-so"
        ),
    ],
)
def test_silent(expected, actual):
    pair = order(checks=Matching(same=((expected, actual),)))

    assert found(NotValidatedConstraint, pairs_of(pair)) == []


NOTE = Column("note", "text", nullable=False, field="note")


def test_a_not_null_that_is_not_validated():
    pairs = column_pair(NOTE, replace(NOTE, validated=False))

    assert found(NotValidatedConstraint, pairs) == [
        Told(
            severity="warning",
            effect="the database accepts rows that shop.Order forbids",
            message="NOT NULL of 'shop_order.note' is not validated for rows from"
            " before.",
            hint="Run ALTER TABLE ... VALIDATE CONSTRAINT, once no row is NULL.",
            object="note",
            expected="validated",
            actual="not validated",
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(NOTE, NOTE, id="validated"),
        pytest.param(
            replace(NOTE, nullable=True),
            replace(NOTE, validated=False),
            id="not-null-in-the-database-alone",
        ),
    ],
)
def test_silent_on_columns(expected, actual):
    assert found(NotValidatedConstraint, column_pair(expected, actual)) == []
