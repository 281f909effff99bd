"""Compare two schemas: every kind of finding looks at the pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .finding import Finding
from .history import History
from .kinds import KINDS
from .pair import pair
from .schema import Schema, Skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, and what could not be compared.

    Attributes:
        findings: By table, then code, then object.
        skips: In the order met, each once.
    """

    findings: tuple[Finding, ...]
    skips: tuple[Skip, ...]


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
    return Comparison(tuple(findings), tuple(skips))


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return (
        str(finding.table),
        finding.code,
        finding.object or "",
        finding.message,
    )
