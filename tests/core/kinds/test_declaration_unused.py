from __future__ import annotations

from django_schemaguard.core.kinds._undetected import SETTINGS
from django_schemaguard.core.kinds.declaration_unused import DeclarationUnused
from tests.core.kinds.builders import Told, found, order, pairs_of, told


def test_what_it_tells():
    assert told(
        DeclarationUnused(SETTINGS, "TABLES[0]", "t", "is declared twice")
    ) == Told(
        severity="warning",
        effect="nothing at run time",
        message="TABLES[0] ('t') is declared twice.",
        hint="Remove it from SCHEMAGUARD['TABLES'], or its columns.",
        object="TABLES[0]",
        actual="t",
    )


def test_silent_on_schemas():
    assert found(DeclarationUnused, pairs_of(order())) == []
