"""Every rule on every operation of a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Severity
from django_schemaguard.core.lint import Judgement, LintFinding, Unjudged
from django_schemaguard.core.rules import Mode
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.lint.acts import Acts
from django_schemaguard.lint.editor import NoDatabase
from django_schemaguard.lint.live import Unknown
from django_schemaguard.lint.rules import RULES
from django_schemaguard.lint.travel import Travel
from django_schemaguard.lint.waivers import Waivers, names_of
from django_schemaguard.lint.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.migrations.migration import Migration

    from django_schemaguard.lint.context import Context, Plan
    from django_schemaguard.lint.rule import Found, Rule
    from django_schemaguard.lint.site import Site


def judge(plan: Plan, context: Context) -> tuple[LintFinding, ...]:
    """Return the hazards of a plan, by migration, operation and code.

    Args:
        plan: As `MigrationExecutor.migration_plan` gives it. What goes backwards is
            not judged.
        context: What it is judged with.

    Raises:
        BadSettings: Waivers beside a migration are not what they should be.
        StateUnusable: A migration does not fit the ones before it.
    """
    return judgement(plan, context).findings


def judgement(plan: Plan, context: Context) -> Judgement:
    """Return what the rules say about a plan, and what they cannot tell."""
    travel = Travel(plan, context)
    bench = _Bench(travel, Waivers(context.allow, context.today))
    bench.judge()
    return Judgement(
        tuple(str(migration) for migration in travel.migrations),
        tuple(bench.findings),
        tuple(sorted(bench.gathered())),
        bench.waivers.count,
        frozenset(bench.waivers.used),
        bench.judged,
    )


@dataclass
class _Bench:
    travel: Travel
    waivers: Waivers
    findings: list[LintFinding] = field(default_factory=list)
    unjudged: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the rules that are for this database."""
        travel = self.travel
        fit = [rule for rule in RULES if travel.vendor in rule.vendors]
        fit = [rule for rule in fit if travel.context.style or not rule.optional]
        self.rules = fit
        if travel.live is None:
            self.rules = [rule for rule in fit if not rule.needs_data]
            for rule in fit:
                if rule.needs_data:
                    self._missed(rule, "no database was asked", "")

    def judge(self) -> None:
        """Go through the plan once."""
        for migration, sites in walk(self.travel):
            self.waivers.read(migration)
            self._migration(migration, sites)
        for rule in self.rules:
            if rule.on_run is not None:
                self._ask(rule, rule.on_run, self.travel)
        self.findings += self.waivers.idle_beside(self.travel.alias, self.judged)

    @property
    def judged(self) -> frozenset[str]:
        """Codes and kinds of the rules that were judged everywhere."""
        missed = {code for codes in self.unjudged.values() for code in codes}
        told = [rule for rule in self.rules if rule.code not in missed]
        return names_of((rule.code, rule.kind) for rule in told)

    def _migration(self, migration: Migration, sites: Iterable[Site]) -> None:
        acts, known = Acts(self.travel, migration), True
        for site in sites:
            for rule in self.rules:
                if rule.on_operation is not None:
                    self._ask(rule, rule.on_operation, site, migration, site.position)
            known = self._note(acts, site) and known
        for rule in self.rules:
            if rule.on_migration is not None and known:
                self._ask(rule, rule.on_migration, acts, migration)

    def _note(self, acts: Acts, site: Site) -> bool:
        whole = [rule for rule in self.rules if rule.on_migration is not None]
        try:
            if whole:
                acts.add(site)
        except (Unknown, NoDatabase) as error:
            for rule in whole:
                self._missed(rule, str(error), str(site.migration))
            return False
        return True

    def _ask(
        self,
        rule: Rule,
        check: Callable[..., Iterable[Found]],
        subject: object,
        migration: Migration | None = None,
        position: int | None = None,
    ) -> None:
        name = str(migration) if migration else ""
        try:
            for found in check(subject):
                self._take(self._finding(rule, found, name, position))
        except (Unknown, NoDatabase) as error:
            self._missed(rule, str(error), name)

    def _take(self, finding: LintFinding) -> None:
        if not self.waivers.hides(finding):
            self.findings.append(finding)

    def _finding(
        self, rule: Rule, found: Found, migration: str, position: int | None
    ) -> LintFinding:
        rows = self._rows(found)
        severity = found.severity or rule.usual
        if found.work is not None and found.severity is None:
            severity = found.work.severity(rule.usual, rows)
        if self.travel.context.mode is Mode.DEVELOPMENT:
            severity = min(severity, Severity.WARNING)
        return LintFinding(
            rule.code,
            rule.kind,
            severity,
            found.message,
            found.hint or rule.hint,
            rule.explanation.summary.removesuffix("."),
            self.travel.alias,
            migration or None,
            position or found.operation,
            found.table,
            found.object,
            rows,
            rule.destructive,
            certain=found.certain,
        )

    def _rows(self, found: Found) -> int | None:
        live = self.travel.live
        if live is None or found.table is None:
            return None
        try:
            return live.rows(found.table)
        except SchemaguardError:
            return None  # Then the severity is the usual one.

    def _missed(self, rule: Rule, reason: str, migration: str) -> None:
        self.unjudged.setdefault((reason, migration), []).append(rule.code)

    def gathered(self) -> Iterable[Unjudged]:
        """Yield what could not be told, rules of one reason together."""
        for (reason, migration), codes in self.unjudged.items():
            yield Unjudged(tuple(sorted(set(codes))), reason, migration)
