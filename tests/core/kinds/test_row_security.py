from __future__ import annotations

from django_schemaguard.core.kinds.row_security import RowSecurity
from django_schemaguard.core.schema import Access
from tests.core.kinds.builders import Told, found, order, pairs_of

HINT = "Waive it if it is meant, else disable row security on the table."


def secured(state):
    return pairs_of(order(actual={"access": Access(row_security=state)}))


def test_policies_filter_what_the_role_sees():
    assert found(RowSecurity, secured("active")) == [
        Told(
            severity="warning",
            effect="queries on shop.Order may give other results",
            message="Row security of 'shop_order' filters this role.",
            hint=HINT,
            actual="active",
        )
    ]


def test_policies_that_the_role_bypasses():
    assert found(RowSecurity, secured("bypassed")) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="Row security of 'shop_order' filters other roles.",
            hint=HINT,
            actual="bypassed",
        )
    ]


def test_silent_without_row_security():
    assert found(RowSecurity, secured(None)) == []
