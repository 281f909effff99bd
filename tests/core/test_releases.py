from __future__ import annotations

import pytest

from django_schemaguard.core.releases import release, unlike


@pytest.mark.parametrize(
    ("vendor", "version", "expected"),
    [
        ("postgresql", "15.20", "15"),
        ("postgresql", "15", "15"),
        ("mysql", "10.11.14-MariaDB-0+deb12u2", "10.11-MariaDB"),
        ("mysql", "10.11-MariaDB", "10.11-MariaDB"),
        ("mysql", "8.0.36", "8.0"),
        ("oracle", "unknown", "unknown"),
    ],
)
def test_release(vendor: str, version: str, expected: str) -> None:
    assert release(vendor, version) == expected


@pytest.mark.parametrize(
    ("vendor", "one", "other", "expected"),
    [
        ("postgresql", "15", "15.20", None),
        (
            "postgresql",
            "15",
            "18.1",
            "postgresql 15 and 18 may print it differently",
        ),
        ("postgresql", None, "18.1", None),
        ("sqlite", "3.40.1", "3.46.0", None),
    ],
)
def test_unlike(
    vendor: str, one: str | None, other: str | None, expected: str | None
) -> None:
    assert unlike(vendor, one, other) == expected
