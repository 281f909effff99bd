from __future__ import annotations

from datetime import date

import pytest

from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.rules import Waiver
from django_schemaguard.core.schema import TableRef

NAMES = ("SG306", "extra_index")
ORDER = TableRef("public", "shop_order", "shop.Order")


@pytest.mark.parametrize(
    ("waiver", "fits"),
    [
        pytest.param(Waiver("", code=Pattern("SG306")), True, id="code"),
        pytest.param(Waiver("", code=Pattern("sg3*")), True, id="codes"),
        pytest.param(Waiver("", code=Pattern("extra_*")), True, id="kind"),
        pytest.param(Waiver("", table=Pattern("shop")), True, id="app"),
        pytest.param(Waiver("", object=Pattern("total_*")), True, id="object"),
        pytest.param(Waiver("", code=Pattern("SG305")), False, id="other-code"),
        pytest.param(Waiver("", table=Pattern("blog")), False, id="other-table"),
        pytest.param(Waiver("", object=Pattern("x")), False, id="other-object"),
        pytest.param(
            Waiver("", code=Pattern("SG306"), table=Pattern("blog")),
            False,
            id="all-keys-have-to-fit",
        ),
    ],
)
def test_fits(waiver: Waiver, fits: bool) -> None:
    assert waiver.fits(NAMES, ORDER, "total_idx") is fits


def test_object_never_fits_a_whole_table() -> None:
    assert not Waiver("", object=Pattern("*")).fits(NAMES, ORDER, None)


def test_holds_through_its_last_day() -> None:
    waiver = Waiver("", code=Pattern("*"), until=date(2026, 6, 30))
    assert not waiver.expired(date(2026, 6, 30))
    assert waiver.expired(date(2026, 7, 1))
    assert not Waiver("", code=Pattern("*")).expired(date.max)


def test_str_names_what_it_is_about() -> None:
    waiver = Waiver("old", code=Pattern("SG306"), object=Pattern("x*"), owner="me")
    assert str(waiver) == "code 'SG306', object 'x*'"
