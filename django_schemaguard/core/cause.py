"""Where each difference comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.core.finding import Cause, Finding
from django_schemaguard.core.history import Origins
from django_schemaguard.core.report import Attributed

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_ORIGINS = Origins()

Address: TypeAlias = tuple[str, str, str | None, str | None]


def _address(finding: Finding) -> Address:
    return (finding.code, finding.table.name, finding.object, finding.expected)


def attribute(
    findings: Iterable[Finding],
    at_leaves: Iterable[Finding] | None = None,
    origins: Origins = NO_ORIGINS,
) -> tuple[Attributed, ...]:
    """Tell the cause of each finding.

    Args:
        findings: Differences from the state at the applied migrations.
        at_leaves: Differences from the state at the latest migrations; None where
            every migration is applied. What differs from the first only is the
            work of a migration that nobody recorded.
        origins: Which migration made what.
    """
    still = None if at_leaves is None else {_address(f) for f in at_leaves}
    return tuple(
        Attributed(finding, _cause(finding, still), _migration(finding, origins))
        for finding in findings
    )


def _migration(finding: Finding, origins: Origins) -> str | None:
    if finding.expected is None:
        return finding.migration
    model, parts = finding.table.model, (finding.object, finding.field)
    return finding.migration or origins.of(model, *parts)


def _cause(finding: Finding, still: set[Address] | None) -> Cause:
    if finding.cause is not Cause.DRIFT:
        return finding.cause
    if still is not None and _address(finding) not in still:
        return Cause.UNRECORDED
    return Cause.UNDECLARED if finding.expected is None else Cause.DRIFT
