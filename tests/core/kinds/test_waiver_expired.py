from __future__ import annotations

from django_schemaguard.core.kinds._undetected import SETTINGS
from django_schemaguard.core.kinds.waiver_expired import WaiverExpired
from tests.core.kinds.builders import Told, found, order, pairs_of, told


def test_what_it_tells():
    assert told(expired(None)) == Told(
        severity="warning",
        effect="nothing at run time",
        message="Waiver IGNORE[0] (code 'SG306') ended on 2026-01-31.",
        hint="Mend what it was for and remove it, or give it a new 'until'.",
        object="IGNORE[0]",
        actual="code 'SG306'",
    )


def test_its_owner_is_named():
    assert expired("ann").message == (
        "Waiver IGNORE[0] (code 'SG306') ended on 2026-01-31; its owner is ann."
    )


def expired(owner):
    return WaiverExpired(SETTINGS, "IGNORE[0]", "code 'SG306'", "2026-01-31", owner)


def test_silent_on_schemas():
    assert found(WaiverExpired, pairs_of(order())) == []
