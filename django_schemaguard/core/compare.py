"""Compare two schemas: every kind of finding looks at the pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.core.pair import pair
from django_schemaguard.core.schema import Schema, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, and what could not be compared.

    Attributes:
        findings: By table, then code, then object.
        skips: In the order met, each once.
        compared: Each object that was found and compared, as "table.object".
    """

    findings: tuple[Finding, ...]
    skips: tuple[Skip, ...]
    compared: tuple[str, ...] = ()


def compare(
    expected: Schema, actual: Schema, history: History | None = None
) -> Comparison:
    """Compare the expected schema with the actual one.

    Kinds whose facet the backend cannot read are not run; its reader says so in
    `Schema.skips`.
    """
    pairs = replace(pair(expected, actual), history=history or History())
    findings: list[Finding] = []
    skips = dict.fromkeys((*expected.skips, *actual.skips))
    for kind in KINDS:
        if kind.facet not in actual.traits.sees:
            continue
        for result in kind.detect(pairs):
            if isinstance(result, Skip):
                skips.setdefault(result)
            else:
                findings.append(result)
    findings.sort(key=_order)
    return Comparison(tuple(findings), tuple(skips), tuple(_compared(pairs)))


def _compared(pairs: Pairs) -> Iterator[str]:
    for table in pairs.tables:
        name = str(table.ref)
        yield name
        for column, _ in table.columns:
            yield f"{name}.{column.name}"
        for matching in (
            table.foreign_keys,
            table.uniques,
            table.checks,
            table.exclusions,
            table.indexes,
        ):
            for _, found in (*matching.same, *matching.changed):
                yield f"{name}.{found.name or found.definition}"


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return (
        str(finding.table),
        finding.code,
        finding.object or "",
        finding.message,
    )
