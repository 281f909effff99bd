from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.unsupported_server import UnsupportedServer
from django_schemaguard.core.schema import TableRef
from tests.core.kinds.builders import Told, found, order, pairs_of, told


@pytest.mark.parametrize(
    ("refused", "severity", "effect"),
    [
        pytest.param(True, "error", "Django refuses to connect", id="by-django"),
        pytest.param(False, "warning", "the comparison may be wrong", id="untested"),
    ],
)
def test_what_it_tells(refused, severity, effect):
    old = UnsupportedServer(TableRef(None, "default"), "it is 9.6.", refused)

    assert told(old) == Told(
        severity=severity,
        effect=effect,
        message="The server of database 'default' is too old: it is 9.6.",
        hint="Upgrade the server, or use the Django release that supports it.",
    )


def test_silent_on_schemas():
    assert found(UnsupportedServer, pairs_of(order())) == []
