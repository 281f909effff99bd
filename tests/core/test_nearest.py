from __future__ import annotations

import pytest

from django_schemaguard.core.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("defualt", "default", id="letters-swapped"),
        pytest.param("DEFAULT", "default", id="case"),
        pytest.param("replicas", "Replica", id="plural"),
        pytest.param("def", "default", id="cut-short"),
        pytest.param("", None, id="empty"),
        pytest.param("zzz", None, id="nothing-like-it"),
    ],
)
def test_nearest(name: str, expected: str | None) -> None:
    assert nearest(name, ["default", "Replica"]) == expected


def test_did_you_mean() -> None:
    assert did_you_mean("defualt", ["default"]) == " Did you mean 'default'?"
    assert did_you_mean("zzz", ["default"]) == ""
    assert did_you_mean("zzz", []) == ""
