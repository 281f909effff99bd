"""Where each difference comes from."""

from __future__ import annotations

from collections.abc import Iterable

from .finding import Cause, Finding
from .report import Attributed


def _address(finding: Finding) -> tuple[str, str, str | None, str | None]:
    return (finding.code, finding.table.name, finding.object, finding.expected)


def attribute(
    findings: Iterable[Finding], at_leaves: Iterable[Finding] | None
) -> tuple[Attributed, ...]:
    """Tell the cause of each finding.

    Args:
        findings: Differences from the state at the applied migrations.
        at_leaves: Differences from the state at the latest migrations; None where
            every migration is applied. What differs from the first only is the
            work of a migration that nobody recorded.
    """
    still = None if at_leaves is None else {_address(f) for f in at_leaves}
    return tuple(Attributed(f, _cause(f, still)) for f in findings)


def _cause(finding: Finding, still: set[tuple[object, ...]] | None) -> Cause:
    if finding.cause is not Cause.DRIFT:
        return finding.cause
    if still is not None and _address(finding) not in still:
        return Cause.UNRECORDED
    return Cause.UNDECLARED if finding.expected is None else Cause.DRIFT
