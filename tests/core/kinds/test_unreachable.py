from __future__ import annotations

from django_schemaguard.core.kinds.unreachable import Unreachable
from django_schemaguard.core.schema import TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of, told


def test_what_it_tells():
    failed = Unreachable(TableRef(None, "default"), "connection refused.", "Start it.")

    assert told(failed) == Told(
        severity="error",
        effect="every query fails",
        message="Database 'default' is unreachable: connection refused.",
        hint="Start it.",
    )


def test_silent_on_a_database_that_was_read():
    assert found(Unreachable, pairs_of(order())) == []
