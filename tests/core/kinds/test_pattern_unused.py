from __future__ import annotations

from django_schemaguard.core.kinds._undetected import SETTINGS
from django_schemaguard.core.kinds.pattern_unused import PatternUnused
from tests.core.kinds.builders import Told, found, order, pairs_of, told


def test_what_it_tells():
    assert told(PatternUnused(SETTINGS, "OPTIONAL[1]", "shop.Oder")) == Told(
        severity="warning",
        effect="nothing at run time",
        message="OPTIONAL[1] ('shop.Oder') fits no table of the project.",
        hint="Correct it, declare the table in SCHEMAGUARD['TABLES'], or remove it.",
        object="OPTIONAL[1]",
        actual="shop.Oder",
    )


def test_silent_on_schemas():
    assert found(PatternUnused, pairs_of(order())) == []
