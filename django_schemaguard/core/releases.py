"""Which servers say the same thing in the same words."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?")


def release(vendor: str, version: str) -> str:
    """Return the part of a version that decides how the server prints a schema.

    Args:
        vendor: Django's word.
        version: As `Backend.server_version` tells it.

    Returns:
        Such as "15" or "10.11-MariaDB"; the version itself where it is no number.
    """
    found = _NUMBERS.match(version)
    if found is None:
        return version
    number = found[1] if vendor == "postgresql" else found[0]
    return f"{number}-MariaDB" if "MariaDB" in version else number


def unlike(vendor: str, one: str | None, other: str | None) -> str | None:
    """Return why two servers may print one thing differently; None where they do not.

    SQLite keeps what it was told, so there the version does not matter.

    Args:
        vendor: Of both.
        one: The version of the one; None where it is not known.
        other: Likewise.
    """
    if vendor == "sqlite" or one is None or other is None:
        return None
    releases = (release(vendor, one), release(vendor, other))
    if releases[0] == releases[1]:
        return None
    return f"{vendor} {' and '.join(releases)} may print it differently"
