from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.extra_constraint import ExtraConstraint
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    Facet,
    ForeignKey,
    Key,
    TableRef,
    Unique,
)
from tests.core.kinds.builders import Told, found, order, pairs_of, sql

DECLARE = "Drop it, or declare it in the model and migrate."
WAIVE = "Drop it if nothing needs it, or waive it in SCHEMAGUARD['IGNORE']."
REJECTS = "the database rejects rows that shop.Order allows"
NOTHING = "nothing at run time"
CUSTOMER = TableRef(None, "shop_customer")


@pytest.mark.parametrize(
    ("having", "thing", "severity", "effect", "hint", "message"),
    [
        pytest.param(
            "uniques",
            Unique("uq", (Key("ref"),)),
            "error",
            REJECTS,
            DECLARE,
            "Unique constraint 'uq' of 'shop_order' is not in the model: UNIQUE (ref).",
            id="unique",
        ),
        pytest.param(
            "uniques",
            Unique("uq", (Key("ref"),), constraint=False),
            "error",
            REJECTS,
            DECLARE,
            "Unique index 'uq' of 'shop_order' is not in the model: UNIQUE (ref).",
            id="unique-index",
        ),
        pytest.param(
            "checks",
            Check("", sql("total > 0")),
            "error",
            REJECTS,
            DECLARE,
            "Check constraint (total > 0) of 'shop_order' is not in the model:"
            " CHECK (total > 0).",
            id="check-without-name",
        ),
        pytest.param(
            "checks",
            Check("off", sql("total > 0"), enforced=False),
            "info",
            NOTHING,
            WAIVE,
            "Check constraint 'off' of 'shop_order' is not in the model:"
            " CHECK (total > 0).",
            id="check-not-enforced",
        ),
        pytest.param(
            "exclusions",
            Exclusion("apart", (Key("room", operator="="),)),
            "error",
            REJECTS,
            DECLARE,
            "Exclusion constraint 'apart' of 'shop_order' is not in the model:"
            " EXCLUDE USING gist (room WITH =).",
            id="exclusion",
        ),
        pytest.param(
            "foreign_keys",
            ForeignKey("fk", ("c",), CUSTOMER, ("id",)),
            "warning",
            REJECTS,
            DECLARE,
            "Foreign key 'fk' of 'shop_order' is not in the model:"
            " FOREIGN KEY (c) REFERENCES shop_customer (id).",
            id="foreign-key",
        ),
        pytest.param(
            "foreign_keys",
            ForeignKey("fk", ("c",), CUSTOMER, ("id",), triggers_enabled=False),
            "info",
            NOTHING,
            WAIVE,
            "Foreign key 'fk' of 'shop_order' is not in the model:"
            " FOREIGN KEY (c) REFERENCES shop_customer (id).",
            id="foreign-key-switched-off",
        ),
    ],
)
def test_an_extra_constraint(having, thing, severity, effect, hint, message):
    pairs = pairs_of(order(**{having: Matching(extra=(thing,))}))

    assert found(ExtraConstraint, pairs) == [
        Told(
            severity=severity,
            effect=effect,
            message=message,
            hint=hint,
            object=thing.name or None,
            actual=thing.definition,
        )
    ]


UNIQUE = Unique("uq", (Key("ref"),))


@pytest.mark.parametrize(
    "matching",
    [
        pytest.param(
            Matching(extra=(Unique("uq", (Key("ref"),), valid=False),)),
            id="failed-build-is-another-kind",
        ),
        pytest.param(
            Matching(duplicates=((UNIQUE, UNIQUE),)), id="duplicate-is-another-kind"
        ),
        pytest.param(Matching(same=((UNIQUE, UNIQUE),)), id="expected"),
    ],
)
def test_silent(matching):
    assert found(ExtraConstraint, pairs_of(order(uniques=matching))) == []


def test_what_the_reader_cannot_see_is_silent():
    pair = order(uniques=Matching(extra=(UNIQUE,)))

    assert found(ExtraConstraint, pairs_of(pair, blind=Facet.UNIQUES)) == []
