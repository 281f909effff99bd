"""What each difference counts for: required or optional, mode, waivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import FAILING, Effect, Finding, Severity
from django_schemaguard.core.patterns import Pattern, is_required
from django_schemaguard.core.report import Attributed, Verdict
from django_schemaguard.core.rules import Mode, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say about severities.

    Attributes:
        required: Patterns of tables that must be there.
        optional: Patterns of tables that may be absent; the more specific wins.
        waivers: Findings that are known and accepted.
        today: For the waivers' expiry.
    """

    mode: Mode = Mode.PRODUCTION
    required: tuple[Pattern, ...] = (Pattern("*"),)
    optional: tuple[Pattern, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    today: date = date.min

    def severity(self, finding: Finding) -> Severity:
        """Return the severity of a finding under this policy."""
        severity = finding.severity
        if not self.requires(finding):
            return min(severity, Severity.WARNING)
        if self.mode is Mode.DEVELOPMENT:
            # What a developer notices at once stays an error.
            loud = finding.effect in FAILING
            return severity if loud else min(severity, Severity.WARNING)
        if finding.effect is Effect.QUERIES_FAIL:
            return Severity.ERROR
        return severity

    def requires(self, finding: Finding) -> bool:
        """Return whether any table that the finding is about is required."""
        return any(
            is_required(table, self.required, self.optional)
            for table in finding.concerns
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts, and the findings that a waiver hid.

    Attributes:
        waived: (finding, position of the waiver in `Policy.waivers`).
    """

    verdicts: tuple[Verdict, ...]
    waived: tuple[tuple[Finding, int], ...]


def judge(attributed: Iterable[Attributed], policy: Policy, database: str) -> Judgement:
    """Give each finding its severity, or hide it behind a waiver."""
    verdicts: list[Verdict] = []
    waived: list[tuple[Finding, int]] = []
    for item in attributed:
        finding = item.finding
        position = _waiver(finding, policy)
        if position is not None:
            waived.append((finding, position))
            continue
        verdicts.append(
            Verdict(
                database,
                finding,
                policy.severity(finding),
                item.cause,
                item.migration or finding.migration,
                policy.requires(finding),
                item.advice,
            )
        )
    return Judgement(tuple(verdicts), tuple(waived))


def _waiver(finding: Finding, policy: Policy) -> int | None:
    names = (finding.code, finding.kind)
    for position, waiver in enumerate(policy.waivers):
        if waiver.expired(policy.today):
            continue
        if waiver.fits(names, finding.table, finding.object):
            return position
    return None
