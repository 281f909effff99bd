from __future__ import annotations

from django_schemaguard.core.kinds._undetected import SETTINGS
from django_schemaguard.core.kinds.waiver_unused import WaiverUnused
from tests.core.kinds.builders import Told, found, order, pairs_of, told


def test_what_it_tells():
    assert told(WaiverUnused(SETTINGS, "IGNORE[0]", "code 'SG306'")) == Told(
        severity="warning",
        effect="nothing at run time",
        message="Waiver IGNORE[0] (code 'SG306') fits no finding.",
        hint="Remove it from SCHEMAGUARD['IGNORE'], or correct it.",
        object="IGNORE[0]",
        actual="code 'SG306'",
    )


def test_silent_on_schemas():
    assert found(WaiverUnused, pairs_of(order())) == []
