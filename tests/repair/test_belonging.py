"""Which findings are about what a faked migration left out."""

from __future__ import annotations

import pytest

from django_schemaguard.core.finding import Cause, Finding, Severity
from django_schemaguard.core.kinds.comment import Comment
from django_schemaguard.core.kinds.migration_fake_applied import MigrationFakeApplied
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.report import Verdict
from django_schemaguard.core.schema import Column, Index, Key, Table, TableRef, Unique
from django_schemaguard.repair.gaps import belongs

ORDER = TableRef(None, "shop_order", "shop.Order")
FAKED = MigrationFakeApplied(
    TableRef(None, "django_migrations"),
    "shop.0002_total",
    (
        "table 'shop_line'",
        "column 'shop_order.total'",
        "index 'order_total'",
        "unique constraint 'order_once'",
    ),
)


def verdict(finding: Finding, migration: str | None = "shop.0003_later") -> Verdict:
    return Verdict("default", finding, Severity.ERROR, Cause.DRIFT, migration)


LINE = TableRef(None, "shop_line", "shop.Line")
TOTAL = MissingColumn(ORDER, Column("total", "integer", nullable=False))
KEYS = (Key("total"),)


@pytest.mark.parametrize(
    ("finding", "belonging"),
    [
        pytest.param(MissingTable(LINE, Table("shop_line")), True, id="table"),
        pytest.param(TOTAL, True, id="column"),
        pytest.param(MissingIndex(ORDER, Index("order_total", KEYS)), True, id="index"),
        pytest.param(
            MissingConstraint(ORDER, Unique("order_once", KEYS)), True, id="unique"
        ),
        pytest.param(MissingIndex(ORDER, Index("other", KEYS)), False, id="other"),
        pytest.param(Comment(ORDER, "a", ""), False, id="what-no-migration-names"),
    ],
)
def test_what_the_migration_is_said_to_lack_belongs_to_it(finding, belonging):
    whole = verdict(FAKED, FAKED.name)

    assert belongs(verdict(finding), whole) is belonging
    assert belongs(verdict(finding, FAKED.name), whole)
    assert not belongs(verdict(finding), verdict(TOTAL))
