from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.pairing import Matching
from django_schemaguard.core.schema import Absence, Facet, Index, Key
from tests.core.kinds.builders import Told, found, order, pairs_of, sql


@pytest.mark.parametrize(
    ("index", "severity", "subject"),
    [
        pytest.param(
            Index("ref_idx", (Key("ref"),), named=True),
            "warning",
            "Index 'ref_idx'",
            id="named",
        ),
        pytest.param(
            Index("shop_order_ref_1a2b", (Key("ref", descending=True), Key("n"))),
            "warning",
            "Index (ref DESC, n)",
            id="unnamed",
        ),
        pytest.param(
            Index("lower_1a2b", (Key(expression=sql("lower(ref)")),)),
            "warning",
            "Index ((lower(ref)))",
            id="expression",
        ),
        pytest.param(
            Index("ref_like", (Key("ref"),), absence=Absence.ARTEFACT),
            "info",
            "Index (ref)",
            id="left-out-by-django",
        ),
    ],
)
def test_a_missing_index(index, severity, subject):
    pairs = pairs_of(order(indexes=Matching(missing=(index,))))

    assert found(MissingIndex, pairs) == [
        Told(
            severity=severity,
            effect="queries on shop.Order may be slower",
            message=f"{subject} of 'shop_order' is missing.",
            hint=(
                "Add it by RunSQL in a migration, where it is needed."
                if severity == "info"
                else "Add it by hand;"
                " 'manage.py sqlmigrate' prints the SQL of its migration."
            ),
            object=index.name,
            expected=index.definition,
            fixable=True,
        )
    ]


def test_an_index_of_an_unknown_class_cannot_be_added():
    index = Index("own", (), named=True, opaque=True)
    pairs = pairs_of(order(indexes=Matching(missing=(index,))))

    assert [told.fixable for told in found(MissingIndex, pairs)] == [False]


INDEX = Index("ref_idx", (Key("ref"),))


@pytest.mark.parametrize(
    "matching",
    [
        pytest.param(Matching(same=((INDEX, INDEX),)), id="there"),
        pytest.param(
            Matching(missing=(Index("i", (Key("a"),), absence=Absence.ALLOWED),)),
            id="the-server-does-without",
        ),
    ],
)
def test_silent(matching):
    assert found(MissingIndex, pairs_of(order(indexes=matching))) == []


def test_what_the_reader_cannot_see_is_silent():
    pair = order(indexes=Matching(missing=(INDEX,)))

    assert found(MissingIndex, pairs_of(pair, blind=Facet.INDEXES)) == []
