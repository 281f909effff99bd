"""What differs between the schemas of two databases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.core.common_ground import common_ground
from django_schemaguard.core.compare import Comparison, compare
from django_schemaguard.core.kinds.object_definition import ObjectDefinition
from django_schemaguard.core.schema import Skip

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.history import History
    from django_schemaguard.core.schema import Schema

# It is part of ALL where there is one.
NO_MAINTAIN = "Only from postgresql 17 on there is a privilege MAINTAIN."
_MAINTAIN = {"MAINTAIN", "MAINTAIN WITH GRANT OPTION"}
_NO_MODEL = re.compile(
    r"belongs to no model|is of \S+, which no applied migration makes"
)
_THE_MODEL = re.compile(r"\b(?:the model|the TABLES setting)\b")


def difference(
    one: Schema, other: Schema, history: History, unlike: str | None = None
) -> Comparison:
    """Compare two actual schemas; what is odd in both of them is no difference.

    Args:
        one: The yardstick, from `as_expected`.
        other: As read.
        history: The migrations of the one that the other lacks, and the reverse.
        unlike: Why the two servers may print one definition differently; None
            where they do not.
    """
    one, other = common_ground(one, other)
    found = compare(one, other, history)
    its_own = {_address(finding) for finding in compare(one, one).findings}
    findings = tuple(f for f in found.findings if _address(f) not in its_own)
    if unlike is None:
        return replace(found, findings=findings)
    doubts = {f: _doubt(f, unlike) for f in findings}
    return replace(
        found,
        findings=tuple(f for f in findings if doubts[f] is None),
        skips=(
            *found.skips,
            *(
                Skip(f.table.name, f.object, doubt)
                for f, doubt in doubts.items()
                if doubt
            ),
        ),
    )


def _doubt(finding: Finding, unlike: str) -> str | None:
    """Return why it may come from the releases of the two servers alone."""
    if not isinstance(finding, ObjectDefinition):
        return None
    texts = (finding.thing.definition, finding.wanted.definition)
    match finding.thing.label:
        case "view" | "materialized view" | "policy":
            printed = True
        case "trigger":
            printed = any(" WHEN (" in text for text in texts)
        case "function" | "procedure":  # A body that is no text: SQL's own.
            printed = any("\nAS " not in text for text in texts)
        case "grant":
            one, other = (set(text.split(", ")) - _MAINTAIN for text in texts)
            return NO_MAINTAIN if one == other else None
        case _:
            return None
    return f"{unlike}." if printed else None


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
    text = _NO_MODEL.sub(lambda _: f"is not in '{name}'", text)
    text = text.replace("is not in the model", f"is not in '{name}'")
    return text.replace("and not on disk", f"and not in '{name}'")
