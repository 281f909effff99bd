"""A column that is passed over is one of which no kind has anything to say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from django_schemaguard.core import pairing
from django_schemaguard.core.alike import alike
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.core.schema import Column, Facet, Identity
from tests.core.kinds.builders import column_pair, found, sql

PLAIN = Column("total", "integer")
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["", "integer", "bigint", "text", "uuid"]),
    "nullable": st.booleans(),
    "default": st.sampled_from([None, sql("1"), sql("2", "2"), sql("", problem="?")]),
    "generated": st.sampled_from([None, sql("1"), sql("2", "2")]),
    "stored": st.booleans(),
    "collation": st.sampled_from([None, "C", "de-x-icu"]),
    "comment": st.sampled_from(["", "Euros"]),
    "identity": st.sampled_from([None, *Identity]),
    "any_integer": st.booleans(),
    "validated": st.booleans(),
    "stated": st.sampled_from([None, frozenset(), frozenset({Facet.TYPES})]),
}


def _changed(column: Column) -> st.SearchStrategy[Column]:
    names = st.sets(st.sampled_from(sorted(FACTS)), max_size=2)
    facts = names.flatmap(
        lambda some: st.fixed_dictionaries({n: FACTS[n] for n in some})
    )
    return facts.map(lambda some: replace(column, **some))


def _pairs() -> st.SearchStrategy[tuple[Column, Column]]:
    one = _changed(PLAIN)
    return one.flatmap(lambda it: st.tuples(st.just(it), _changed(it)))


@given(pair=_pairs(), vendor=st.sampled_from(["postgresql", "sqlite", "mysql"]))
@example(pair=(PLAIN, PLAIN), vendor="postgresql")
def test_nothing_is_said_of_columns_that_are_alike(
    pair: tuple[Column, Column], vendor: str
) -> None:
    passed_over = alike(*pair)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "alike", lambda *_: False)
        pairs = column_pair(*pair, vendor=vendor)
    told = [it for kind in KINDS for it in found(kind, pairs)]

    assert pairs.tables[0].unlike == (pair,)
    assert not (passed_over and told)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"type": "bigint"}, id="type"),
        pytest.param({"nullable": False}, id="null"),
        pytest.param({"collation": "C"}, id="collation"),
        pytest.param({"comment": "Euros"}, id="comment"),
        pytest.param({"default": sql("1")}, id="default"),
        pytest.param({"generated": sql("1")}, id="generated"),
        pytest.param({"identity": Identity.SERIAL}, id="numbering"),
        pytest.param({"validated": False}, id="not-validated"),
    ],
)
def test_every_fact_is_looked_at(facts: dict[str, Any]) -> None:
    assert alike(PLAIN, PLAIN)
    assert not alike(PLAIN, replace(PLAIN, **facts))
