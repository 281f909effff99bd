"""What differs between the schemas of two databases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.core.common_ground import common_ground
from django_schemaguard.core.compare import Comparison, compare

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.history import History
    from django_schemaguard.core.schema import Schema

_THE_MODEL = re.compile(r"\b(?:the model|the TABLES setting)\b")


def difference(one: Schema, other: Schema, history: History) -> Comparison:
    """Compare two actual schemas; what is odd in both of them is no difference.

    Args:
        one: The yardstick, from `as_expected`.
        other: As read.
        history: The migrations of the one that the other lacks, and the reverse.
    """
    one, other = common_ground(one, other)
    found = compare(one, other, history)
    its_own = {_address(finding) for finding in compare(one, one).findings}
    return replace(
        found,
        findings=tuple(f for f in found.findings if _address(f) not in its_own),
    )


def _address(finding: Finding) -> tuple[str, str, str | None]:
    return (finding.code, finding.table.name, finding.object)


def retold(text: str, name: str) -> str:
    """Return what a finding says where no model is the yardstick, but a database.

    Args:
        text: The finding's message.
        name: What it is compared with.
    """
    told = _THE_MODEL.sub(f"'{name}'", text)
    return told.replace(f"'{name}' needs ", f"'{name}' has ")


def lacking(text: str, name: str) -> str:
    """Return what a finding says of a thing that the yardstick does not have.

    Args:
        text: The finding's message.
        name: The yardstick, as it was asked for.
    """
    text = text.replace("belongs to no model", f"is not in '{name}'")
    return text.replace("and not on disk", f"and not in '{name}'")
