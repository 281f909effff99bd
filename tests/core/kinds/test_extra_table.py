from __future__ import annotations

from django_schemaguard.core.kinds.extra_table import ExtraTable
from django_schemaguard.core.schema import RelationKind, Table
from tests.core.kinds.builders import Told, found, order, pairs_of


def test_an_extra_table_is_told_by_what_it_is():
    extra = (
        Table("old", namespace="public"),
        Table("parts", namespace="archive", kind=RelationKind.PARTITIONED),
    )
    hint = "Drop it if nothing needs it, or waive it in SCHEMAGUARD['IGNORE']."

    assert found(ExtraTable, pairs_of(extra=extra)) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="Table 'old' belongs to no model.",
            hint=hint,
            actual="table",
        ),
        Told(
            severity="info",
            effect="nothing at run time",
            message="Partitioned table 'archive.parts' belongs to no model.",
            hint=hint,
            actual="partitioned table",
        ),
    ]


def test_an_expected_table_is_silent():
    assert found(ExtraTable, pairs_of(order())) == []
