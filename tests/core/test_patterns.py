from __future__ import annotations

import pytest

from django_schemaguard.core.patterns import Pattern, Weight, is_required
from django_schemaguard.core.schema import TableRef

ORDER = TableRef("public", "shop_order", "shop.Order")
BARE = TableRef(None, "legacy")


@pytest.mark.parametrize(
    ("text", "table", "weight"),
    [
        pytest.param("shop_order", ORDER, (True, 10), id="table"),
        pytest.param("public.shop_order", ORDER, (True, 17), id="with-namespace"),
        pytest.param("shop.Order", ORDER, (True, 10), id="model"),
        pytest.param("SHOP.order", ORDER, (True, 10), id="case-is-ignored"),
        pytest.param("shop_*", ORDER, (False, 5), id="wildcard-on-table"),
        pytest.param("shop.*", ORDER, (False, 5), id="wildcard-on-model"),
        pytest.param("shop_orde?", ORDER, (False, 9), id="one-character"),
        pytest.param("shop", ORDER, (False, 4), id="app-label-is-no-whole-name"),
        pytest.param("*", BARE, (False, 0), id="all"),
        pytest.param("legacy", BARE, (True, 6), id="table-without-model"),
        pytest.param("order", ORDER, None, id="part-of-a-name"),
        pytest.param("Order", ORDER, None, id="model-without-app"),
        pytest.param("other.shop_order", ORDER, None, id="other-namespace"),
        pytest.param("shop.order_*", ORDER, None, id="longer-than-the-name"),
        pytest.param("shop.orde[r]", ORDER, None, id="brackets-are-literal"),
        pytest.param("shop.orde.", ORDER, None, id="dots-are-literal"),
        pytest.param("public", BARE, None, id="namespace-is-no-app"),
    ],
)
def test_weight(text: str, table: TableRef, weight: Weight | None) -> None:
    assert Pattern(text).weight(table) == weight
    assert Pattern(text).covers(table) is (weight is not None)


def test_wildcard_spans_a_line_feed() -> None:
    assert Pattern("a*b").matches("a\nb")
    assert not Pattern("a").matches("a\n")


@pytest.mark.parametrize(
    ("required", "optional", "expected"),
    [
        pytest.param(["*"], [], True, id="default"),
        pytest.param(["*"], ["shop"], False, id="app-beats-all"),
        pytest.param(["*", "shop.Order"], ["shop"], True, id="model-beats-app"),
        pytest.param(["shop.Order"], ["shop_order*"], True, id="name-beats-wildcard"),
        pytest.param(["shop"], ["shop_*"], False, id="more-characters-beat-fewer"),
        pytest.param(["shop_order"], ["shop.Order"], True, id="required-wins-a-tie"),
        pytest.param(["*"], ["*"], True, id="required-wins-a-tie-of-all"),
        pytest.param(["users"], [], False, id="not-named-is-optional"),
        pytest.param([], [], False, id="nothing-required"),
    ],
)
def test_is_required(required: list[str], optional: list[str], expected: bool) -> None:
    assert (
        is_required(ORDER, map(Pattern, required), map(Pattern, optional)) is expected
    )
